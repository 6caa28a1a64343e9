import { useState } from "react";
import type { Attachment, Deliverable } from "../../api/contract";
import { useGet, useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Problem } from "../../app/problem";
import { Button } from "../../design/button";
import { Checkbox, Field, Radios, Select, TextArea, TextField } from "../../design/field";
import { CONTROL } from "../../design/field";
import { Panel } from "../../design/page";
import { Note } from "../../design/states";
import { serverNow, toLocalParts, useTime } from "../../i18n/time";
import { useWords } from "../../i18n/words";
import { deliverablePageWords, formatWords } from "./words";

const AFTER = ["/deliverables"];

/** Hands in: which forms, how many copies, the files or a report made here. */
export function HandInPanel({ one }: { one: Deliverable }) {
  const t = useWords(deliverablePageWords);
  const f = useWords(formatWords);
  const notices = useNotices();
  const kind = one.kind;
  const upload = useSend("POST /attachments");
  const submit = useSend("POST /deliverables/{id}/submissions", AFTER);
  const prepare = useSend("PATCH /deliverables/{id}", AFTER);
  const [formats, setFormats] = useState<readonly string[]>([]);
  const [copies, setCopies] = useState(String(kind?.copies ?? 1));
  const [files, setFiles] = useState<readonly Attachment[]>([]);
  const [report, setReport] = useState("");
  const [note, setNote] = useState("");
  const [missing, setMissing] = useState(false);
  if (!kind) return null;
  return (
    <Panel title={t("handIn")} actions={one.state === "planned" && <Button busy={prepare.isPending} onClick={() => prepare.mutate({ path: { id: one.id }, body: { version: one.version } }, { onSuccess: () => notices.ok(t("begun")) })}>{t("begin")}</Button>}>
      <p className="mb-4">{t("handInLead")}</p>
      <Problem fault={prepare.error} />
      <form noValidate className="flex max-w-180 flex-col gap-5" onSubmit={(event) => {
        event.preventDefault();
        setMissing(formats.length === 0);
        if (formats.length === 0 || submit.isPending || upload.isPending) return;
        submit.mutate({ path: { id: one.id }, body: { version: one.version, formats: [...formats], copies: Number(copies) || 0, files: files.map((each) => each.id), note, ...(report ? { report: Number(report) } : {}) } }, { onSuccess: () => { notices.ok(t("submitted")); setFiles([]); setNote(""); } });
      }}>
        {missing && <div role="alert"><Note tone="warning" title={t("chooseFormat")} /></div>}
        <Problem fault={submit.error} />
        <fieldset>
          <legend className="text-std-16B-170">{t("formats")}</legend>
          <div className="flex flex-wrap gap-x-6">
            {kind.formats.map((format) => <Checkbox key={format} label={f(format as keyof typeof FORMAT_IDS)} checked={formats.includes(format)} onChange={(on) => { setMissing(false); setFormats(on ? [...formats, format] : formats.filter((each) => each !== format)); }} />)}
          </div>
        </fieldset>
        <TextField className="max-w-40" type="number" min={kind.copies} label={t("copies")} required value={copies} onText={setCopies} error={submit.error?.field("copies")} />
        {kind.report && <ReportChoice value={report} onChange={setReport} />}
        <Field label={t("addFile")} error={upload.error?.detail} hint={upload.isPending ? t("uploading") : undefined}>
          {(wiring) => <input type="file" {...wiring} className={CONTROL} onChange={(event) => {
            const file = event.target.files?.[0];
            if (!file) return;
            const body = new FormData();
            body.set("file", file);
            const input = event.target;
            upload.mutate({ body }, { onSuccess: (made) => { setFiles((old) => [...old, made]); input.value = ""; } });
          }} />}
        </Field>
        {files.length > 0 && (
          <ul aria-label={t("files")} className="flex flex-col gap-2">
            {files.map((each) => <li key={each.id} className="flex flex-wrap items-center gap-3"><span className="break-all">{each.name}</span><Button small kind="quiet" onClick={() => setFiles(files.filter((other) => other.id !== each.id))}>{t("remove")}<span className="sr-only">{each.name}</span></Button></li>)}
          </ul>
        )}
        <TextArea label={t("memo")} markOptional rows={3} maxLength={4000} value={note} onText={setNote} />
        <div><Button type="submit" kind="main" icon="upload" className="min-h-12 max-md:w-full" busy={submit.isPending}>{t("submit")}</Button></div>
      </form>
    </Panel>
  );
}
const FORMAT_IDS = { docx: 0, xlsx: 0, pptx: 0, pdf: 0, csv: 0, paper: 0, media: 0, photographs: 0 } as const;

