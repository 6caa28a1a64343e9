import { useState } from "react";
import type { IncidentDetail } from "../../api/contract";
import { useGet, useList, useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Problem } from "../../app/problem";
import { DateTimeField, momentOf, momentToUtc } from "../../design/date-time";
import { FormDialog } from "../../design/dialog";
import { Radios, Select, TextArea, TextField } from "../../design/field";
import { Note } from "../../design/states";
import { serverNow } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { useKindWord } from "../desk/ticket-state";
import { deskWords } from "../desk/words";
import { incidentWords } from "./words";

interface Props {
  incident: IncidentDetail;
  onClose: () => void;
}

/** A missed deadline has to have its reason before the incident can be closed; the form asks for both in one go. */
export function CloseDialog({ incident, onClose }: Props) {
  const t = useWords(incidentWords);
  const name = useName();
  const word = useKindWord(incident.kind);
  const notices = useNotices();
  const give = useSend("POST /clocks/{id}/reason", ["/incidents", "/clocks"]);
  const close = useSend("POST /incidents/{id}/close", ["/incidents", "/today"]);
  const [reason, setReason] = useState("");
  const [reasons, setReasons] = useState<Record<number, string>>({});
  const missing = (incident.clocks ?? []).filter((clock) => clock.reason_missing);

  const submit = async () => {
    try {
      for (const clock of missing) await give.mutateAsync({ path: { id: clock.id }, body: { reason: reasons[clock.id] ?? "" } });
      await close.mutateAsync({ path: { id: incident.id }, body: { reason } });
      notices.ok(t("closedNow", word));
      onClose();
    } catch {
      // shown from the error of the call that failed; reasons already given are kept by the server
    }
  };
  return (
    <FormDialog title={t("close", word)} submit={t("close", word)} busy={give.isPending || close.isPending} onClose={onClose} onSubmit={() => void submit()}>
      <Problem fault={give.error ?? close.error} />
      {missing.length > 0 && <Note tone="warning" title={t("breachLead")} />}
      {missing.map((clock) => (
        <TextArea key={clock.id} required label={t("breachWhy", { clock: name(clock.name) })} value={reasons[clock.id] ?? ""} onText={(text) => setReasons((old) => ({ ...old, [clock.id]: text }))} />
      ))}
      <TextArea required label={t("closeWhy")} value={reason} onText={setReason} maxLength={4000} error={close.error?.field("reason")} />
    </FormDialog>
  );
}

export function ReopenDialog({ incident, onClose }: Props) {
  const t = useWords(incidentWords);
  const word = useKindWord(incident.kind);
  const notices = useNotices();
  const reopen = useSend("POST /incidents/{id}/reopen", ["/incidents", "/today"]);
  const [reason, setReason] = useState("");
  return (
    <FormDialog title={t("reopen", word)} submit={t("reopen", word)} busy={reopen.isPending} onClose={onClose}
      onSubmit={() => reopen.mutate({ path: { id: incident.id }, body: { reason } }, { onSuccess: () => { notices.ok(t("reopened", word)); onClose(); } })}>
      <Problem fault={reopen.error} />
      <TextArea required label={t("reopenWhy")} value={reason} onText={setReason} />
    </FormDialog>
  );
}

/** What starts, stops or pauses clocks: arrival, restoration and so on, as the contract names them. */
export function EventDialog({ incident, onClose }: Props) {
  const t = useWords(incidentWords);
  const d = useWords(deskWords);
  const name = useName();
  const notices = useNotices();
  const record = useSend("POST /incidents/{id}/events", ["/incidents", "/today", "/clocks"]);
  const events = incident.events ?? [];
  const [event, setEvent] = useState(events[0]?.id ?? "");
  const [opened] = useState(() => momentOf(serverNow()));
  const [when, setWhen] = useState(opened);
  const [note, setNote] = useState("");
  const desk = useGet("/desk", {}, { keep: true });
  const lends = event !== "" && desk.data?.kinds.find((kind) => kind.id === incident.kind)?.lends_on === event;
  const machines = useList("/ledgers/{ledger}/rows", { path: { ledger: "loans" }, query: { "filter.state": "ready" } as Record<string, string> }, { enabled: lends, limit: 200 });
  const [loan, setLoan] = useState("");
  // Left as it was, it means now; and within the minute of the detection it cannot have been before that.
  const chosen = when === opened ? null : momentToUtc(when);
  const at = chosen && chosen < incident.detected_at && momentOf(incident.detected_at).time === when.time && momentOf(incident.detected_at).day === when.day ? incident.detected_at : chosen;
  return (
    <FormDialog title={t("event")} submit={t("event")} busy={record.isPending} onClose={onClose}
      onSubmit={() => record.mutate({ path: { id: incident.id }, body: { event, ...(at ? { at } : {}), ...(note ? { note } : {}), ...(lends && loan ? { loan: Number(loan) } : {}) } }, { onSuccess: () => { notices.ok(t("eventRecorded", { event: name(events.find((one) => one.id === event)?.name) })); onClose(); } })}>
      <Problem fault={record.error} />
      <Radios legend={t("eventKind")} value={event} onChange={setEvent} choices={events.map((one) => ({ value: one.id, label: name(one.name) }))} />
      {lends && <Select required label={d("loanWhich")} value={loan} onText={setLoan} choices={machines.rows.map((one) => ({ value: String(one.id), label: one.title }))} empty="" />}
      <DateTimeField label={t("eventAt")} required value={when} onChange={setWhen} error={record.error?.field("at")} />
      <TextArea label={t("eventNote")} markOptional rows={2} value={note} onText={setNote} />
    </FormDialog>
  );
}

export function HandOverDialog({ incident, onClose }: Props) {
  const t = useWords(incidentWords);
  const notices = useNotices();
  const send = useSend("POST /incidents/{id}/handover", ["/incidents", "/today"]);
  const [to, setTo] = useState("");
  const [reason, setReason] = useState("");
  const [reference, setReference] = useState("");
  return (
    <FormDialog title={t("handOver")} submit={t("handOver")} busy={send.isPending} onClose={onClose}
      onSubmit={() => send.mutate({ path: { id: incident.id }, body: { to, reason, ...(reference ? { reference } : {}) } }, { onSuccess: () => { notices.ok(t("handedNow")); onClose(); } })}>
      <Problem fault={send.error} />
      <TextField required label={t("handOverTo")} value={to} onText={setTo} error={send.error?.field("to")} />
      <TextArea required label={t("handOverWhy")} value={reason} onText={setReason} error={send.error?.field("reason")} />
      <TextField label={t("reference")} markOptional value={reference} onText={setReference} />
    </FormDialog>
  );
}
