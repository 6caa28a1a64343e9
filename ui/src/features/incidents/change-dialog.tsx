import { useState } from "react";
import type { IncidentDetail } from "../../api/contract";
import { useList, useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Problem } from "../../app/problem";
import { useSession } from "../../app/session";
import { FormDialog } from "../../design/dialog";
import { Select, TextArea, TextField } from "../../design/field";
import { useWords } from "../../i18n/words";
import { useSeverityChoices } from "../../parts/state-badges";
import { partWords } from "../../parts/words";
import { useKindWord } from "../desk/ticket-state";
import { incidentWords } from "./words";

type Severity = IncidentDetail["severity"];

/** Title, severity and owner. What people were told first is changed with a reason, which stays on the time line. */
export function ChangeDialog({ incident, onClose }: { incident: IncidentDetail; onClose: () => void }) {
  const t = useWords(incidentWords);
  const p = useWords(partWords);
  const severities = useSeverityChoices();
  const notices = useNotices();
  const word = useKindWord(incident.kind);
  const { session } = useSession();
  const change = useSend("PATCH /incidents/{id}", ["/incidents", "/today"]);
  const [title, setTitle] = useState(incident.title);
  const [severity, setSeverity] = useState<string>(incident.severity);
  const [owner, setOwner] = useState(String(incident.owner ?? ""));
  const people = useList("/owners", {}, { limit: 200 });
  const [reason, setReason] = useState("");
  const me = session.account?.id;
  const name = (one: { id: number; name: string }) => (one.id === me ? t("ownerMe", { name: one.name }) : one.name);
  // Whoever has it stays to be seen, also when he has left the roster since; so does an administrator who takes it himself.
  const known = new Map(people.rows.map((one) => [String(one.id), name(one)]));
  if (incident.owner && !known.has(String(incident.owner))) known.set(String(incident.owner), incident.owner_name ?? "");
  if (session.account && me !== undefined && !known.has(String(me))) known.set(String(me), name({ id: me, name: session.account.name }));
  const choices = [{ value: "", label: t("ownerNone") }, ...[...known].map(([value, label]) => ({ value, label }))];
  const body = {
    ...(title !== incident.title ? { title } : {}),
    ...(severity !== incident.severity ? { severity: severity as Severity } : {}),
    ...(owner !== String(incident.owner ?? "") ? { owner: owner === "" ? null : Number(owner) } : {}),
    ...(reason ? { reason } : {}),
  };
  const needsReason = "title" in body || "severity" in body;
  return (
    <FormDialog title={t("change")} submit={t("change")} busy={change.isPending} onClose={onClose}
      onSubmit={() => change.mutate({ path: { id: incident.id }, body }, { onSuccess: () => { notices.ok(t("changed", word)); onClose(); } })}>
      <Problem fault={change.error} />
      <TextField required label={t("createTitle")} value={title} onText={setTitle} error={change.error?.field("title")} />
      {(incident.kind === "incident" || incident.kind === "fault") && <Select label={p("severity")} value={severity} onText={setSeverity} choices={severities} />}
      <Problem fault={people.error} />
      <Select label={p("owner")} hint={t("ownerHint")} value={owner} onText={setOwner} choices={choices} error={change.error?.field("owner")} />
      <TextArea required={needsReason} markOptional={!needsReason} label={t("changeWhy")} rows={2} value={reason} onText={setReason} maxLength={4000} error={change.error?.field("reason")} />
    </FormDialog>
  );
}
