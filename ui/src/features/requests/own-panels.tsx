import { useMemo, useState } from "react";
import { ApiProblem } from "../../api/client";
import type { Form, FormRequest } from "../../api/contract";
import { useContract, useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Problem } from "../../app/problem";
import { useSession } from "../../app/session";
import { Button } from "../../design/button";
import { FormDialog } from "../../design/dialog";
import { TextArea } from "../../design/field";
import { Panel } from "../../design/page";
import { Note } from "../../design/states";
import { useWords } from "../../i18n/words";
import { useDraft, type Draft } from "../../parts/draft";
import { FaultSummary, Fields, toHeading, useFilling } from "./filling";
import { draftKey } from "./form-page";
import { requestPageWords } from "./words";

interface Props {
  request: FormRequest;
  form: Form;
  onActed: (done?: boolean) => void;
  onReload: () => void;
}

/** What was sent back, with the reason above it, ready to be corrected and handed in again. */
export function CorrectPanel({ request, form, onActed, onReload }: Props) {
  const t = useWords(requestPageWords);
  const notices = useNotices();
  const contract = useContract();
  const { session } = useSession();
  const start = useMemo<Draft>(() => ({ values: Object.fromEntries(Object.entries(request.values).map(([id, value]) => [id, value ?? ""])), called: request.shown ?? {} }), [request.values, request.shown]);
  const { draft, set, drop } = useDraft(draftKey(contract, session.account?.id, `request.${request.id}.again.${request.version}`), start);
  const fields = form.fields ?? [];
  const filling = useFilling(fields, draft);
  const send = useSend("POST /requests/{id}/submission", ["/requests", "/today"]);
  const back = request.steps.find((step) => step.state === "sent_back")?.decisions?.at(-1);
  const submit = () => {
    if (send.isPending) return;
    send.reset();
    if (!filling.check()) return;
    onActed();
    // What is not sent keeps its old value: fields that are empty now are said to be empty.
    const values = Object.fromEntries(fields.map((field) => [field.id, filling.values[field.id] ?? ""]));
    // Not mutate(): its callbacks are dropped when the newest state takes this panel away, before they run.
    send.mutateAsync({ path: { id: request.id }, body: { version: request.version, values } }).then(
      () => { drop(); notices.ok(t("resubmitted")); toHeading(); },
      (fault: unknown) => { onActed(false); if (fault instanceof ApiProblem) filling.refused(fault); },
    );
  };
  return (
    <>
      <Note tone="warning" title={t("sentBackTitle")}>{back && <p className="whitespace-pre-wrap">{t("sentBackWhy", { name: back.name, note: back.note ?? "" })}</p>}</Note>
      <Panel title={t("correct")}>
        <form noValidate className="flex flex-col gap-6" onSubmit={(event) => { event.preventDefault(); submit(); }}>
          {send.error?.status === 409
            ? <div role="alert"><Note tone="warning" title={t("conflict")}><p>{t("conflictLead")}</p><Button className="mt-2" onClick={() => { send.reset(); onReload(); }}>{t("reload")}</Button></Note></div>
            : <FaultSummary filling={filling} fault={send.error} />}
          <Fields form={form.id} filling={filling} draft={draft} set={set} />
          <div><Button type="submit" kind="main" icon="check" className="min-h-12 max-md:w-full" busy={send.isPending}>{t("resubmit")}</Button></div>
        </form>
      </Panel>
    </>
  );
}

export function WithdrawDialog({ request, onActed, onClose }: { request: FormRequest; onActed: (done?: boolean) => void; onClose: () => void }) {
  const t = useWords(requestPageWords);
  const notices = useNotices();
  const withdraw = useSend("POST /requests/{id}/withdrawal", ["/requests", "/today"]);
  const [note, setNote] = useState("");
  return (
    <FormDialog title={t("withdrawTitle")} submit={t("withdraw")} kind="danger" busy={withdraw.isPending} onClose={onClose}
      onSubmit={() => { onActed(); withdraw.mutate({ path: { id: request.id }, body: { version: request.version, ...(note.trim() ? { note } : {}) } }, { onSuccess: () => { notices.ok(t("withdrawnNow")); onClose(); toHeading(); }, onError: () => onActed(false) }); }}>
      <Problem fault={withdraw.error} />
      <p>{t("withdrawLead", { number: request.number })}</p>
      <TextArea label={t("reason")} markOptional rows={2} maxLength={4000} value={note} onText={setNote} />
    </FormDialog>
  );
}
