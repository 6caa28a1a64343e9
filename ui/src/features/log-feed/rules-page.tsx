import { useCallback, useMemo, useState } from "react";
import type { GetAnswer, SendAnswer } from "../../api/contract";
import { useGet, useSend } from "../../api/hooks";
import { Await, Problem } from "../../app/problem";
import { useSession } from "../../app/session";
import { Badge, SeverityBadge } from "../../design/badge";
import { Button, LinkButton } from "../../design/button";
import { TextField } from "../../design/field";
import { Code, PageHeader, Panel } from "../../design/page";
import { Loading } from "../../design/progress";
import { Empty, Note } from "../../design/states";
import { DataTable, type Column } from "../../design/table";
import { useTime } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { draftOf, EMPTY, length, yamlOf, type Draft } from "./draft";
import { feedWords } from "./words";

type Rule = GetAnswer<"/log-rules">["items"][number];
type Trial = SendAnswer<"POST /log-rules/trial">;

export default function RulesPage() {
  const t = useWords(feedWords);
  const rules = useGet("/log-rules", {});
  const { may } = useSession();
  const tries = may("log_read") || may("operation_log_read");
  const trial = useSend("POST /log-rules/trial");
  const [tried, setTried] = useState<Rule | null>(null);
  const start = (rule: Rule | null, draft?: Draft) => {
    setTried(rule);
    trial.mutate({ body: rule ? { rule: rule.id, screen: "log-rules" } : { draft: draftOf(draft ?? EMPTY), screen: "log-rules" } });
  };
  return (
    <>
      <PageHeader title={t("rules")} lead={t("rulesLead")} actions={<LinkButton href="/log-senders" icon="device">{t("toSenders")}</LinkButton>} />
      <div className="flex flex-col gap-5">
        {tries ? <DraftForm busy={trial.isPending} onTry={(draft) => start(null, draft)} /> : <Note>{t("needsLogs")}</Note>}
        {trial.isPending && <Panel title={t("trying")}><Loading /></Panel>}
        {trial.error && <Problem fault={trial.error} />}
        {trial.data && !trial.isPending && <Outcome rule={tried} trial={trial.data} />}
        <Await of={rules}>{(data) => <Rules rules={data.items} onTry={tries ? (rule) => { start(rule); window.scrollTo({ top: 0 }); } : null} />}</Await>
      </div>
    </>
  );
}

function useLength(): (seconds: number) => string {
  const t = useWords(feedWords);
  return useCallback((seconds) => {
    const { n, unit } = length(seconds);
    return t(`of_${unit}`, { n });
  }, [t]);
}

function Rules({ rules, onTry }: { rules: readonly Rule[]; onTry: ((rule: Rule) => void) | null }) {
  const t = useWords(feedWords);
  const name = useName();
  const time = useLength();
  const columns = useMemo<Column<Rule>[]>(() => [
    { id: "rule", header: t("rule"), width: "16rem", cell: (rule) => <><span className="font-bold">{name(rule.title)}</span> {rule.own && <Badge>{t("own")}</Badge>}<span className="text-dns-14N-130 block"><Code>{rule.id}</Code></span></> },
    { id: "severity", header: t("severity"), width: "7rem", narrow: true, cell: (rule) => <SeverityBadge severity={rule.severity} /> },
    { id: "condition", header: t("condition"), cell: (rule) => <span className="font-mono text-[0.85rem] break-words">{rule.when}</span> },
    { id: "times", header: t("times"), width: "12rem", cell: (rule) => rule.silent_s > 0 ? t("silentFor", { time: time(rule.silent_s) }) : rule.times === 1 ? t("once") : t(rule.by.length ? "every" : "everyDevice", { n: rule.times, within: time(rule.within_s), by: rule.by.join(", ") }) },
    { id: "ends", header: t("ends"), width: "13rem", cell: (rule) => rule.silent_s > 0 ? t("untilNext") : <span className="break-words">{[rule.clears && t("byCondition", { clears: rule.clears }), rule.quiet_s > 0 && t("quietFor", { time: time(rule.quiet_s) })].filter(Boolean).join(" / ")}</span> },
    ...(onTry ? [{ id: "try", header: t("try"), width: "6rem", cell: (rule: Rule) => <Button small aria-label={t("tryNamed", { name: name(rule.title) })} onClick={() => onTry(rule)}>{t("try")}</Button> }] : []),
  ], [t, name, time, onTry]);
  return (
    <div className="overflow-hidden rounded-12 border border-solid-gray-200 bg-white">
      <DataTable short caption={t("rules")} columns={columns} rows={rules} rowKey={(rule) => rule.id} empty={<Empty title={t("wouldNone")} />} />
    </div>
  );
}

