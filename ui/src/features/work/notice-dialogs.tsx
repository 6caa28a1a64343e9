import { useState } from "react";
import type { WorkKindList, WorkNotice } from "../../api/contract";
import { useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Problem } from "../../app/problem";
import { FormDialog } from "../../design/dialog";
import { Radios, Select, TextArea, TextField } from "../../design/field";
import { useName, useWords } from "../../i18n/words";
import { FilesField, type KeptFile } from "../../parts/files";
import { ALL_MACHINES, MachineFilterFields } from "./machine-filter";
import { campaignWords, noticeWords, workWords } from "./words";

export function ReceiveDialog({ rules, onClose }: { rules: NonNullable<WorkKindList["notices"]>; onClose: () => void }) {
  const t = useWords(noticeWords);
  const name = useName();
  const notices = useNotices();
  const [source, setSource] = useState(rules.sources[0]?.id ?? "");
  const [reference, setReference] = useState("");
  const [title, setTitle] = useState("");
  const [content, setContent] = useState("");
  const [files, setFiles] = useState<readonly KeptFile[]>([]);
  const send = useSend("POST /work-notices", ["/work-notices", "/work-summary"]);
  return (
    <FormDialog title={t("enter")} submit={t("enter")} busy={send.isPending} disabled={title.trim() === ""} onClose={onClose} onSubmit={() => send.mutate({ body: { source, reference, title, content, files: files.map((one) => one.id) } }, { onSuccess: (made) => { notices.ok(t("entered", { number: made.number })); onClose(); } })}>
      <Problem fault={send.error} />
      <Select label={t("source")} required value={source} onText={setSource} choices={rules.sources.map((one) => ({ value: one.id, label: name(one.title) }))} />
      <TextField label={t("reference")} value={reference} onText={setReference} maxLength={100} />
      <TextField label={t("subject")} required value={title} onText={setTitle} maxLength={200} />
      <TextArea label={t("content")} rows={6} value={content} onText={setContent} maxLength={20000} />
      <FilesField label={t("files")} button={t("files")} files={files} onChange={setFiles} />
    </FormDialog>
  );
}

export function AssessDialog({ notice, kinds, onClose }: { notice: WorkNotice; kinds: WorkKindList; onClose: () => void }) {
  const t = useWords(noticeWords);
  const w = useWords(workWords);
  const c = useWords(campaignWords);
  const name = useName();
  const notices = useNotices();
  const offered = kinds.items.filter((kind) => kinds.notices?.work_kinds.includes(kind.id));
  const [concerned, setConcerned] = useState("");
  const [urgency, setUrgency] = useState("normal");
  const [reason, setReason] = useState("");
  const [kind, setKind] = useState(offered[0]?.id ?? "");
  const [per, setPer] = useState("site");
  const [filter, setFilter] = useState(ALL_MACHINES);
  const send = useSend("POST /work-notices/{id}/assessment", ["/work-notices", "/work-summary", "/campaigns", "/work-orders"]);
  const yes = concerned === "yes";
  const submit = () => send.mutate(
    { path: { id: notice.id }, body: { version: notice.version, concerned: yes, urgency: urgency as WorkNotice["urgency"], reason, ...(yes ? { kind, per_site: per === "site", classes: [...filter.classes], sites: [...filter.sites], text: filter.text } : {}) } },
    { onSuccess: () => { notices.ok(t("assessed")); onClose(); } },
  );
  return (
    <FormDialog wide title={`${t("assess")}：${notice.title}`} submit={t("assess")} busy={send.isPending} disabled={concerned === "" || reason.trim() === ""} onClose={onClose} onSubmit={submit}>
      <Problem fault={send.error} />
      <Radios inline legend={t("question")} value={concerned} onChange={setConcerned} choices={[{ value: "yes", label: t("isConcerned") }, { value: "no", label: t("isNot") }]} />
      <TextArea label={t("why")} required value={reason} onText={setReason} maxLength={4000} />
      {yes && (
        <>
          <Radios inline legend={t("urgency")} value={urgency} onChange={setUrgency} choices={[{ value: "normal", label: t("normal") }, { value: "soon", label: t("soon") }, { value: "at_once", label: t("at_once") }]} />
          <Select label={w("kind")} required value={kind} onText={setKind} choices={offered.map((one) => ({ value: one.id, label: name(one.title) }))} />
          <Radios legend={c("per")} value={per} onChange={setPer} choices={[{ value: "site", label: c("perSite") }, { value: "device", label: c("perDevice") }]} />
          <MachineFilterFields kinds={kinds} value={filter} onChange={setFilter} />
        </>
      )}
    </FormDialog>
  );
}
