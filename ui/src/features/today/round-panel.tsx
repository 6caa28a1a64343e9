import { useState } from "react";
import { Link } from "wouter";
import type { Round } from "../../api/contract";
import { useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { useSession } from "../../app/session";
import { useQueryClient } from "@tanstack/react-query";
import { Badge } from "../../design/badge";
import { Button } from "../../design/button";
import { Facts, Panel } from "../../design/page";
import { Empty, Note } from "../../design/states";
import { useTime } from "../../i18n/time";
import { useWords } from "../../i18n/words";
import { JobProgress } from "../../parts/job-progress";
import { PastRounds } from "./past-rounds";
import { todayWords } from "./words";

/** The morning round: every device answered before opening time, or who did not. */
export function RoundPanel({ round }: { round: Round | null }) {
  const t = useWords(todayWords);
  const { at } = useTime();
  const notices = useNotices();
  const { may } = useSession();
  const queries = useQueryClient();
  const start = useSend("POST /rounds", ["/rounds"]);
  const [job, setJob] = useState<number | null>(null);
  const [past, setPast] = useState(false);
  return (
    <div className={past ? "xl:col-span-2" : ""}><Panel title={t("round")} actions={job === null && may("alert_handle") && <Button small busy={start.isPending} onClick={() => start.mutate({}, { onSuccess: (made) => setJob(made.id), onError: notices.fault })}>{t("startRound")}</Button>}>
      <div className="flex flex-col gap-3">
        {job !== null && <JobProgress id={job} label={t("roundRunning")} onDone={() => { setJob(null); void queries.invalidateQueries({ queryKey: ["/today"] }); }} />}
        {!round ? <Empty icon="clock" title={t("roundNone")} /> : (
          <>
            <Facts facts={[
              [t("roundEnded"), <span key="end" className="flex flex-wrap items-center gap-2">{round.finished ? at(round.finished) : t("roundMissed")}{round.in_time === true && <Badge tone="ok" icon="check">{t("inTime")}</Badge>}{round.in_time === false && <Badge tone="critical" icon="alert">{t("roundLate")}</Badge>}</span>],
              [t("roundDue"), at(round.due, "time")],
              [t("answered"), round.answered.toLocaleString()],
              [t("unreachable"), <Link key="silent" href="/devices?state=down">{round.silent.toLocaleString()}</Link>],
            ]} />
            {round.finished && round.silent === 0 && <Note tone="ok" title={t("allAnswered")} />}
            {round.missing && round.missing.length > 0 && <ul className="list-disc ps-6">{round.missing.map((device) => <li key={device.id}><Link href={`/devices/${device.id}`}>{device.name}</Link> {device.site_name}</li>)}</ul>}
          </>
        )}
        <div><Button small aria-expanded={past} onClick={() => setPast((shown) => !shown)}>{t("pastRounds")}</Button></div>
        {past && <PastRounds />}
      </div>
    </Panel></div>
  );
}
