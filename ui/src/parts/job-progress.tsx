import { useEffect, useRef } from "react";
import type { Job } from "../api/contract";
import { useGet, useSend } from "../api/hooks";
import { Problem } from "../app/problem";
import { Button } from "../design/button";
import { Progress } from "../design/progress";
import { ErrorState, Note } from "../design/states";
import { useName, useWords } from "../i18n/words";
import { partWords } from "./words";

const ENDED = ["done", "failed", "cancelled"];

/** Follows work that the server does in the background until it ends, with a button that stops it. */
export function JobProgress({ id, label, onDone }: { id: number; label: string; onDone: (job: Job) => void }) {
  const t = useWords(partWords);
  const name = useName();
  const job = useGet("/jobs/{id}", { path: { id } }, { refetchMs: 700 });
  const stop = useSend("DELETE /jobs/{id}", ["/jobs"]);
  const told = useRef(false);
  const state = job.data?.state ?? "";
  useEffect(() => {
    if (state === "done" && job.data && !told.current) {
      told.current = true;
      onDone(job.data);
    }
  }, [state, job.data, onDone]);
  if (job.error) return <Problem fault={job.error} onRetry={() => void job.refetch()} />;
  if (state === "failed") return <ErrorState title={job.data?.problem?.detail ?? job.data?.problem?.title ?? t("failed")} detail={undefined} advice={job.data?.problem?.advice} code={job.data?.problem?.code} />;
  if (state === "cancelled") return <Note tone="info" title={t("stopped")} />;
  return (
    <div className="flex flex-col gap-3">
      <Progress label={label} value={job.data ? job.data.progress : null} note={(job.data?.message && name(job.data.message)) || t("working")} />
      {!ENDED.includes(state) && <div><Button small busy={stop.isPending} onClick={() => stop.mutate({ path: { id } })}>{t("stop")}</Button></div>}
    </div>
  );
}
