import { useList } from "../../api/hooks";
import { Problem } from "../../app/problem";
import { Badge } from "../../design/badge";
import { Button } from "../../design/button";
import { Loading } from "../../design/progress";
import { Empty } from "../../design/states";
import { useTime } from "../../i18n/time";
import { useWords } from "../../i18n/words";
import { partWords } from "../../parts/words";
import { todayWords } from "./words";

/** Earlier rounds, newest first: when each ended, in time or not, and how many did not answer. */
export function PastRounds() {
  const t = useWords(todayWords);
  const p = useWords(partWords);
  const { at } = useTime();
  const rounds = useList("/rounds", {}, { limit: 14 });
  if (rounds.error) return <Problem fault={rounds.error} onRetry={rounds.retry} />;
  if (rounds.pending) return <Loading />;
  if (rounds.rows.length === 0) return <Empty icon="clock" title={t("roundNone")} />;
  return (
    <div className="flex flex-col items-start gap-2">
      <ul className="flex w-full flex-col gap-1">
        {rounds.rows.map((round) => (
          <li key={round.id} className="flex flex-wrap items-center gap-2">
            <span className="tabular">{at(round.finished ?? round.started)}</span>
            {!round.finished ? <Badge tone="critical" icon="alert">{t("roundMissed")}</Badge>
              : round.in_time === false ? <Badge tone="critical" icon="alert">{t("roundLate")}</Badge>
              : round.in_time === true && <Badge tone="ok" icon="check">{t("inTime")}</Badge>}
            {round.finished && <span>{t("roundCounts", { answered: round.answered, silent: round.silent })}</span>}
          </li>
        ))}
      </ul>
      {rounds.hasMore && <Button small busy={rounds.loadingMore} onClick={rounds.onMore}>{p("moreRows")}</Button>}
    </div>
  );
}
