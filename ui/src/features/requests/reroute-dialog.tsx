import { useState } from "react";
import type { FormRequest, RequestStep } from "../../api/contract";
import { useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Problem } from "../../app/problem";
import { FormDialog } from "../../design/dialog";
import { Select, TextArea } from "../../design/field";
import { useName, useWords } from "../../i18n/words";
import { PersonPicker } from "./form-field";
import { requestPageWords } from "./words";

/** For a step whose approver has left or is ill without a deputy. */
export function RerouteDialog({ request, steps, onActed, onClose }: { request: FormRequest; steps: readonly RequestStep[]; onActed: (done?: boolean) => void; onClose: () => void }) {
  const t = useWords(requestPageWords);
  const name = useName();
  const notices = useNotices();
  const reroute = useSend("POST /requests/{id}/route", ["/requests"]);
  const [step, setStep] = useState(steps[0]?.id ?? "");
  const [who, setWho] = useState({ id: "", name: "" });
  const [reason, setReason] = useState("");
  const [missing, setMissing] = useState(false);
  const title = name(steps.find((one) => one.id === step)?.title);
  return (
    <FormDialog title={t("reroute")} submit={t("reroute")} busy={reroute.isPending} onClose={onClose} onSubmit={() => {
      setMissing(!who.id);
      if (!who.id) return;
      onActed();
      reroute.mutate({ path: { id: request.id }, body: { version: request.version, step, person: Number(who.id), reason } }, { onSuccess: () => { notices.ok(t("rerouted")); onClose(); }, onError: () => onActed(false) });
    }}>
      <Problem fault={reroute.error} />
      <p>{t("rerouteLead", { step: title })}</p>
      {steps.length > 1 && <Select label={t("step")} value={step} onText={setStep} choices={steps.map((one) => ({ value: one.id, label: name(one.title) }))} />}
      <PersonPicker label={t("newPerson")} required value={who.id} called={who.name} onChange={(id, called) => { setWho({ id, name: called ?? "" }); setMissing(false); }} error={missing ? t("personMissing") : undefined} />
      <TextArea label={t("reason")} required rows={3} maxLength={4000} value={reason} onText={setReason} error={reroute.error?.field("reason")} />
    </FormDialog>
  );
}
