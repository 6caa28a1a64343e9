/** One rule: written anew or changed, tried on the last days, saved with a reason; switched off, taken back, its history. */
import { useState } from "react";
import type { ApiProblem } from "../../api/client";
import { useGet, useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Await, Problem } from "../../app/problem";
import { Button } from "../../design/button";
import { Dialog, FormDialog } from "../../design/dialog";
import { Select, TextArea, TextField } from "../../design/field";
import { Panel } from "../../design/page";
import { Empty } from "../../design/states";
import { Timeline } from "../../design/timeline";
import { useName, useWords } from "../../i18n/words";
import { useSeverityChoices } from "../../parts/state-badges";
import { saidOf, yamlOf, type Draft, type Keys } from "./draft";
import type { Rule } from "./rules-page";
import { feedWords } from "./words";

/** What is about to be done to a rule; null said: what people said is taken back. */
type Step = { title: string; submit: string; done: string; said: Keys | null };

export function RuleForm({ rule: now, start, writes, busy, onTry, onClose }: { rule: Rule | null; start: Draft; writes: boolean; busy: boolean; onTry: ((draft: Draft) => void) | null; onClose: () => void }) {
  const t = useWords(feedWords);
  const name = useName();
  const severities = useSeverityChoices();
  // As it was when it was opened: who changed it since is told of, and not overwritten.
  const [rule] = useState(now);
  const [draft, setDraft] = useState(start);
  const [step, setStep] = useState<Step | null>(null);
  const [fault, setFault] = useState<ApiProblem | null>(null);
  const set = (key: keyof Draft) => (value: string) => setDraft({ ...draft, [key]: value });
  const at = (...keys: string[]) => keys.map((key) => fault?.field(`said.${key}`)).find(Boolean);
  const beneath = rule?.beneath ?? null;
  const title = rule ? t("changeNamed", { name: name(rule.title) || rule.id }) : t(writes ? "newRule" : "draft");
  const changed = rule?.changed?.said;
  return (
    <Panel title={title} actions={<Button small icon="close" onClick={onClose}>{t("close")}</Button>}>
      {rule?.beneath && writes && <p className="mb-3 text-solid-gray-800">{t("beneathLead")}</p>}
      {fault && <div className="mb-3"><Problem fault={fault} /></div>}
      <form className="flex flex-col gap-3" onSubmit={(event) => { event.preventDefault(); onTry?.(draft); }}>
        {writes && (
          <div className="grid items-end gap-3 md:grid-cols-2 xl:grid-cols-4">
            <TextField label={t("titleJa")} value={draft.titleJa} onText={set("titleJa")} maxLength={200} error={at("title.ja", "title")} />
            <TextField label={t("titleEn")} hint={t("enHint")} value={draft.titleEn} onText={set("titleEn")} maxLength={200} error={at("title.en")} />
            <Select label={t("severity")} value={draft.severity} onText={set("severity")} choices={severities} error={at("severity")} />
            {!rule && <TextField label={t("id")} hint={t("idHint")} value={draft.id} onText={set("id")} maxLength={64} pattern="[a-z0-9_\-]+" error={at("id")} />}
          </div>
        )}
        <TextField label={t("when")} hint={t("whenHint")} value={draft.when} onText={set("when")} required maxLength={4096} error={at("when")} />
        <div className="grid items-end gap-3 sm:grid-cols-2 xl:grid-cols-4">
          <TextField label={t("times")} type="number" min={1} max={1000} value={draft.times} onText={set("times")} error={at("times")} />
          <TextField label={t("within")} hint={t("withinHint")} value={draft.within} onText={set("within")} error={at("within")} disabled={Number(draft.times) <= 1} />
          <TextField label={t("by")} hint={t("byHint")} value={draft.by} onText={set("by")} error={at("by")} />
          <TextField label={t("quiet")} hint={t("withinHint")} value={draft.quiet} onText={set("quiet")} error={at("quiet")} />
        </div>
        <TextField label={t("clears")} value={draft.clears} onText={set("clears")} maxLength={4096} error={at("clears")} />
        {writes && (
          <>
            <div className="grid items-end gap-3 md:grid-cols-2">
              <TextField label={t("textJa")} hint={t("textHint")} value={draft.textJa} onText={set("textJa")} maxLength={1000} error={at("text.ja", "text")} />
              <TextField label={t("textEn")} hint={t("enHint")} value={draft.textEn} onText={set("textEn")} maxLength={1000} error={at("text.en")} />
            </div>
            <details open={draft.silent !== "" || draft.of !== "" || Boolean(at("silent", "of"))}>
              <summary className="w-fit cursor-pointer text-key-900 underline">{t("more")}</summary>
              <div className="mt-2 grid items-end gap-3 md:grid-cols-2">
                <TextField label={t("silence")} hint={t("silenceHint")} value={draft.silent} onText={set("silent")} error={at("silent")} />
                <TextField label={t("relay")} hint={t("relayHint")} value={draft.of} onText={set("of")} error={at("of")} />
              </div>
            </details>
          </>
        )}
        <div className="flex flex-wrap items-center gap-3">
          {onTry && <Button type="submit" kind={writes ? "plain" : "main"} icon="search" busy={busy} disabled={draft.when.trim() === ""}>{t("try")}</Button>}
          {writes && <Button kind="main" disabled={draft.when.trim() === ""} onClick={() => setStep({ title: t("saveTitle"), submit: t("save"), done: t("saved"), said: { ...saidOf(draft, beneath), ...(changed?.off === undefined ? {} : { off: changed.off }) } })}>{t("saveOpen")}</Button>}
          {writes && rule && <Button onClick={() => setStep(switched(t, rule))}>{t(rule.off ? "switchOn" : "switchOff")}</Button>}
          {writes && rule?.changed && <Button onClick={() => setStep({ title: t(beneath ? "backTitle" : "removeTitle"), submit: t(beneath ? "back" : "remove"), done: t(beneath ? "isBack" : "removed"), said: null })}>{t(beneath ? "back" : "remove")}</Button>}
        </div>
      </form>
      {draft.when.trim() !== "" && <details className="mt-3"><summary className="w-fit cursor-pointer text-key-900 underline">{t("yaml")}</summary><pre className="mt-1 overflow-auto rounded-8 bg-solid-gray-50 p-3 font-mono text-[0.85rem]" tabIndex={0}>{yamlOf(draft)}</pre></details>}
      {step && <SaveDialog id={rule?.id ?? draft.id} version={rule?.version ?? 0} step={step} onClose={() => setStep(null)} onDone={onClose} onFault={(refused) => { setStep(null); setFault(refused); }} />}
    </Panel>
  );
}