function DraftForm({ busy, onTry }: { busy: boolean; onTry: (draft: Draft) => void }) {
  const t = useWords(feedWords);
  const [draft, setDraft] = useState<Draft>(EMPTY);
  const set = (key: keyof Draft) => (value: string) => setDraft((now) => ({ ...now, [key]: value }));
  return (
    <Panel title={t("draft")}>
      <p className="mb-3 text-solid-gray-800">{t("draftLead")}</p>
      <form className="flex flex-col gap-3" onSubmit={(event) => { event.preventDefault(); onTry(draft); }}>
        <TextField label={t("when")} hint={t("whenHint")} value={draft.when} onText={set("when")} required maxLength={4096} />
        <div className="grid items-end gap-3 md:grid-cols-4">
          <TextField label={t("times")} type="number" min={1} max={1000} value={draft.times} onText={set("times")} />
          <TextField label={t("within")} hint={t("withinHint")} value={draft.within} onText={set("within")} />
          <TextField label={t("by")} hint={t("byHint")} value={draft.by} onText={set("by")} />
          <TextField label={t("quiet")} hint={t("withinHint")} value={draft.quiet} onText={set("quiet")} />
        </div>
        <TextField label={t("clears")} value={draft.clears} onText={set("clears")} maxLength={4096} />
        <div className="flex flex-wrap items-center gap-3"><Button type="submit" kind="main" icon="search" busy={busy} disabled={draft.when.trim() === ""}>{t("try")}</Button></div>
      </form>
      {draft.when.trim() !== "" && <details className="mt-3"><summary className="w-fit cursor-pointer text-key-900 underline">{t("yaml")}</summary><pre className="mt-1 overflow-auto rounded-8 bg-solid-gray-50 p-3 font-mono text-[0.85rem]" tabIndex={0}>{yamlOf(draft)}</pre></details>}
    </Panel>
  );
}

function Outcome({ rule, trial }: { rule: Rule | null; trial: Trial }) {
  const t = useWords(feedWords);
  const name = useName();
  const { at } = useTime();
  const columns = useMemo<Column<Trial["first"][number]>[]>(() => [
    { id: "at", header: t("at"), width: "10rem", cell: (one) => <span className="tabular">{at(one.at, "seconds")}</span> },
    { id: "device", header: t("device"), width: "10rem", narrow: true, cell: (one) => one.device_name },
    { id: "object", header: t("object"), width: "11rem", cell: (one) => one.object },
    { id: "what", header: t("what"), cell: (one) => <span className="break-words">{name(one.text)}</span> },
    { id: "number", header: t("number"), width: "6rem", numeric: true, cell: (one) => one.count.toLocaleString() },
    { id: "ended", header: t("ended"), width: "9rem", cell: (one) => (one.ended ? at(one.ended, "short") : t("still")) },
  ], [t, name, at]);
  return (
    <Panel title={rule ? name(rule.title) : t("draft")} flush>
      <div className="flex flex-col gap-2 px-4 pb-3" role="status">
        <p className="text-std-18B-160">{trial.alerts === 0 ? t("wouldNone") : t("would", { n: trial.alerts.toLocaleString() })}</p>
        <p>{name(trial.explanation)}</p>
        <p className="text-solid-gray-800">{t("ofEvents", { from: at(trial.from), to: at(trial.to), n: trial.matches.toLocaleString() })}{trial.no_device > 0 && ` ${t("strangers", { n: trial.no_device.toLocaleString() })}`}</p>
        {trial.outcome.partial && <Note tone="warning">{t("partial")}</Note>}
      </div>
      {trial.first.length > 0 && <DataTable short caption={t("firstHits", { n: trial.first.length })} columns={columns} rows={trial.first} rowKey={(one) => `${one.at} ${one.device_name} ${one.object}`} />}
    </Panel>
  );
}
