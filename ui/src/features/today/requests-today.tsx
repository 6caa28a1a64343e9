import { Link } from "wouter";
import type { RequestRow } from "../../api/contract";
import { useGet, useList } from "../../api/hooks";
import { Problem } from "../../app/problem";
import { LinkButton } from "../../design/button";
import { Panel } from "../../design/page";
import { Loading } from "../../design/progress";
import { Empty } from "../../design/states";
import { useTime } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { Due, RequestState, useWaitingRequests } from "../../parts/request-state";
import { todayWords } from "./words";

const FEW = 5;

function Rows({ rows, waiting }: { rows: readonly RequestRow[]; waiting?: boolean }) {
  const name = useName();
  const { at } = useTime();
  return (
    <ul className="flex flex-col divide-y divide-solid-gray-200">
      {rows.map((one) => (
        <li key={one.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2.5">
          <Link href={`/requests/${one.id}`} className="min-w-0 grow basis-60 py-1 font-bold"><span className="tabular me-2 font-normal">{one.number}</span>{name(one.title)}</Link>
          {waiting ? <><span>{one.submitter.name}</span><Due due={one.due} /></> : <><span className="text-dns-14N-130 tabular text-solid-gray-700">{at(one.submitted_at, "short")}</span><RequestState state={one.state} /></>}
        </li>
      ))}
    </ul>
  );
}

/** What waits for the decision of whoever looks, the first few. */
export function WaitingPanel() {
  const t = useWords(todayWords);
  const { rows, shown } = useWaitingRequests();
  return (
    <Panel title={t("toDecide")} count={<span className="tabular">{shown}{t("unit")}</span>} actions={rows.length > 0 && <Link href="/requests?view=waiting">{t("allToDecide")}</Link>}>
      {rows.length === 0 ? <Empty title={t("nothingToDecide")} /> : <Rows rows={rows.slice(0, FEW)} waiting />}
    </Panel>
  );
}

/** What the ICT section tells everybody; nothing while there is nothing to tell. */
function Announcements() {
  const t = useWords(todayWords);
  const told = useGet("/announcements", {}, { keep: true }).data?.items ?? [];
  if (told.length === 0) return null;
  return (
    <Panel title={t("announcements")}>
      <ul className="flex flex-col divide-y divide-solid-gray-200">
        {told.map((one) => (
          <li key={one.id} className="py-3"><p className="font-bold">{one.subject}</p><p className="whitespace-pre-wrap break-words">{one.content}</p></li>
        ))}
      </ul>
    </Panel>
  );
}

/** What was asked of the desk and is not over; nothing while there is none. */
function InquiriesPanel() {
  const t = useWords(todayWords);
  const { at } = useTime();
  const { rows } = useList("/inquiries", {}, { limit: FEW });
  const open = rows.filter((one) => one.open);
  if (open.length === 0) return null;
  return (
    <Panel title={t("myInquiries")} actions={<Link href="/inquiries">{t("allInquiries")}</Link>}>
      <ul className="flex flex-col divide-y divide-solid-gray-200">
        {open.map((one) => (
          <li key={one.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2.5">
            <Link href={`/inquiries/${one.id}`} className="min-w-0 grow basis-60 py-1 font-bold"><span className="tabular me-2 font-normal">{one.number}</span>{one.title}</Link>
            <span className="text-dns-14N-130 tabular text-solid-gray-700">{at(one.opened_at, "short")}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** Today of a clerk: what to decide, what was asked for, and the way to ask for more. */
export function RequestsToday() {
  const t = useWords(todayWords);
  const mine = useList("/requests", { query: { view: "mine" } }, { limit: FEW });
  return (
    <div className="flex max-w-240 flex-col gap-5">
      <div className="flex flex-wrap gap-3">
        <LinkButton kind="main" icon="plus" href="/requests/new" className="min-h-12 max-md:w-full">{t("newRequest")}</LinkButton>
        <LinkButton icon="question" href="/inquiries?new=1" className="min-h-12 max-md:w-full">{t("newInquiry")}</LinkButton>
      </div>
      <Announcements />
      <WaitingPanel />
      <InquiriesPanel />
      <Panel title={t("myRequests")} actions={mine.rows.length > 0 && <Link href="/requests">{t("allMine")}</Link>}>
        {mine.error ? <Problem fault={mine.error} onRetry={mine.retry} /> : mine.pending ? <Loading /> : mine.rows.length === 0 ? <Empty icon="form" title={t("noneMine")} /> : <Rows rows={mine.rows} />}
      </Panel>
    </div>
  );
}
