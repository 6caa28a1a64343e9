import type { DeliverableDetail, Submission } from "../../api/contract";
import { useFileAddress, useGet } from "../../api/hooks";
import { Await } from "../../app/problem";
import { Badge } from "../../design/badge";
import { Facts, PageHeader, Panel } from "../../design/page";
import { Timeline } from "../../design/timeline";
import { scaled } from "../../design/units";
import { useTime } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { DeliverableDue, DeliverableState, usePeriod } from "../../parts/deliverable-state";
import { DecidePanel, EventPanel, HandInPanel } from "./hand-in";
import { deliverablePageWords, deliverableWords, eventWords, formatWords } from "./words";

const OPEN: readonly string[] = ["planned", "preparing", "returned"];
const OF_ITSELF: readonly string[] = ["contract_signed", "contract_started", "contract_ended", "month_ended", "quarter_ended", "fiscal_year_started", "fiscal_year_ended", "first_half_ended"];

export default function DeliverablePage({ id }: { id: number }) {
  const found = useGet("/deliverables/{id}", { path: { id } }, { keep: true });
  return <Await of={found}>{(one) => <Shown one={one} />}</Await>;
}

function Shown({ one }: { one: DeliverableDetail }) {
  const t = useWords(deliverablePageWords);
  const l = useWords(deliverableWords);
  const f = useWords(formatWords);
  const e = useWords(eventWords);
  const name = useName();
  const period = usePeriod();
  const { at } = useTime();
  const kind = one.kind;
  const title = kind ? name(kind.title) : one.deliverable;
  const open = OPEN.includes(one.state);
  const event = kind ? (name(kind.event_title) || (kind.starts_on in eventWords ? e(kind.starts_on as keyof typeof eventWords) : kind.starts_on)) : "";
  const incident = /^incident\/(\d+)$/.exec(one.subject ?? "");
  return (
    <>
      <PageHeader title={title} lead={period(one)} crumbs={[{ label: l("title"), href: "/deliverables" }]} badge={<DeliverableState one={one} />} />
      <div className="flex flex-col gap-5">
        <Panel title={t("facts")}>
          <Facts facts={[
            [l("due"), <DeliverableDue key="due" one={one} />],
            ...(kind ? [
              [t("rule"), name(kind.due_rule)] as const,
              [t("event"), `${event}${one.event ? `　${at(one.event, "date")}` : ""}`] as const,
              [t("clause"), kind.clause] as const,
              [t("formats"), kind.formats.map((each) => (each in formatWords ? f(each as keyof typeof formatWords) : each)).join(t("and"))] as const,
              [t("copies"), String(kind.copies)] as const,
              [t("submittedBy"), name(kind.submitted_by.title)] as const,
              [t("acceptedBy"), name(kind.accepted_by.title)] as const,
            ] : []),
            ...(one.due_before ? [[t("dueBefore"), at(one.due_before)] as const] : []),
            ...(one.accept_due ? [[t("acceptDue"), at(one.accept_due)] as const] : []),
            ...(incident ? [[t("source"), <a key="source" href={`/incidents/${incident[1]}`}>{one.note || one.subject}</a>] as const] : one.note ? [[t("note"), one.note] as const] : []),
            ...(one.opened_by ? [[t("openedBy"), one.opened_by] as const] : []),
          ]} />
        </Panel>
        {one.may_decide && (one.state === "submitted" || open) && <DecidePanel key={`decide${one.version}`} one={one} />}
        {one.may_hand_in && open && <HandInPanel key={`hand${one.submissions}`} one={one} />}
        {(one.may_hand_in || one.may_decide) && open && kind && !OF_ITSELF.includes(kind.starts_on) && !one.subject && <EventPanel key={`event${one.version}`} one={one} />}
        <Panel title={t("versions")}>
          {one.handed_in.length === 0 ? <p className="text-solid-gray-700">{t("noVersions")}</p> : <ol className="flex flex-col divide-y divide-solid-gray-200">{[...one.handed_in].reverse().map((each) => <li key={each.number} className="py-3"><Version id={one.id} one={each} /></li>)}</ol>}
        </Panel>
        <Panel title={t("history")}>
          {one.history.length === 0 ? <p className="text-solid-gray-700">{t("noHistory")}</p> : <Timeline label={t("history")} items={[...one.history].reverse().map((entry) => ({ key: entry.seq, at: entry.time, icon: "journal" as const, title: name(entry.words), who: entry.who, body: typeof entry.data?.["reason"] === "string" && entry.data["reason"] ? <p className="whitespace-pre-wrap">{entry.data["reason"]}</p> : undefined }))} />}
        </Panel>
      </div>
    </>
  );
}

function Version({ id, one }: { id: number; one: Submission }) {
  const t = useWords(deliverablePageWords);
  const f = useWords(formatWords);
  const file = useFileAddress();
  const { at } = useTime();
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="font-bold">{t("version", { n: one.number })}</span>
        {one.state === "accepted" ? <Badge tone="ok" icon="check">{t("stateAccepted")}</Badge> : one.state === "returned" ? <Badge tone="major" icon="undo">{t("stateReturned")}</Badge> : <Badge tone="info" icon="clock">{t("stateWaiting")}</Badge>}
        {one.late ? <Badge tone="critical" icon="alert">{t("late")}</Badge> : <Badge tone="ok" icon="check">{t("inTime")}</Badge>}
        <span>{t("by", { who: one.who, at: at(one.at) })}</span>
      </p>
      <p>{one.formats.map((each) => (each in formatWords ? f(each as keyof typeof formatWords) : each)).join(t("and"))}　{t("copiesOf", { n: one.copies })}</p>
      {one.files.length > 0 && <ul className="my-1">{one.files.map((each) => <li key={each.id}><a className="break-all" href={file("/deliverables/{id}/files/{file}", { path: { id, file: each.id } })}>{each.name}</a> <span className="text-dns-14N-130 text-solid-gray-700">{scaled(each.size, "B")}</span></li>)}</ul>}
      {one.note && <p className="whitespace-pre-wrap">{one.note}</p>}
      {one.decided_at && <p className="text-dns-14N-130">{t("decidedBy", { who: one.decided_by, at: at(one.decided_at) })}{one.reason && <span className="block whitespace-pre-wrap">{one.reason}</span>}</p>}
    </>
  );
}