function ReportChoice({ value, onChange }: { value: string; onChange: (id: string) => void }) {
  const t = useWords(deliverablePageWords);
  const { at } = useTime();
  const reports = useGet("/reports", {});
  return <Select label={t("ownReport")} markOptional value={value} onText={onChange} empty={t("noReport")} choices={(reports.data?.items ?? []).filter((one) => one.state === "made").map((one) => ({ value: String(one.id), label: `${at(`${one.month}-01T00:00:00+09:00`, "month")} · ${at(one.made, "short")}` }))} />;
}

/** Accepts or gives back what was handed in; before that, says that it is not needed. */
export function DecidePanel({ one }: { one: Deliverable }) {
  const t = useWords(deliverablePageWords);
  const notices = useNotices();
  const decide = useSend("POST /deliverables/{id}/decision", AFTER);
  const choices = one.state === "submitted" ? (["accept", "give_back"] as const) : (["waive"] as const);
  const [decision, setDecision] = useState<"accept" | "give_back" | "waive">(choices[0]);
  const [reason, setReason] = useState("");
  const needed = decision !== "accept";
  const said = { accept: t("accepted"), give_back: t("givenBack"), waive: t("waived") };
  return (
    <Panel title={t("decide")} className={one.state === "submitted" ? "border-2 border-key-900!" : ""}>
      <form noValidate className="flex max-w-180 flex-col gap-5" onSubmit={(event) => {
        event.preventDefault();
        if (!decide.isPending) decide.mutate({ path: { id: one.id }, body: { version: one.version, decision, reason } }, { onSuccess: () => notices.ok(said[decision]) });
      }}>
        <Problem fault={decide.error} />
        {choices.length > 1 && <Radios legend={t("decision")} value={decision} onChange={(value) => setDecision(value as typeof decision)} choices={choices.map((value) => ({ value, label: t(value) }))} />}
        {needed && <TextArea label={t("reason")} hint={t("reasonHint")} required rows={3} maxLength={4000} value={reason} onText={setReason} />}
        <div><Button type="submit" kind={decision === "accept" ? "main" : "danger"} icon="check" className="min-h-12 max-md:w-full" busy={decide.isPending}>{t(decision)}</Button></div>
      </form>
    </Panel>
  );
}

/** When the meeting or the work is that it counts from. */
export function EventPanel({ one }: { one: Deliverable }) {
  const t = useWords(deliverablePageWords);
  const notices = useNotices();
  const change = useSend("PATCH /deliverables/{id}", AFTER);
  const [day, setDay] = useState(() => toLocalParts(one.event ?? serverNow()).day);
  return (
    <Panel title={t("setDay")}>
      <form noValidate className="flex flex-wrap items-end gap-4" onSubmit={(event) => {
        event.preventDefault();
        if (day) change.mutate({ path: { id: one.id }, body: { version: one.version, event: day } }, { onSuccess: () => notices.ok(t("setDayDone")) });
      }}>
        <Problem fault={change.error} />
        <p className="basis-full">{t("setDayLead")}</p>
        <TextField type="date" label={t("day")} required value={day} onText={setDay} />
        <Button type="submit" busy={change.isPending}>{t("save")}</Button>
      </form>
    </Panel>
  );
}
