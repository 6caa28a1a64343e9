import { useState } from "react";
import type { IncidentDetail, IncidentReport, Text2 } from "../../api/contract";
import { useContract, useGet, useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Await, Problem } from "../../app/problem";
import { useSession } from "../../app/session";
import { Badge } from "../../design/badge";
import { Button } from "../../design/button";
import { TextArea } from "../../design/field";
import { useTime } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { incidentWords } from "./words";

const KINDS = ["first", "interim", "final"] as const;
type Kind = (typeof KINDS)[number];
interface Part {
  id: string;
  name: Text2;
  required: boolean;
}

/** First, interim and final report with the parts that the contract asks for. */
export function ReportsTab({ incident }: { incident: IncidentDetail }) {
  const contract = useGet("/contracts/{contract_id}", { path: { contract_id: useContract() } });
  return (
    <Await of={contract}>
      {(pack) => <ul className="flex flex-col gap-4">{KINDS.map((kind) => <li key={kind}><OneReport incident={incident} kind={kind} parts={pack.report_parts?.[kind] ?? []} /></li>)}</ul>}
    </Await>
  );
}

function OneReport({ incident, kind, parts }: { incident: IncidentDetail; kind: Kind; parts: readonly Part[] }) {
  const t = useWords(incidentWords);
  const { at } = useTime();
  const found = incident.reports?.find((report) => report.kind === kind);
  const { may } = useSession();
  const submitted = found?.state === "submitted";
  const readOnly = submitted || !may("incident_write");
  const [open, setOpen] = useState(false);
  return (
    <section className="rounded-8 border border-solid-gray-300 p-4">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h3 className="text-std-18B-160">{t(kind)}</h3>
        {submitted ? <Badge tone="ok" icon="check">{t("submitted")}</Badge> : found ? <Badge tone="info" icon="report">{t("draft")}</Badge> : <Badge icon="report">{t("notStarted")}</Badge>}
        {found?.at && <span className="text-dns-14N-130 text-solid-gray-700">{submitted ? t("submittedBy", { who: found.by ?? "", at: at(found.at) }) : at(found.at)}</span>}
        <Button small className="ms-auto" aria-expanded={open} onClick={() => setOpen(!open)}>{t(readOnly ? "readIt" : "writeIt")}<span className="sr-only">{t(kind)}</span></Button>
      </div>
      {open && (readOnly ? found && <Submitted report={found} parts={parts} /> : <ReportForm id={incident.id} kind={kind} parts={parts} texts={found?.parts ?? {}} />)}
    </section>
  );
}

function Submitted({ report, parts }: { report: IncidentReport; parts: readonly Part[] }) {
  const name = useName();
  return <dl className="mt-3 flex flex-col gap-3">{Object.entries(report.parts).map(([id, text]) => <div key={id}><dt className="font-bold">{name(parts.find((part) => part.id === id)?.name) || id}</dt><dd className="whitespace-pre-wrap">{text || "—"}</dd></div>)}</dl>;
}

/** A draft may have holes; what is submitted may not, and the missing part says so at its own field. */
function ReportForm({ id, kind, parts, texts: saved }: { id: number; kind: Kind; parts: readonly Part[]; texts: Readonly<Record<string, string>> }) {
  const t = useWords(incidentWords);
  const name = useName();
  const notices = useNotices();
  const [texts, setTexts] = useState<Record<string, string>>({ ...saved });
  const [tried, setTried] = useState(false);
  const write = useSend("POST /incidents/{id}/reports", ["/incidents", "/today"]);
  const send = (submit: boolean) => write.mutate({ path: { id }, body: { kind, parts: texts, submit } }, { onSuccess: () => notices.ok(t(submit ? "submittedNow" : "saved")) });
  const missing = parts.filter((part) => part.required && !texts[part.id]?.trim());
  return (
    <form noValidate className="mt-3 flex flex-col gap-4" onSubmit={(event) => {
      event.preventDefault();
      setTried(true);
      if (missing.length === 0) send(true);
    }}>
      <Problem fault={write.error} />
      {parts.map((part) => (
        <TextArea key={part.id} label={name(part.name)} required={part.required} markOptional value={texts[part.id] ?? ""} onText={(text) => setTexts((old) => ({ ...old, [part.id]: text }))}
          error={tried && missing.includes(part) ? t("missingPart") : write.error?.field(`parts.${part.id}`)} />
      ))}
      <div className="flex flex-wrap gap-3">
        <Button busy={write.isPending} onClick={() => send(false)}>{t("saveDraft")}</Button>
        <Button type="submit" kind="main" busy={write.isPending}>{t("submit")}</Button>
      </div>
    </form>
  );
}
