import { Link } from "wouter";
import type { Deliverable } from "../../api/contract";
import { useGet } from "../../api/hooks";
import { useSession } from "../../app/session";
import { Badge } from "../../design/badge";
import { Panel } from "../../design/page";
import { useTime } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { DeliverableDue, DeliverableState, usePeriod } from "../../parts/deliverable-state";
import { todayWords } from "./words";

const FEW = 6;

function Items({ items }: { items: readonly Deliverable[] }) {
  const name = useName();
  const period = usePeriod();
  return (
    <ul className="flex flex-col divide-y divide-solid-gray-200">
      {items.slice(0, FEW).map((one) => (
        <li key={one.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2.5">
          <Link href={`/deliverables/${one.id}`} className="min-w-0 grow basis-60 py-1 font-bold">{one.kind ? name(one.kind.title) : one.deliverable}<span className="ms-2 font-normal">{period(one)}</span></Link>
          {one.state === "submitted" ? <DeliverableState one={one} /> : <DeliverableDue one={one} />}
        </li>
      ))}
    </ul>
  );
}

/** What of these calls for somebody now: late papers, papers to accept, things that ran out. */
export function useDeadlines(): number {
  const { may } = useSession();
  const papers = useGet("/deliverables/now", {}, { enabled: may("report_read"), refetchMs: 60_000, keep: true });
  const expiring = useGet("/expiring", {}, { enabled: may("ledger_read"), refetchMs: 300_000, keep: true });
  const ranOut = (expiring.data?.items ?? []).filter((one) => (one.days_left ?? 0) < 0).length;
  return (papers.data ? papers.data.late + papers.data.to_accept.filter((one) => one.may_decide).length : 0) + ranOut;
}

/** Papers that are late, due soon or waiting to be accepted; nothing when there is none. */
export function DeliverablesPanel() {
  const t = useWords(todayWords);
  const { may } = useSession();
  const now = useGet("/deliverables/now", {}, { enabled: may("report_read"), refetchMs: 60_000, keep: true });
  const found = now.data;
  if (!found || found.late + found.soon + found.waiting === 0) return null;
  const urgent = found.next.filter((one) => one.late).concat(found.next.filter((one) => !one.late));
  const mine = found.to_accept.filter((one) => one.may_decide);
  return (
    <Panel title={t("deliverables")} actions={<Link href={found.late > 0 ? "/deliverables?view=late" : "/deliverables"}>{t("allDeliverables")}</Link>} count={<>{found.late > 0 && <Badge tone="critical" icon="alert">{t("lateDeliverables", { n: found.late })}</Badge>}</>}>
      {mine.length > 0 && <><h3 className="text-std-16B-170">{t("toAccept")}</h3><Items items={mine} /></>}
      {found.late + found.soon > 0 && <Items items={urgent} />}
    </Panel>
  );
}

/** Licences, permissions, certificates, ids that run out, of every ledger that says by when. */
export function ExpiringPanel() {
  const t = useWords(todayWords);
  const name = useName();
  const { at } = useTime();
  const { may } = useSession();
  const expiring = useGet("/expiring", {}, { enabled: may("ledger_read"), refetchMs: 300_000, keep: true });
  const items = expiring.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Panel title={t("expiring")} count={<span className="tabular">{items.length}{t("unit")}</span>}>
      <ul className="flex max-h-100 flex-col divide-y divide-solid-gray-200 overflow-auto" tabIndex={0} aria-label={t("expiring")}>
        {items.map((one) => (
          <li key={`${one.ledger}/${one.row}`} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2.5">
            <Link href={`/ledgers/${one.ledger}/${one.row}`} className="min-w-0 grow basis-60 py-1 font-bold">{one.title}<span className="ms-2 font-normal">{name(one.ledger_name)}</span></Link>
            {(one.days_left ?? 0) < 0 ? <Badge tone="critical" icon="alert">{t("ranOut")}</Badge> : (one.days_left ?? 0) <= 14 && <Badge tone="warning" icon="clock">{t("daysLeft", { days: one.days_left ?? 0 })}</Badge>}
            <span className="tabular whitespace-nowrap">{name(one.field_name)} {at(`${one.day}T00:00:00+09:00`, "date")}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
