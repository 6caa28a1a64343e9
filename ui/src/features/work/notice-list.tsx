import { useMemo, useState } from "react";
import { Link } from "wouter";
import type { WorkKindList, WorkNotice } from "../../api/contract";
import { useGet, useList } from "../../api/hooks";
import { Problem } from "../../app/problem";
import { useSession } from "../../app/session";
import { Badge } from "../../design/badge";
import { Button } from "../../design/button";
import { Dialog } from "../../design/dialog";
import { Select } from "../../design/field";
import { FilterBar, SearchBox } from "../../design/filter-bar";
import { Facts } from "../../design/page";
import { Loading } from "../../design/progress";
import { Empty } from "../../design/states";
import { DataTable, type Column } from "../../design/table";
import { useTime } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { useFilters } from "../../parts/filter-state";
import { Due } from "../../parts/request-state";
import { partWords } from "../../parts/words";
import { FileLinks } from "../../parts/files";
import { AssessDialog, ReceiveDialog } from "./notice-dialogs";
import { noticeWords, orderWords, workWords } from "./words";

const STATES = ["received", "concerned", "not_concerned"] as const;
const TONES = { received: "warning", concerned: "major", not_concerned: "ok" } as const;

export default function NoticeList() {
  const t = useWords(noticeWords);
  const w = useWords(workWords);
  const p = useWords(partWords);
  const name = useName();
  const { at } = useTime();
  const { may } = useSession();
  const [filters, set] = useFilters();
  const kinds = useGet("/work-kinds", {});
  const list = useList("/work-notices", { query: { q: filters["q"], state: filters["state"] } }, { limit: 50 });
  const [entering, setEntering] = useState(false);
  const [assessing, setAssessing] = useState<WorkNotice | null>(null);
  const shown = Number(filters["notice"] ?? 0);
  const columns = useMemo<Column<WorkNotice>[]>(() => [
    { id: "title", header: t("subject"), cell: (one) => <Link href={`/work?view=notices&notice=${one.id}`} className="font-bold"><span className="tabular me-2 font-normal">{one.number}</span>{one.title}<span className="text-dns-14N-130 block font-normal text-solid-gray-700">{[name(one.source_title), one.reference].filter(Boolean).join(" ")}</span></Link> },
    { id: "state", header: w("state"), narrow: true, width: "9rem", cell: (one) => <Badge tone={TONES[one.state]} icon={one.state === "received" ? "clock" : "check"}>{t(one.state)}</Badge> },
    { id: "urgency", header: t("urgency"), width: "7rem", cell: (one) => (one.state === "received" ? "—" : t(one.urgency)) },
    { id: "received", header: t("receivedAt"), width: "8rem", cell: (one) => <span className="tabular whitespace-nowrap">{at(one.received_at, "short")}</span> },
    { id: "due", header: t("assessDue"), width: "14rem", cell: (one) => one.state === "received" ? <Due due={one.assess_due} /> : one.campaign ? <Link href={`/work/campaigns/${one.campaign}`}>{t("machines", { n: one.machines })}</Link> : <span className="text-solid-gray-600">—</span> },
  ], [t, w, name, at]);
  if (kinds.data && !kinds.data.notices) return <Empty icon="question" title={t("noRules")} />;
  return (
    <>
      <div className="flex flex-wrap items-center gap-3 px-4 pb-4"><p className="text-solid-gray-800">{t("lead")}{kinds.data?.notices && ` ${t("limit", { assess: name(kinds.data.notices.assess) })}`}</p>{may("work_write") && kinds.data?.notices?.may_receive && <Button className="ms-auto" icon="plus" onClick={() => setEntering(true)}>{t("enter")}</Button>}</div>
      <FilterBar>
        <SearchBox label={p("search")} value={filters["q"] ?? ""} onSearch={(q) => set({ q })} />
        <Select label={w("state")} value={filters["state"] ?? ""} onText={(state) => set({ state })} empty={p("all")} choices={STATES.map((value) => ({ value, label: t(value) }))} />
      </FilterBar>
      {list.error ? <div className="p-4"><Problem fault={list.error} onRetry={list.retry} /></div> : list.pending ? <Loading /> : (
        <DataTable caption={w("notices")} columns={columns} rowKey={(one) => one.id} rowHref={(one) => `/work?view=notices&notice=${one.id}`} {...list} empty={<Empty icon="check" title={t("none")} />} />
      )}
      {entering && kinds.data?.notices && <ReceiveDialog rules={kinds.data.notices} onClose={() => setEntering(false)} />}
      {shown > 0 && !assessing && <NoticeDialog id={shown} onAssess={setAssessing} onClose={() => set({ notice: undefined })} />}
      {assessing && kinds.data && <AssessDialog notice={assessing} kinds={kinds.data as WorkKindList} onClose={() => { setAssessing(null); set({ notice: undefined }); }} />}
    </>
  );
}

function NoticeDialog({ id, onAssess, onClose }: { id: number; onAssess: (notice: WorkNotice) => void; onClose: () => void }) {
  const t = useWords(noticeWords);
  const o = useWords(orderWords);
  const name = useName();
  const { at } = useTime();
  const notice = useGet("/work-notices/{id}", { path: { id } });
  const one = notice.data;
  return (
    <Dialog title={one ? `${one.number} ${one.title}` : t("subject")} onClose={onClose}>
      {notice.error && <Problem fault={notice.error} />}
      {one && (
        <div className="flex flex-col gap-4">
          <Facts facts={[
            [t("source"), name(one.source_title)], [t("reference"), one.reference],
            [t("receivedAt"), `${at(one.received_at)} ${one.received_by ?? ""}`], [t("assessDue"), one.state === "received" ? <Due due={one.assess_due} /> : at(one.assess_due)],
            ...(one.state === "received" ? [] : [[t("question"), t(one.state === "concerned" ? "isConcerned" : "isNot")] as const, [t("urgency"), t(one.urgency)] as const]),
          ]} />
          {one.content && <p className="whitespace-pre-wrap">{one.content}</p>}
          <FileLinks files={one.files ?? []} />
          {one.reason && <Facts columns={1} facts={[[`${t("why")}（${one.assessed_by ?? ""}）`, <span key="why" className="whitespace-pre-wrap">{one.reason}</span>]]} />}
          {one.campaign && <p><Link href={`/work/campaigns/${one.campaign}`}>{o("campaign")}：{t("machines", { n: one.machines })}</Link></p>}
          {one.may_assess && <div><Button kind="main" icon="check" onClick={() => onAssess(one)}>{t("assess")}</Button></div>}
        </div>
      )}
    </Dialog>
  );
}
