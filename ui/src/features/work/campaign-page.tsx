import { useState } from "react";
import { Link } from "wouter";
import type { Campaign, WorkOrder } from "../../api/contract";
import { useGet, useList, useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Await, Problem } from "../../app/problem";
import { useSession } from "../../app/session";
import { Badge } from "../../design/badge";
import { Button } from "../../design/button";
import { PageHeader, Panel } from "../../design/page";
import { Bar, Loading } from "../../design/progress";
import { DataTable } from "../../design/table";
import { useName, useWords } from "../../i18n/words";
import { Due } from "../../parts/request-state";
import { CampaignBar } from "./campaign-list";
import { CampaignPlanDialog } from "./campaign-plan";
import { WavePanel } from "./campaign-waves";
import { useOrderColumns } from "./order-list";
import { ReasonDialog } from "./reason-dialog";
import { campaignWords, orderWords, workWords } from "./words";

const STALE = ["/campaigns", "/work-orders", "/work-summary"];

export default function CampaignPage({ id }: { id: number }) {
  const campaign = useGet("/campaigns/{id}", { path: { id } }, { refetchMs: 30_000 });
  return <Await of={campaign}>{(data) => <CampaignView campaign={data} />}</Await>;
}

function CampaignView({ campaign }: { campaign: Campaign }) {
  const t = useWords(campaignWords);
  const w = useWords(workWords);
  const o = useWords(orderWords);
  const name = useName();
  const notices = useNotices();
  const { may } = useSession();
  const kinds = useGet("/work-kinds", {});
  const orders = useList("/work-orders", { query: { campaign: campaign.id } }, { limit: 500 });
  const columns = useOrderColumns();
  const decide = useSend("POST /campaigns/{id}/decision", STALE);
  const [asking, setAsking] = useState<"plan" | "return" | null>(null);
  const kind = kinds.data?.items.find((one) => one.id === campaign.kind);
  const of = (state: WorkOrder["state"]) => orders.rows.filter((one) => one.state === state);
  const toPlan = of("ordered");
  const toApprove = of("planned");
  const slots = toApprove.map((one) => ({ order: one.id, version: one.version }));
  const approves = may("work_write") && toApprove.length > 0 && !kind?.may_plan;
  return (
    <>
      <PageHeader title={campaign.title} crumbs={[{ label: w("title"), href: "/work" }, { label: w("campaigns"), href: "/work?view=campaigns" }]} badge={<span className="tabular">{campaign.number}</span>} lead={name(campaign.kind_title)}
        actions={<>
          {kind?.may_plan && toPlan.length > 0 && <Button kind="main" icon="form" onClick={() => setAsking("plan")}>{t("plan")}（{toPlan.length}）</Button>}
          {approves && <Button kind="main" icon="check" busy={decide.isPending} onClick={() => decide.mutate({ path: { id: campaign.id }, body: { orders: slots, decision: "approve" } }, { onSuccess: () => notices.ok(t("approvedCount", { n: slots.length })) })}>{t("approve")}（{slots.length}）</Button>}
          {approves && <Button icon="undo" onClick={() => setAsking("return")}>{t("giveBack")}</Button>}
        </>} />
      {decide.error && asking === null && <div className="mb-4"><Problem fault={decide.error} /></div>}
      <div className="mb-5 flex flex-wrap items-center gap-x-6 gap-y-2">
        <CampaignBar campaign={campaign} />
        {campaign.due && campaign.whole.finished < campaign.whole.orders && <Due due={campaign.due} />}
        {campaign.notice && <Link href={`/work?view=notices&notice=${campaign.notice}`}>{t("notice")}</Link>}
      </div>
      {campaign.detail && <p className="mb-5 max-w-200 whitespace-pre-wrap">{campaign.detail}</p>}
      <div className="flex flex-col gap-5">
        <WavePanel campaign={campaign} />
        <SiteBars campaign={campaign} />
        <Panel flush title={t("orders")}>
          {orders.error ? <Problem fault={orders.error} onRetry={orders.retry} /> : orders.pending ? <Loading /> : <DataTable caption={t("orders")} columns={columns} rowKey={(one) => one.id} rowHref={(one) => `/work/${one.id}`} {...orders} />}
        </Panel>
      </div>
      {asking === "plan" && <CampaignPlanDialog campaign={campaign} kind={kind} orders={toPlan} onClose={() => setAsking(null)} />}
      {asking === "return" && <ReasonDialog required title={t("giveBack")} submit={t("giveBack")} label={o("reason")} busy={decide.isPending} fault={decide.error} onClose={() => { setAsking(null); decide.reset(); }} onSubmit={(reason) => decide.mutateAsync({ path: { id: campaign.id }, body: { orders: slots, decision: "return", reason } }).then(() => { notices.ok(t("returnedCount", { n: slots.length })); setAsking(null); }, () => undefined)} />}
    </>
  );
}

/** One bar a site: finished orders dark, answered steps light behind them; what is late or stopped says so. */
function SiteBars({ campaign }: { campaign: Campaign }) {
  const t = useWords(campaignWords);
  const w = useWords(workWords);
  return (
    <Panel title={t("progress")}>
      <ul className="grid gap-x-8 gap-y-3 md:grid-cols-2">
        {campaign.sites.map((site) => {
          const share = site.steps > 0 ? site.answered / site.steps : site.finished / Math.max(1, site.orders);
          return (
            <li key={site.site ?? 0} className="min-w-0">
              <div className="flex flex-wrap items-baseline justify-between gap-x-3"><span className="font-bold">{site.site_name ?? w("several")}</span><span className="tabular text-dns-14N-130">{t("finished", { n: site.finished, all: site.orders })}{site.steps > 0 && `　${t("steps", { n: site.answered, all: site.steps })}`}</span></div>
              <Bar label={site.site_name ?? w("several")} max={100} value={site.finished === site.orders ? 100 : Math.round(share * 95)} />
              <span className="flex flex-wrap gap-1 empty:hidden">
                {site.overdue > 0 && <Badge tone="critical" icon="clock">{t("overdue", { n: site.overdue })}</Badge>}
                {site.stopped > 0 && <Badge tone="critical" icon="pause">{t("stopped", { n: site.stopped })}</Badge>}
                {site.failed > 0 && <Badge tone="major" icon="alert">{t("failed", { n: site.failed })}</Badge>}
              </span>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
