import { useState } from "react";
import { useLocation } from "wouter";
import { useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Problem } from "../../app/problem";
import { DateTimeField, momentOf, momentToUtc } from "../../design/date-time";
import { FormDialog } from "../../design/dialog";
import { Checkbox, Select, TextArea, TextField, type Choice } from "../../design/field";
import { serverNow } from "../../i18n/time";
import { useWords } from "../../i18n/words";
import { DevicePicker } from "../../parts/device-picker";
import { useSeverityChoices } from "../../parts/state-badges";
import { partWords } from "../../parts/words";
import { incidentWords } from "./words";

type Severity = "critical" | "major" | "minor" | "warning" | "info";

/** For what reached us by telephone or mail rather than by an alert. */
export function CreateDialog({ onClose }: { onClose: () => void }) {
  const t = useWords(incidentWords);
  const p = useWords(partWords);
  const notices = useNotices();
  const [, navigate] = useLocation();
  const create = useSend("POST /incidents", ["/incidents", "/today"]);
  const [form, setForm] = useState({ title: "", severity: "major", detail: "", stopped: false });
  const [device, setDevice] = useState<Choice | null>(null);
  const [when, setWhen] = useState(() => momentOf(serverNow()));
  const set = (change: Partial<typeof form>) => setForm((old) => ({ ...old, ...change }));
  const at = momentToUtc(when);
  return (
    <FormDialog title={t("create")} submit={t("create")} busy={create.isPending} onClose={onClose}
      onSubmit={() =>
        create.mutate(
          { body: { title: form.title, severity: form.severity as Severity, device: device ? Number(device.value) : null, detail: form.detail, service_stopped: form.stopped, ...(at ? { detected_at: at } : {}) } },
          { onSuccess: (made) => { notices.ok(t("created", { number: made.number })); navigate(`/incidents/${made.id}`); } },
        )
      }>
      <Problem fault={create.error} />
      <TextField label={t("createTitle")} required value={form.title} onText={(title) => set({ title })} maxLength={300} error={create.error?.field("title")} />
      <Select label={p("severity")} required value={form.severity} onText={(severity) => set({ severity })} choices={useSeverityChoices()} />
      <DevicePicker label={p("device")} value={device} onChoose={setDevice} />
      <DateTimeField label={t("detectedAt")} required value={when} onChange={setWhen} error={create.error?.field("detected_at")} />
      <TextArea label={t("createDetail")} markOptional value={form.detail} onText={(detail) => set({ detail })} />
      <Checkbox label={t("serviceStopped")} checked={form.stopped} onChange={(stopped) => set({ stopped })} />
    </FormDialog>
  );
}
