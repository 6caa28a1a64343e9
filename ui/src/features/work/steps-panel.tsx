import { useState } from "react";
import { Link } from "wouter";
import type { WorkOrderDetail, WorkStep } from "../../api/contract";
import { useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Problem } from "../../app/problem";
import { Badge, type Tone } from "../../design/badge";
import { Button } from "../../design/button";
import { Radios, Select, TextArea, TextField } from "../../design/field";
import type { IconName } from "../../design/icon";
import { Panel } from "../../design/page";
import { useTime } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { FileLinks, FilesField, type KeptFile } from "../../parts/files";
import { StepsBar } from "./state";
import { orderWords, workWords } from "./words";

const LOOKS: Record<WorkStep["result"], readonly [Tone, IconName]> = { open: ["neutral", "clock"], ok: ["ok", "check"], failed: ["major", "alert"], not_applicable: ["neutral", "close"] };

export function StepResult({ step }: { step: WorkStep }) {
  const o = useWords(orderWords);
  const [tone, icon] = LOOKS[step.result];
  const word = step.result === "ok" ? (step.answer === "done" ? "done" : "ok") : step.result === "failed" ? (step.answer === "done" ? "notDone" : "failed") : step.result;
  return <Badge tone={tone} icon={icon}>{o(word)}</Badge>;
}

/** Steps under what they are done on: the procedure first, then each machine with its check lists. */
export function groupSteps(steps: readonly WorkStep[]): { key: string; target: string; section: string; steps: WorkStep[] }[] {
  const groups: { key: string; target: string; section: string; steps: WorkStep[] }[] = [];
  for (const step of steps) {
    const key = `${step.target ?? 0}.${step.list ?? ""}.${step.section.ja}`;
    const last = groups.at(-1);
    if (last?.key === key) last.steps.push(step);
    else groups.push({ key, target: step.target_name ?? "", section: step.section.ja, steps: [step] });
  }
  return groups;
}

export function StepsPanel({ order }: { order: WorkOrderDetail }) {
  const o = useWords(orderWords);
  const t = useWords(workWords);
  const name = useName();
  if (order.steps.length === 0) return <Panel title={o("steps")}><p className="text-solid-gray-700">{o("noSteps")}</p></Panel>;
  return (
    <Panel title={o("steps")} count={<StepsBar label={t("progress")} total={order.steps_total} answered={order.steps_answered} failed={order.steps_failed} />}>
      {groupSteps(order.steps).map((group, index) => (
        <section key={`${group.key}.${index}`} className="mb-5 last:mb-0">
          <h3 className="text-std-16B-170 mb-1">{group.steps[0]?.list ? `${group.target || o("forAll")}：${name(group.steps[0].section)}` : o("procedureHeading")}</h3>
          <ol className="divide-y divide-solid-gray-200 border-y border-solid-gray-200">
            {group.steps.map((step) => <StepRow key={step.seq} order={order} step={step} />)}
          </ol>
        </section>
      ))}
    </Panel>
  );
}

function StepRow({ order, step }: { order: WorkOrderDetail; step: WorkStep }) {
  const o = useWords(orderWords);
  const name = useName();
  const { at } = useTime();
  const [open, setOpen] = useState(false);
  const mine = order.acts.includes("answer");
  const stopped = order.state === "stopped" && order.stopped_step === step.seq;
  const chosen = step.choices.find((one) => one.id === step.value);
  return (
    <li className={`py-2 ${stopped ? "bg-red-50" : ""}`}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="tabular w-8 text-right text-solid-gray-700">{step.seq}</span>
        <span className="min-w-48 grow basis-0">{name(step.title)}
          {step.how !== "person" && <span className="text-dns-14N-130 ms-2 text-solid-gray-700">{o(step.how === "machine" ? "byMachine" : "byBoth")}</span>}
          {step.answer === "vault" && step.result === "open" && <span className="text-dns-14N-130 ms-2 text-solid-gray-700">{o("byVault")}</span>}
          {step.photograph && step.photographs.length === 0 && <span className="text-dns-14N-130 ms-2 text-solid-gray-700">{o("photoNeeded")}</span>}
        </span>
        <StepResult step={step} />
        {mine && <Button small aria-expanded={open} onClick={() => setOpen(!open)}>{o(step.result === "open" ? "enter" : "change")}<span className="sr-only">{name(step.title)}</span></Button>}
      </div>
      {step.result !== "open" && (
        <div className="text-dns-14N-130 ms-11 flex flex-col gap-1 text-solid-gray-800">
          <span>{[step.value && (chosen ? name(chosen.title) : `${step.value}${step.unit ?? ""}`), step.by, step.at && at(step.at, "short"), step.passed_over && o("passedOver")].filter(Boolean).join(" ／ ")}</span>
          {step.note && <span className="whitespace-pre-wrap">{step.note}</span>}
          <FileLinks files={step.photographs} />
          {step.task && <Link href={`/ledgers/issues/${step.task}`}>{o("task")}</Link>}
        </div>
      )}
      {mine && open && <StepForm order={order} step={step} onDone={() => setOpen(false)} />}
    </li>
  );
}

function StepForm({ order, step, onDone }: { order: WorkOrderDetail; step: WorkStep; onDone: () => void }) {
  const o = useWords(orderWords);
  const t = useWords(workWords);
  const name = useName();
  const notices = useNotices();
  const [result, setResult] = useState<"ok" | "failed" | "not_applicable">(step.result === "open" ? (step.answer === "vault" ? "failed" : "ok") : step.result);
  const [value, setValue] = useState(step.value);
  const [note, setNote] = useState(step.note);
  const [photographs, setPhotographs] = useState<readonly KeptFile[]>([]);
  const send = useSend("POST /work-orders/{id}/steps/{seq}", ["/work-orders", "/work-summary", "/campaigns"]);
  const submit = () => {
    send.mutateAsync({ path: { id: order.id, seq: step.seq }, body: { version: step.version, result, value, note, photographs: photographs.map((one) => one.id) } }).then(() => { notices.ok(o("saved")); onDone(); }, () => undefined);
  };
  const done = step.answer === "done";
  return (
    <form className="my-3 ms-11 flex flex-col gap-3 rounded-8 bg-solid-gray-50 p-4" onSubmit={(event) => { event.preventDefault(); if (!send.isPending) submit(); }}>
      <Problem fault={send.error} />
      {step.answer === "vault" && <p><Link href="/passwords">{o("toVault")}</Link></p>}
      <Radios inline legend={name(step.title)} value={result} onChange={(next) => setResult(next as typeof result)} choices={[...(step.answer === "vault" ? [] : [{ value: "ok", label: o(done ? "done" : "ok") }]), { value: "failed", label: o(done ? "notDone" : "failed") }, { value: "not_applicable", label: o("not_applicable") }]} />
      {step.answer === "choice" && <Select label={o("value")} required={result === "ok"} value={value} onText={setValue} empty={t("choose")} choices={step.choices.map((one) => ({ value: one.id, label: name(one.title) }))} />}
      {(step.answer === "text" || step.answer === "number") && <TextField label={`${o("value")}${step.unit ? `（${step.unit}）` : ""}`} required={result === "ok"} value={value} onText={setValue} inputMode={step.answer === "number" ? "decimal" : "text"} maxLength={1000} />}
      <TextArea label={o("what")} required={result !== "ok"} value={note} onText={setNote} maxLength={4000} rows={2} />
      <FilesField label={o("photographs")} button={o("takePhoto")} camera files={photographs} onChange={setPhotographs} />
      <div><Button type="submit" kind="main" busy={send.isPending}>{o("save")}</Button></div>
    </form>
  );
}
