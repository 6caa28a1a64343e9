import { useState } from "react";
import type { Form, FormRequest, RequestStep } from "../../api/contract";
import { useContract, useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { useSession } from "../../app/session";
import { Button } from "../../design/button";
import { TextArea } from "../../design/field";
import { Panel } from "../../design/page";
import { Note } from "../../design/states";
import { useName, useWords } from "../../i18n/words";
import { useDraft } from "../../parts/draft";
import { FaultSummary, Fields, toHeading, useFilling } from "./filling";
import { draftKey } from "./form-page";
import { Options } from "./form-field";
import { Due } from "../../parts/request-state";
import { requestPageWords } from "./words";

interface Props {
  request: FormRequest;
  form: Form;
  onActed: (done?: boolean) => void;
  onReload: () => void;
}
const SAID = { approve: "approvedNow", send_back: "sentBackNow", reject: "rejectedNow" } as const;
type Decision = keyof typeof SAID;
// Names that no field of a form can have.
const NOTE = "-note";
const DECISION = "-decision";

/** One panel for each step that waits for this person; it stays, with what was written, when somebody else was faster. */
export function DecidePanel(props: Props) {
  const mine = props.request.steps.filter((step) => step.may_decide);
  const [begun] = useState(() => new Set(mine.map((step) => step.id)));
  for (const step of mine) begun.add(step.id);
  return <>{props.request.steps.filter((step) => begun.has(step.id)).map((step) => <DecideStep key={`${step.id}.${props.request.round ?? 1}`} step={step} {...props} />)}</>;
}

function DecideStep({ request, form, step, onActed, onReload }: Props & { step: RequestStep }) {
  const t = useWords(requestPageWords);
  const name = useName();
  const notices = useNotices();
  const contract = useContract();
  const { session } = useSession();
  const fills = form.steps?.find((one) => one.id === step.id)?.fills ?? [];
  const { draft, set, drop } = useDraft(draftKey(contract, session.account?.id, `request.${request.id}.${step.id}.${request.round ?? 1}`));
  const given = Object.fromEntries(Object.entries(request.values).map(([id, value]) => [id, value ?? ""]));
  const filling = useFilling(fills, draft, given);
  const [wrong, setWrong] = useState<{ decision?: string; reason?: string }>({});
  const [done, setDone] = useState(false);
  const decide = useSend("POST /requests/{id}/decision", ["/requests", "/today"]);
  const decision = draft.values[DECISION] as Decision | undefined;
  const note = draft.values[NOTE] ?? "";
  const needsReason = decision === "send_back" || decision === "reject";

  if (!step.may_decide && !decide.isPending) {
    // Decided by oneself, or by somebody else while one was writing.
    if (done || (note === "" && !decision)) return null;
    return (
      <Note tone="warning" title={t("notYours", { step: name(step.title) })}>
        {note && <p className="whitespace-pre-wrap">{t("yourText", { text: note })}</p>}
      </Note>
    );
  }
  const submit = () => {
    if (decide.isPending) return;
    decide.reset();
    const faults = { ...(decision ? {} : { decision: t("chooseDecision") }), ...(needsReason && note.trim() === "" ? { reason: t("reasonMissing") } : {}) };
    setWrong(faults);
    const complete = decision !== "approve" || filling.check();
    if (!decision || Object.keys(faults).length > 0 || !complete) return;
    onActed();
    setDone(true);
    decide.mutate({ path: { id: request.id }, body: { version: request.version, step: step.id, decision, ...(note.trim() ? { note } : {}), ...(decision === "approve" ? { values: filling.values } : {}) } }, {
      onSuccess: () => { drop(); notices.ok(t(SAID[decision])); toHeading(); },
      onError: (fault) => { onActed(false); setDone(false); void filling.refused(fault); },
    });
  };
  const conflict = decide.error?.status === 409;
  const choices = (["approve", ...(step.may_return === false ? [] : ["send_back"]), "reject"] as Decision[]).map((value) => ({ value, label: t(value), note: t(`${value}Note`) }));
  return (
    <Panel title={t("decideStep", { step: name(step.title) })} className="border-2 border-key-900!">
      <form noValidate className="flex flex-col gap-5" onSubmit={(event) => { event.preventDefault(); submit(); }}>
        {step.due && <p><Due due={step.due} /></p>}
        {conflict
          ? <div role="alert"><Note tone="warning" title={t("conflict")}><p>{t("conflictLead")}</p><Button className="mt-2" onClick={() => { decide.reset(); onReload(); }}>{t("reload")}</Button></Note></div>
          : <FaultSummary filling={filling} fault={decide.error} />}
        <Options label={t("decision")} required error={wrong.decision} value={decision ?? ""} choices={choices} onChange={(value) => { set(DECISION, value); setWrong({}); }} />
        {decision === "approve" && <Fields form={form.id} filling={filling} draft={draft} set={set} />}
        {decision && <TextArea className="max-w-160" label={needsReason ? t("reason") : t("note")} hint={needsReason ? t("reasonHint") : undefined} required={needsReason} markOptional={!needsReason} rows={3} maxLength={4000} value={note} onText={(text) => { set(NOTE, text); setWrong({}); }} error={wrong.reason ?? decide.error?.field("note")} />}
        <div><Button type="submit" kind={decision === "reject" ? "danger" : "main"} icon="check" className="min-h-12 max-md:w-full" busy={decide.isPending}>{t(decision ?? "decide")}</Button></div>
      </form>
    </Panel>
  );
}
