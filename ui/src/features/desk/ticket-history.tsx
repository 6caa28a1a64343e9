import { Link } from "wouter";
import { useGet, useList } from "../../api/hooks";
import { Problem } from "../../app/problem";
import { Loading } from "../../design/progress";
import { useTime } from "../../i18n/time";
import { useWords } from "../../i18n/words";
import { KindName, TicketState, hrefOf } from "./ticket-state";
import { deskWords } from "./words";

/** What came before of a machine or of somebody: the newest ten, and how many are open. */
export function TicketHistory({ device, contact }: { device?: number | undefined; contact?: number | undefined }) {
  const t = useWords(deskWords);
  const { at } = useTime();
  const desk = useGet("/desk", {}, { keep: true });
  const list = useList("/tickets", { query: { ...(device ? { device } : {}), ...(contact ? { contact } : {}) } }, { limit: 10, enabled: !!(device || contact) });
  if (list.error) return <Problem fault={list.error} onRetry={list.retry} />;
  if (list.pending) return <Loading />;
  if (list.rows.length === 0) return <p className="text-solid-gray-700">{t("noHistory")}</p>;
  return (
    <ul className="flex flex-col gap-2">
      {list.rows.map((one) => (
        <li key={one.id} className="border-b border-solid-gray-200 pb-2">
          <Link href={hrefOf(one)} className="font-bold"><span className="tabular me-2 font-normal">{one.number}</span>{one.title}</Link>
          <span className="text-dns-14N-130 flex flex-wrap items-center gap-2"><KindName kind={one.kind} desk={desk.data} /><TicketState ticket={one} desk={desk.data} /><span className="tabular">{at(one.opened_at, "short")}</span></span>
        </li>
      ))}
    </ul>
  );
}
