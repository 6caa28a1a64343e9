import { Badge } from "../../design/badge";
import { designWords } from "../../design/words";
import type { Desk, Ticket } from "../../api/contract";
import { useGet } from "../../api/hooks";
import { useNow, useTime } from "../../i18n/time";
import { useLanguage, useName, useWords } from "../../i18n/words";
import { IncidentState } from "../../parts/state-badges";
import { RequestState } from "../../parts/request-state";
import { deskWords } from "./words";

export const hrefOf = (one: Pick<Ticket, "id" | "request">) => (one.request ? `/requests/${one.id}` : `/incidents/${one.id}`);

/** Of a kind with stages the stage says more than the state. */
export function TicketState({ ticket, desk }: { ticket: Ticket; desk: Desk | undefined }) {
  const t = useWords(deskWords);
  const name = useName();
  if (ticket.request) return <RequestState state={ticket.state} />;
  const stages = desk?.kinds.find((kind) => kind.id === ticket.kind)?.stages ?? [];
  const stage = ticket.open ? stages.find((one) => one.id === ticket.stage) : undefined;
  // Whoever has gone on with it has seen it.
  const fresh = ticket.open && !ticket.acknowledged && stage !== undefined && stage === stages[0];
  return (
    <span className="flex flex-wrap gap-1">
      {stage ? <Badge tone="info">{name(stage.title)}</Badge> : <IncidentState state={ticket.state} />}
      {fresh && <Badge tone="warning">{t("fresh")}</Badge>}
    </span>
  );
}

/** The kind of a ticket as it stands within a sentence. */
export function useKindWord(kind: string | undefined): { kind: string; Kind: string } {
  const t = useWords(deskWords);
  const name = useName();
  const { language } = useLanguage();
  const found = useGet("/desk", {}, { keep: true }).data?.kinds.find((one) => one.id === kind);
  const word = found ? name(found.title) : t("ticket");
  return { kind: language === "en" ? word.toLowerCase() : word, Kind: word };
}

export function KindName({ kind, desk }: { kind: string; desk: Desk | undefined }) {
  const t = useWords(deskWords);
  const name = useName();
  const found = desk?.kinds.find((one) => one.id === kind);
  return <>{kind === "request" ? t("request") : found ? name(found.title) : kind}</>;
}

export function TicketDue({ ticket }: { ticket: Ticket }) {
  const d = useWords(designWords);
  const name = useName();
  const { at, span } = useTime();
  const now = useNow();
  if (!ticket.next_due || !ticket.open) return <span className="text-solid-gray-700">—</span>;
  const left = (Date.parse(ticket.next_due) - now) / 1000;
  return (
    <span className="block leading-140">
      {ticket.next_clock && <>{name(ticket.next_clock)}<br /></>}
      <span className={`tabular ${left < 0 ? "font-bold text-red-900" : left < 1800 ? "font-bold text-orange-900" : ""}`}>{d(left < 0 ? "clockOver" : "clockRunning", { span: span(left) })}</span>
      <span className="text-dns-14N-130 ms-2 text-solid-gray-700">{at(ticket.next_due, "short")}</span>
    </span>
  );
}
