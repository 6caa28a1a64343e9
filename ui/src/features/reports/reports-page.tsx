import { useMemo, useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import type { Job, Report } from "../../api/contract";
import { useFileAddress, useList, useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Problem } from "../../app/problem";
import { useSession } from "../../app/session";
import { Badge } from "../../design/badge";
import { Button, DownloadLink } from "../../design/button";
import { Dialog } from "../../design/dialog";
import { Select } from "../../design/field";
import { Code, Facts, PageHeader, Panel } from "../../design/page";
import { Loading } from "../../design/progress";
import { Empty } from "../../design/states";
import { DataTable, type Column } from "../../design/table";
import { formatEra, serverNow, toLocalParts, useTime } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { JobProgress } from "../../parts/job-progress";
import { reportWords } from "./words";

/** The last 24 months, newest first; the running month can be made too, but its figures are not final. */
function months(): string[] {
  const [year = 0, month = 1] = toLocalParts(serverNow()).day.split("-").map(Number);
  return Array.from({ length: 24 }, (_, back) => {
    const index = year * 12 + (month - 1) - back;
    return `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, "0")}`;
  });
}

function useMonthName() {
  const { at, language } = useTime();
  return (month: string) => {
    const day = `${month}-01T00:00:00+09:00`;
    return language === "ja" ? `${at(day, "month")}（${formatEra(day).replace(/月.*$/, "月")}）` : at(day, "month");
  };
}

export default function ReportsPage() {
  const t = useWords(reportWords);
  const name = useName();
  const { at } = useTime();
  const monthName = useMonthName();
  const file = useFileAddress();
  const list = useList("/reports", {});
  const { may } = useSession();
  const [sums, setSums] = useState<Report | null>(null);
  const columns = useMemo<Column<Report>[]>(() => [
    { id: "name", header: t("name"), cell: (one) => <><span className="font-bold">{monthName(one.month)}</span> <span>{name(one.name) || one.kind}</span></> },
    { id: "made", header: t("madeAt"), width: "11rem", cell: (one) => <span className="tabular">{at(one.made)}</span> },
    { id: "by", header: t("by"), width: "10rem", cell: (one) => one.by },
    {
      id: "files", header: t("files"), width: "30rem", cell: (one) => one.state === "failed" ? <Badge tone="critical" icon="alert">{t("failed")}</Badge> : one.state === "making" ? <Badge tone="info" icon="clock">{t("stillMaking")}</Badge> : (
        <span className="flex flex-wrap items-center gap-2">
          {one.formats?.map((format) => <DownloadLink key={format} small href={file("/reports/{id}/file", { path: { id: one.id }, query: { format } })}>{FORMATS[format]}</DownloadLink>)}
          <Button small kind="quiet" onClick={() => setSums(one)}>{t("sum")}</Button>
        </span>
      ),
    },
  ], [t, name, at, monthName, file]);
  return (
    <>
      <PageHeader title={t("title")} lead={t("lead")} />
      <div className="flex flex-col gap-5">
        {may("report_make") && <Make />}
        <div className="overflow-hidden rounded-12 border border-solid-gray-200 bg-white">
          {list.error ? <div className="p-4"><Problem fault={list.error} onRetry={list.retry} /></div> : list.pending ? <Loading /> : <DataTable caption={t("title")} columns={columns} rowKey={(one) => one.id} {...list} empty={<Empty icon="report" title={t("none")} />} />}
        </div>
      </div>
      {sums && (
        <Dialog title={t("sum")} onClose={() => setSums(null)}>
          <p className="mb-3">{t("sumLead")}</p>
          <Facts columns={1} facts={[...Object.entries(sums.sha256 ?? {}).map(([format, sum]) => [`${format} (SHA-256)`, <Code key={format}>{sum}</Code>] as const), [t("journalRoot"), sums.journal_root && <Code>{sums.journal_root}</Code>]]} />
        </Dialog>
      )}
    </>
  );
}

const FORMATS = { docx: "Word", xlsx: "Excel", pdf: "PDF" } as const;

function Make() {
  const t = useWords(reportWords);
  const notices = useNotices();
  const queries = useQueryClient();
  const monthName = useMonthName();
  const choices = useMemo(months, []);
  const [month, setMonth] = useState(choices[1] ?? "");
  const [job, setJob] = useState<{ id: number; month: string } | null>(null);
  const make = useSend("POST /reports", ["/reports"]);
  const done = (_: Job) => {
    if (job) notices.ok(t("made", { month: monthName(job.month) }));
    setJob(null);
    void queries.invalidateQueries({ queryKey: ["/reports"] });
  };
  return (
    <Panel title={t("make")}>
      <form className="flex flex-wrap items-end gap-3" onSubmit={(event) => { event.preventDefault(); make.mutate({ body: { kind: "monthly", month } }, { onSuccess: (made) => setJob({ id: made.id, month }) }); }}>
        <Select className="w-72" label={t("month")} value={month} onText={setMonth} choices={choices.map((value) => ({ value, label: monthName(value) }))} />
        <Button type="submit" kind="main" busy={make.isPending} disabled={job !== null}>{t("make")}</Button>
      </form>
      {month === choices[0] && <p className="mt-3 max-w-160">{t("partial")}</p>}
      <div className="mt-3 max-w-160 empty:hidden">
        {make.error && <Problem fault={make.error} />}
        {job && <JobProgress key={job.id} id={job.id} label={t("making", { month: monthName(job.month) })} onDone={done} />}
      </div>
    </Panel>
  );
}
