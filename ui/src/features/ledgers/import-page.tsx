import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import type { Import, Job } from "../../api/contract";
import { useFileAddress, useGet, useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Await, Problem } from "../../app/problem";
import { Button, DownloadLink } from "../../design/button";
import { FormDialog } from "../../design/dialog";
import { CONTROL, Field } from "../../design/field";
import { PageHeader, Panel } from "../../design/page";
import { Note } from "../../design/states";
import { useName, useWords } from "../../i18n/words";
import { JobProgress } from "../../parts/job-progress";
import { useLedger } from "../../parts/ledger";
import { PlanRows } from "./plan-rows";
import { importWords, ledgerWords } from "./words";

const STALE = ["/imports", "/ledgers", "/devices", "/map"] as const;
type Work = { job: number; kind: "planning" | "executing" | "undoing" };

/** File → plan → done → undo. What is executed is the plan that was shown, by its number; no file is read twice. */
export default function ImportPage({ ledger }: { ledger: string }) {
  const t = useWords(importWords);
  const l = useWords(ledgerWords);
  const name = useName();
  const label = name(useLedger(ledger)?.name) || ledger;
  const [work, setWork] = useState<Work | null>(null);
  const [plan, setPlan] = useState<number | null>(null);
  const queries = useQueryClient();
  const finished = useCallback((job: Job) => {
    setWork(null);
    if (job.result != null) setPlan(job.result);
    // What was asked while the job ran is of before its end.
    void queries.invalidateQueries({ predicate: ({ queryKey }) => STALE.some((start) => String(queryKey[0]).startsWith(start)) });
  }, [queries]);
  return (
    <>
      <PageHeader title={t("title")} crumbs={[{ label: l("title"), href: "/ledgers" }, { label, href: `/ledgers/${ledger}` }]} lead={t("lead")} />
      <div className="flex flex-col gap-5">
        {plan === null && !work && <ChooseFile ledger={ledger} onJob={(job) => setWork({ job, kind: "planning" })} />}
        {work && <Panel title={t("step2")}><JobProgress key={work.job} id={work.job} label={t(work.kind)} onDone={finished} /></Panel>}
        {plan !== null && !work && <Plan id={plan} onWork={setWork} onAgain={() => setPlan(null)} />}
      </div>
    </>
  );
}

function ChooseFile({ ledger, onJob }: { ledger: string; onJob: (job: number) => void }) {
  const t = useWords(importWords);
  const file = useFileAddress();
  const [chosen, setChosen] = useState<File | null>(null);
  const read = useSend("POST /ledgers/{ledger}/imports");
  return (
    <Panel title={t("step1")}>
      <form className="flex max-w-160 flex-col items-start gap-4" onSubmit={(event) => {
        event.preventDefault();
        if (!chosen) return;
        const body = new FormData();
        body.set("file", chosen);
        read.mutate({ path: { ledger }, body }, { onSuccess: (job) => onJob(job.id) });
      }}>
        <Problem fault={read.error} />
        <Field className="w-full" label={t("file")} hint={t("fileHint")} required>
          {(wiring) => <input type="file" accept=".xlsx,.csv" className={CONTROL} {...wiring} onChange={(event) => setChosen(event.target.files?.[0] ?? null)} />}
        </Field>
        <div className="flex flex-wrap gap-3">
          <Button type="submit" kind="main" busy={read.isPending} disabled={!chosen}>{t("plan")}</Button>
          <DownloadLink href={file("/ledgers/{ledger}/export", { path: { ledger }, query: { format: "xlsx" } })}>{t("template")}</DownloadLink>
        </div>
      </form>
    </Panel>
  );
}

function Plan({ id, onWork, onAgain }: { id: number; onWork: (work: Work) => void; onAgain: () => void }) {
  const answer = useGet("/imports/{id}", { path: { id } });
  return <Await of={answer}>{(data) => <PlanView plan={data} onWork={onWork} onAgain={onAgain} />}</Await>;
}

function PlanView({ plan, onWork, onAgain }: { plan: Import; onWork: (work: Work) => void; onAgain: () => void }) {
  const t = useWords(importWords);
  const notices = useNotices();
  const [undoing, setUndoing] = useState(false);
  const execute = useSend("POST /imports/{id}/execute", STALE);
  const undo = useSend("POST /imports/{id}/undo", STALE);
  const drop = useSend("DELETE /imports/{id}", STALE);
  const path = { id: plan.id };
  const { created, updated, unchanged, rejected } = plan.counts;
  const planned = plan.state === "planned";
  return (
    <Panel title={`${t(planned ? "step2" : "step3")} ${plan.file ?? ""}`} flush>
      <div className="flex flex-col gap-4 px-4 pb-4">
        <Problem fault={execute.error ?? undo.error ?? drop.error} />
        {plan.state === "executed" && <Note tone="ok" title={t("executed")} />}
        {plan.state === "undone" && <Note tone="info" title={t("undone")} />}
        <dl className="grid grid-cols-2 gap-3 md:grid-cols-4">
          {([["created", created], ["updated", updated], ["unchanged", unchanged], ["rejected", rejected]] as const).map(([key, count]) => (
            <div key={key} className={`rounded-8 border p-3 ${key === "rejected" && count ? "border-error-1" : "border-solid-gray-300"}`}><dt className="text-dns-14N-130">{t(key)}</dt><dd className={`tabular text-std-24B-150 ${key === "rejected" && count ? "text-error-1" : ""}`}>{count.toLocaleString()}</dd></div>
          ))}
        </dl>
        {plan.ignored_columns && plan.ignored_columns.length > 0 && <Note tone="warning" title={t("ignored", { names: plan.ignored_columns.join("、") })} />}
        {planned && rejected > 0 && <Note tone="warning" title={t("rejectedNote")} />}
        {planned && created + updated === 0 && <Note tone="info" title={t("nothing")} />}
        <div className="flex flex-wrap gap-3">
          {planned && created + updated > 0 && <Button kind="main" icon="check" busy={execute.isPending} onClick={() => execute.mutate({ path }, { onSuccess: (job) => onWork({ job: job.id, kind: "executing" }) })}>{t("execute")}</Button>}
          {planned && <Button busy={drop.isPending} onClick={() => drop.mutate({ path }, { onSuccess: () => { notices.info(t("dropped")); onAgain(); } })}>{t("drop")}</Button>}
          {plan.state === "executed" && plan.may_undo && <Button icon="undo" onClick={() => setUndoing(true)}>{t("undo")}</Button>}
          {!planned && <Button onClick={onAgain}>{t("again")}</Button>}
        </div>
      </div>
      <PlanRows plan={plan} />
      {undoing && (
        <FormDialog title={t("undoTitle")} submit={t("undo")} busy={undo.isPending} onClose={() => setUndoing(false)} onSubmit={() => undo.mutate({ path }, { onSuccess: (job) => { setUndoing(false); onWork({ job: job.id, kind: "undoing" }); } })}>
          <p>{t("undoLead")}</p>
        </FormDialog>
      )}
    </Panel>
  );
}
