import { useState } from "react";
import type { IncidentDetail } from "../../api/contract";
import { useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Problem } from "../../app/problem";
import { useSession } from "../../app/session";
import { FormDialog } from "../../design/dialog";
import { Radios, Select, TextArea, TextField } from "../../design/field";
import { useWords } from "../../i18n/words";
import { useSeverityChoices } from "../../parts/state-badges";
import { partWords } from "../../parts/words";
import { incidentWords } from "./words";

type Severity = IncidentDetail["severity"];

/** Title, severity and owner. What people were told first is changed with a reason, which stays on the time line. */
export function ChangeDialog({ incident, onClose }: { incident: IncidentDetail; onClose: () => void }) {
  const t = useWords(incidentWords);
  const p = useWords(partWords);
  const notices = useNotices();
  const { session } = useSession();
  const change = useSend("PATCH /incidents/{id}", ["/incidents", "/today"]);
  const [title, setTitle] = useState(incident.title);
  const [severity, setSeverity] = useState<string>(incident.severity);
  const [owner, setOwner] = useState("keep");
  const [reason, setReason] = useState("");
  const me = session.account?.id;
  const choices = [
    { value: "keep", label: incident.owner_name ? t("ownerKeep", { name: incident.owner_name }) : t("ownerNone") },
    ...(me !== undefined && me !== incident.owner ? [{ value: "me", label: t("ownerMe") }] : []),
    ...(incident.owner ? [{ value: "none", label: t("ownerNone") }] : []),
  ];
  const body = {
    ...(title !== incident.title ? { title } : {}),
    ...(severity !== incident.severity ? { severity: severity as Severity } : {}),
    ...(owner === "me" && me !== undefined ? { owner: me } : owner === "none" ? { owner: null } : {}),
    ...(reason ? { reason } : {}),
  };
  const needsReason = "title" in body || "severity" in body;
  return (
    <FormDialog title={t("change")} submit={t("change")} busy={change.isPending} onClose={onClose}
      onSubmit={() => change.mutate({ path: { id: incident.id }, body }, { onSuccess: () => { notices.ok(t("changed")); onClose(); } })}>
      <Problem fault={change.error} />
      <TextField required label={t("createTitle")} value={title} onText={setTitle} error={change.error?.field("title")} />
      <Select label={p("severity")} value={severity} onText={setSeverity} choices={useSeverityChoices()} />
      <Radios legend={p("owner")} value={owner} onChange={setOwner} choices={choices} />
      <TextArea required={needsReason} markOptional={!needsReason} label={t("changeWhy")} rows={2} value={reason} onText={setReason} maxLength={4000} error={change.error?.field("reason")} />
    </FormDialog>
  );
}
