import { lazy, Suspense, useState } from "react";
import { useGet } from "../../api/hooks";
import { useSession } from "../../app/session";
import { Button, LinkButton } from "../../design/button";
import { PageHeader } from "../../design/page";
import { Loading } from "../../design/progress";
import { Note } from "../../design/states";
import { Tabs } from "../../design/tabs";
import { useWords } from "../../i18n/words";
import { useFilters } from "../../parts/filter-state";
import { NewOrderDialog } from "./new-order-dialog";
import { OrderBoard } from "./order-board";
import { OrderList } from "./order-list";
import { workWords } from "./words";

const CampaignList = lazy(() => import("./campaign-list"));
const VisitList = lazy(() => import("./visit-list"));
const NoticeList = lazy(() => import("./notice-list"));

const VIEWS = ["list", "board", "campaigns", "visits", "notices"] as const;

export default function WorkPage() {
  const t = useWords(workWords);
  const { may } = useSession();
  const [filters, set] = useFilters();
  const kinds = useGet("/work-kinds", {});
  const summary = useGet("/work-summary", {}, { refetchMs: 60_000, keep: true });
  const [ordering, setOrdering] = useState(false);
  const view = VIEWS.find((one) => one === filters["view"]) ?? "list";
  const mayOrder = may("work_write") && (kinds.data?.items.some((kind) => kind.may_order) ?? false);
  const late = summary.data?.overdue ?? 0;
  const notices = summary.data?.notices_overdue ?? 0;
  return (
    <>
      <PageHeader title={t("title")} lead={t("lead")} actions={<>
        <LinkButton icon="phone" href="/field">{t("field")}</LinkButton>
        {mayOrder && <Button kind="main" icon="plus" onClick={() => setOrdering(true)}>{t("newOrder")}</Button>}
      </>} />
      <div role="status" className="mb-4 flex flex-col gap-2 empty:hidden">
        {late > 0 && <Note tone="warning" title={t("overdueCount", { n: late })}><Button small kind="quiet" onClick={() => set({ view: undefined, overdue: "true", state: undefined })}>{t("see")}</Button></Note>}
        {notices > 0 && <Note tone="warning" title={t("noticesOverdue", { n: notices })}><Button small kind="quiet" onClick={() => set({ view: "notices", overdue: undefined })}>{t("see")}</Button></Note>}
      </div>
      <div className="overflow-hidden rounded-12 border border-solid-gray-200 bg-white pt-2">
        <Tabs label={t("views")} value={view} onChange={(next) => set({ view: next === "list" ? undefined : next, q: undefined, state: undefined, overdue: undefined })} tabs={VIEWS.map((id) => ({ id, label: t(id), count: id === "notices" && notices > 0 ? notices : undefined }))}>
          <Suspense fallback={<Loading />}>
            {view === "list" && <OrderList kinds={kinds.data?.items ?? []} />}
            {view === "board" && <OrderBoard />}
            {view === "campaigns" && <CampaignList />}
            {view === "visits" && <VisitList />}
            {view === "notices" && <NoticeList />}
          </Suspense>
        </Tabs>
      </div>
      {ordering && kinds.data && <NewOrderDialog kinds={kinds.data.items} onClose={() => setOrdering(false)} />}
    </>
  );
}