/** On again: when nothing else is said of it, what was said goes. */
function switched(t: (key: keyof typeof feedWords & string) => string, rule: Rule): Step {
  const { off: _, ...rest } = (rule.changed?.said ?? {}) as Record<string, unknown>;
  const to = !rule.off;
  const said = to === Boolean(rule.beneath?.off) ? rest : { ...rest, off: to };
  return { title: t(to ? "offTitle" : "onTitle"), submit: t(to ? "switchOff" : "switchOn"), done: t(to ? "isOff" : "isOn"), said: Object.keys(said).length === 0 ? null : said };
}

function SaveDialog({ id, version, step, onClose, onDone, onFault }: { id: string; version: number; step: Step; onClose: () => void; onDone: () => void; onFault: (fault: ApiProblem) => void }) {
  const t = useWords(feedWords);
  const notices = useNotices();
  const change = useSend("PUT /log-rules/{rule}", ["/log-rules", "/alerts"]);
  const remove = useSend("DELETE /log-rules/{rule}", ["/log-rules", "/alerts"]);
  const [why, setWhy] = useState("");
  const then = {
    onSuccess: () => { notices.ok(step.done); onDone(); },
    onError: (fault: ApiProblem) => { if (fault.errors.length > 0) onFault(fault); },
  };
  const submit = () => {
    if (step.said) change.mutate({ path: { rule: id }, body: { version, why, said: step.said } }, then);
    else remove.mutate({ path: { rule: id }, query: { version, why } }, then);
  };
  return (
    <FormDialog title={step.title} submit={step.submit} busy={change.isPending || remove.isPending} onClose={onClose} onSubmit={submit}>
      <Problem fault={change.error ?? remove.error} />
      <p>{t("fromNow")}</p>
      <TextArea label={t("why")} hint={t("whyHint")} required value={why} onText={setWhy} maxLength={1000} />
    </FormDialog>
  );
}

export function HistoryDialog({ rule, onClose }: { rule: Rule; onClose: () => void }) {
  const t = useWords(feedWords);
  const name = useName();
  const changes = useGet("/log-rules/{rule}/history", { path: { rule: rule.id } });
  return (
    <Dialog wide title={t("historyOf", { name: name(rule.title) || rule.id })} onClose={onClose}>
      <Await of={changes}>{({ items }) => items.length === 0 ? <Empty icon="journal" title={t("noHistory")} /> : (
        <Timeline label={t("history")} items={items.map((one) => ({
          key: one.version, at: one.at, who: one.who, icon: one.said ? "ledger" : "undo", tone: "info" as const, title: t(one.said ? (one.said.off ? "wasOff" : "wasSaid") : "wasBack"),
          body: <><p>{t("because", { why: one.why })}</p>{one.said && <pre className="mt-1 overflow-auto rounded-8 bg-solid-gray-50 p-2 font-mono text-[0.85rem] whitespace-pre-wrap">{Object.entries(one.said).map(([key, value]) => `${key}: ${typeof value === "string" ? value : JSON.stringify(value)}`).join("\n")}</pre>}</>,
        }))} />
      )}</Await>
    </Dialog>
  );
}
