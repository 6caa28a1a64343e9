import { useState } from "react";
import type { WorkKind, WorkOrderDetail } from "../../api/contract";
import { useGet, useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Problem } from "../../app/problem";
import { DateTimeField, momentOf, momentToUtc } from "../../design/date-time";
import { FormDialog } from "../../design/dialog";
import { Checkbox, TextArea, TextField, type Choice } from "../../design/field";
import { serverNow } from "../../i18n/time";
import { useWords } from "../../i18n/words";
import { FilesField, type KeptFile } from "../../parts/files";
import { MachineChooser } from "./machine-chooser";
import { KindLimits } from "./new-order-dialog";
import { orderWords, workWords } from "./words";

const DAY = 86_400_000;

/** Lines of a text, without those that are empty. */
export const linesOf = (text: string) => text.split("\n").map((line) => line.trim()).filter(Boolean);

/** What a plan is made of besides its times; shared with campaigns. */
export function usePlanFields(start?: WorkOrderDetail["plan"]) {
  const [workers, setWorkers] = useState(start?.workers ?? "");
  const [influence, setInfluence] = useState(start?.influence ?? "");
  const [procedure, setProcedure] = useState(start?.procedure.join("\n") ?? "");
  const [papers, setPapers] = useState<readonly KeptFile[]>(start?.papers ?? []);
  const [emergency, setEmergency] = useState(start?.emergency ?? false);
  const [reason, setReason] = useState(start?.emergency_reason ?? "");
  return {
    body: { workers, influence, procedure: linesOf(procedure), papers: papers.map((file) => file.id), emergency, emergency_reason: emergency ? reason : "" },
    complete: workers.trim() !== "" && (!emergency || reason.trim() !== ""),
    workers, setWorkers, influence, setInfluence, procedure, setProcedure, papers, setPapers, emergency, setEmergency, reason, setReason,
  };
}

export function PlanFields({ fields, kind }: { fields: ReturnType<typeof usePlanFields>; kind: WorkKind | undefined }) {
  const o = useWords(orderWords);
  return (
    <>
      <TextField label={o("workers")} required value={fields.workers} onText={fields.setWorkers} maxLength={400} />
      <TextArea label={o("procedure")} hint={o("procedureHint")} rows={6} value={fields.procedure} onText={fields.setProcedure} required={kind?.check_lists.length === 0} />
      <TextArea label={o("influence")} value={fields.influence} onText={fields.setInfluence} maxLength={4000} />
      <FilesField label={o("papers")} button={o("papers")} files={fields.papers} onChange={fields.setPapers} />
      {kind?.emergency && <Checkbox label={o("emergency")} checked={fields.emergency} onChange={fields.setEmergency} />}
      {fields.emergency && <TextArea label={o("emergencyReason")} required value={fields.reason} onText={fields.setReason} maxLength={1000} />}
    </>
  );
}

export function PlanDialog({ order, onClose }: { order: WorkOrderDetail; onClose: () => void }) {
  const o = useWords(orderWords);
  const t = useWords(workWords);
  const notices = useNotices();
  const kinds = useGet("/work-kinds", {});
  const kind = kinds.data?.items.find((one) => one.id === order.kind);
  const [from, setFrom] = useState(() => momentOf(order.plan?.from ?? serverNow() + 7 * DAY));
  const [until, setUntil] = useState(() => momentOf(order.plan?.until ?? serverNow() + 7 * DAY + 2 * 3_600_000));
  const [devices, setDevices] = useState<readonly Choice[]>(order.machines.map((one) => ({ value: String(one.id), label: one.name })));
  const fields = usePlanFields(order.plan);
  const send = useSend("POST /work-orders/{id}/plan", ["/work-orders", "/work-summary"]);
  const start = momentToUtc(from);
  const end = momentToUtc(until);
  const submit = () => {
    if (!start || !end) return;
    send.mutate({ path: { id: order.id }, body: { version: order.version, from: start, until: end, ...fields.body, devices: devices.map((one) => Number(one.value)) } }, { onSuccess: () => { notices.ok(o("acted")); onClose(); } });
  };
  return (
    <FormDialog wide title={o("toPlan")} submit={o("toPlan")} busy={send.isPending} disabled={!start || !end || !fields.complete} onClose={onClose} onSubmit={submit}>
      <Problem fault={send.error} />
      <KindLimits kind={kind} />
      <div className="flex flex-wrap gap-x-6 gap-y-2">
        <DateTimeField label={o("from")} required value={from} onChange={setFrom} error={send.error?.field("from")} />
        <DateTimeField label={o("until")} required value={until} onChange={setUntil} error={send.error?.field("until")} />
      </div>
      <PlanFields fields={fields} kind={kind} />
      <div role="group" aria-label={t("machines")}><MachineChooser value={devices} onChange={setDevices} /></div>
    </FormDialog>
  );
}
