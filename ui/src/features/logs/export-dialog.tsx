import { useCallback, useState } from "react";
import { useGet, useFileAddress, useSend } from "../../api/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { Await, Problem } from "../../app/problem";
import { Button, DownloadLink } from "../../design/button";
import { Dialog } from "../../design/dialog";
import { Checkbox, Radios, TextField } from "../../design/field";
import { useTime } from "../../i18n/time";
import { useWords } from "../../i18n/words";
import { JobProgress } from "../../parts/job-progress";
import { screenOf, type Asked } from "./asking";
import { logWords } from "./words";

/** A file with its proof. Why it is made is asked also where only devices are looked at. */
export function ExportDialog({ asked, purpose, onClose }: { asked: Asked; purpose: string; onClose: () => void }) {
  const t = useWords(logWords);
  const [format, setFormat] = useState<"xlsx" | "csv">("xlsx");
  const [seals, setSeals] = useState(false);
  const [why, setWhy] = useState(purpose);
  const [job, setJob] = useState<number | null>(null);
  const queries = useQueryClient();
  const start = useSend("POST /log-search/exports");
  const done = useCallback(() => {
    setJob(null);
    void queries.invalidateQueries({ queryKey: ["/log-search/exports"] });
  }, [queries]);
  return (
    <Dialog title={t("exportTitle")} onClose={onClose} wide>
      <p className="mb-4">{t("exportLead")}</p>
      {job !== null ? <JobProgress id={job} label={t("exporting")} onDone={done} /> : (
        <form className="flex flex-col gap-4" onSubmit={(event) => { event.preventDefault(); start.mutate({ body: { ...asked, purpose: why, format, seals: seals && format === "csv", screen: screenOf("export") } }, { onSuccess: (made) => setJob(made.id) }); }}>
          <Radios legend={t("exportFormat")} value={format} onChange={(value) => setFormat(value === "csv" ? "csv" : "xlsx")} choices={[{ value: "xlsx", label: t("formatXlsx") }, { value: "csv", label: t("formatCsv") }]} />
          {format === "csv" && <Checkbox label={t("exportSeals")} hint={t("exportSealsHint")} checked={seals} onChange={setSeals} />}
          <TextField label={t("purpose")} required maxLength={500} value={why} onText={setWhy} />
          <Problem fault={start.error} />
          <div><Button type="submit" kind="main" icon="download" busy={start.isPending} disabled={why.trim().length < 4}>{t("exportDo")}</Button></div>
        </form>
      )}
      <Made />
    </Dialog>
  );
}

function Made() {
  const t = useWords(logWords);
  const { at } = useTime();
  const file = useFileAddress();
  const list = useGet("/log-search/exports", {});
  return (
    <Await of={list}>{(made) => made.items.length === 0 ? null : (
      <section className="mt-6">
        <h3 className="text-std-18B-160 mb-2">{t("exportsDone")}</h3>
        <ul className="flex flex-col divide-y divide-solid-gray-200 border-y border-solid-gray-200">
          {made.items.slice(0, 10).map((one) => (
            <li key={one.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2">
              <div className="min-w-0 grow basis-72">
                <p className="tabular">{at(one.made_at)} <span className="ms-2">{t("exportRows", { n: one.rows.toLocaleString() })}</span>{one.proved !== null && <span className="ms-2">{t("exportProved", { n: one.proved.toLocaleString() })}</span>}{one.partial && <span className="ms-2 font-bold">{t("exportPart")}</span>} <span className="text-dns-14N-130 ms-2 text-solid-gray-700">{t("exportEntry", { n: one.entry })}</span></p>
                <p className="text-dns-14N-130 font-mono break-all text-solid-gray-700">{one.query}</p>
                <p className="text-dns-14N-130 font-mono break-all text-solid-gray-700">SHA-256 {one.sha256}</p>
              </div>
              {one.there ? <DownloadLink small href={file("/log-search/exports/{id}/file", { path: { id: one.id } })}>{t("download")}</DownloadLink> : <span className="text-dns-14N-130 text-solid-gray-700">{t("exportGone")}</span>}
            </li>
          ))}
        </ul>
      </section>
    )}</Await>
  );
}
