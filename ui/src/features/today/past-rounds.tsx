import { Link } from "wouter";
import type { Round } from "../../api/contract";
import { useList } from "../../api/hooks";
import { Problem } from "../../app/problem";
import { Badge } from "../../design/badge";
import { Button } from "../../design/button";
import { Loading } from "../../design/progress";
import { Empty } from "../../design/states";
import { DataTable, type Column } from "../../design/table";
import { useTime } from "../../i18n/time";
import { useWords } from "../../i18n/words";
import { partWords } from "../../parts/words";
import { todayWords } from "./words";

/** Earlier rounds as they were recorded, newest first: whether each ended before opening, and who did not answer then. */
export function PastRounds() {
  const t = useWords(todayWords);
  const p = useWords(partWords);
  const { at } = useTime();
  const rounds = useList("/rounds", {}, { limit: 14 });
  if (rounds.error) return <Problem fault={rounds.error} onRetry={rounds.retry} />;
  if (rounds.pending) return <Loading />;
  if (rounds.rows.length === 0) return <Empty icon="clock" title={t("roundNone")} />;
  const columns: Column<Round>[] = [
    { id: "day", header: t("roundDay"), width: "7.5rem", cell: (round) => <span className="tabular">{at(round.started, "date")}</span> },
    { id: "in_time", header: t("roundInTime"), narrow: true, width: "11rem", cell: (round) =>
      !round.finished ? <Badge tone="critical" icon="alert">{t("roundMissed")}</Badge>
        : round.in_time === true ? <Badge tone="ok" icon="check">{t("roundYes")}</Badge>
        : round.in_time === false ? <Badge tone="critical" icon="alert">{t("roundNo")}</Badge>
        : <Badge tone="neutral">{t("roundByHand")}</Badge> },
    { id: "started", header: t("roundStarted"), width: "5rem", cell: (round) => round.finished ? at(round.started, "time") : "" },
    { id: "ended", header: t("roundEndedShort"), width: "5rem", cell: (round) => round.finished ? at(round.finished, "time") : "" },
    { id: "asked", header: t("asked"), numeric: true, width: "6rem", cell: (round) => round.finished ? (round.asked ?? round.answered + round.silent).toLocaleString() : "" },
    { id: "answered", header: t("answered"), numeric: true, width: "6rem", cell: (round) => round.finished ? round.answered.toLocaleString() : "" },
    { id: "dead", header: t("deadNames"), cell: (round) => !round.finished ? "" : round.silent === 0 ? t("nobodyDead") : (
      <span className="flex flex-col">
        {(round.missing_then ?? []).map((one) => <span key={one.device}>{one.in_ledger ? <Link href={`/devices/${one.device}`}>{one.name}</Link> : one.name}<span className="text-solid-gray-600">　{one.site_name}</span></span>)}
        {(round.missing_then ?? []).length === 0 && round.silent.toLocaleString()}
        {!!round.unfinished && <span>{t("roundUnfinished", { n: round.unfinished })}</span>}
      </span>
    ) },
  ];
  return (
    <div className="flex flex-col items-start gap-2">
      <div className="w-full"><DataTable short caption={t("pastRounds")} columns={columns} rows={rounds.rows} rowKey={(round) => round.id} /></div>
      {rounds.hasMore && <Button small busy={rounds.loadingMore} onClick={rounds.onMore}>{p("moreRows")}</Button>}
    </div>
  );
}
