import { useCallback, useMemo, useState } from "react";
import type { GetAnswer, SendAnswer } from "../../api/contract";
import { useGet, useSend } from "../../api/hooks";
import { Await, Problem } from "../../app/problem";
import { useSession } from "../../app/session";
import { Badge, SeverityBadge } from "../../design/badge";
import { Button, LinkButton } from "../../design/button";
import { Code, PageHeader, Panel } from "../../design/page";
import { Loading } from "../../design/progress";
import { Empty, Note } from "../../design/states";
import { DataTable, type Column } from "../../design/table";
import { useTime } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { PurposeForm } from "../logs/purpose";
import { useFilters } from "../../parts/filter-state";
import { draftFrom, draftOf, EMPTY, length } from "./draft";
import { HistoryDialog, RuleForm } from "./rule-form";
import { feedWords } from "./words";

export type Rule = GetAnswer<"/log-rules">["items"][number];
type Trial = SendAnswer<"POST /log-rules/trial">;
const NEW = "new";

export default function RulesPage() {
  const t = useWords(feedWords);
  const rules = useGet("/log-rules", {});
  const { may } = useSession();
  const tries = may("log_read") || may("operation_log_read");
  const writes = may("log_rule_write");
  const [filters, set] = useFilters();
  const [past, setPast] = useState<Rule | null>(null);
  const trying = useTrial();
  const open = filters["rule"];
  const begin = (id: string | undefined) => {
    trying.reset();
    set({ rule: id });
    window.scrollTo({ top: 0 });
  };
  const all = rules.data?.items;
  const rule = all?.find((one) => one.id === open);
  return (
    <>
      <PageHeader title={t("rules")} lead={t("rulesLead")} actions={<>
        <LinkButton href="/log-senders" icon="device">{t("toSenders")}</LinkButton>
        {(writes || tries) && <Button kind="main" icon="plus" onClick={() => begin(NEW)}>{t(writes ? "newRule" : "draft")}</Button>}
      </>} />
      <div className="flex flex-col gap-5">
        {!tries && <Note>{t("needsLogs")}</Note>}
        {all && ((open === NEW && (writes || tries)) || (rule && writes)) && (
          <RuleForm key={open} rule={rule ?? null} start={rule ? draftFrom(rule.id, rule.written) : { ...EMPTY, id: freeId(all) }} writes={writes} busy={trying.isPending}
            onTry={tries ? (draft) => trying.start(rule ?? null, draftOf(draft)) : null} onClose={() => begin(undefined)} />
        )}
        <TrialOutcome trying={trying} />
        <Await of={rules}>{(data) => <Rules rules={data.items} onPast={setPast} onTry={tries ? (one) => { begin(undefined); trying.start(one, null); } : null} onChange={writes ? (one) => begin(one.id) : null} />}</Await>
      </div>
      {past && <HistoryDialog rule={past} onClose={() => setPast(null)} />}
    </>
  );
}

/** A name that no rule has; people may choose another. */
function freeId(rules: readonly Rule[]): string {
  let n = 1;
  while (rules.some((rule) => rule.id === `rule-${n}`)) ++n;
  return `rule-${n}`;
}

/** One trial, and what was tried: a rule as it is, or a draft. */
function useTrial() {
  const { mutate, ...trial } = useSend("POST /log-rules/trial");
  const [of, setOf] = useState<{ rule: Rule | null; draft: Record<string, unknown> | null } | null>(null);
  const start = (rule: Rule | null, draft: Record<string, unknown> | null) => {
    setOf({ rule, draft });
    mutate({ body: { ...(draft ? { draft } : { rule: rule?.id ?? "" }), screen: "log-rules" } });
  };
  return { ...trial, of, start, again: () => of && start(of.rule, of.draft) };
}

function TrialOutcome({ trying }: { trying: ReturnType<typeof useTrial> }) {
  const t = useWords(feedWords);
  if (trying.isPending) return <Panel title={t("trying")}><Loading /></Panel>;
  if (trying.error?.code === "log_search.purpose_missing") return <Purpose onDone={() => trying.again()} />;
  if (trying.error) return <Problem fault={trying.error} />;
  return trying.data ? <Outcome rule={trying.of?.rule ?? null} trial={trying.data} /> : null;
}

/** The rule is of people's logs: why they are looked at is asked as in the search, once. */
function Purpose({ onDone }: { onDone: () => void }) {
  const known = useGet("/log-search/kinds", {});
  return <Await of={known}>{(kinds) => <PurposeForm known={kinds} onDone={onDone} onDevicesOnly={null} />}</Await>;
}

function useLength(): (seconds: number) => string {
  const t = useWords(feedWords);
  return useCallback((seconds) => {
    const { n, unit } = length(seconds);
    return t(`of_${unit}`, { n });
  }, [t]);
}

function Rules({ rules, onTry, onChange, onPast }: { rules: readonly Rule[]; onTry: ((rule: Rule) => void) | null; onChange: ((rule: Rule) => void) | null; onPast: (rule: Rule) => void }) {
  const t = useWords(feedWords);
  const name = useName();
  const time = useLength();
  const columns = useMemo<Column<Rule>[]>(() => [
    { id: "rule", header: t("rule"), width: "17rem", cell: (rule) => <RuleName rule={rule} /> },
    { id: "severity", header: t("severity"), width: "6rem", narrow: true, cell: (rule) => <SeverityBadge severity={rule.severity} /> },
    { id: "condition", header: t("condition"), cell: (rule) => <span className="font-mono text-[0.85rem] break-words">{rule.when}</span> },
    { id: "times", header: t("times"), width: "10rem", cell: (rule) => rule.silent_s > 0 ? t("silentFor", { time: time(rule.silent_s) }) : rule.times === 1 ? t("once") : t(rule.by.length ? "every" : "everyDevice", { n: rule.times, within: time(rule.within_s), by: rule.by.join(", ") }) },
    { id: "ends", header: t("ends"), width: "11rem", cell: (rule) => rule.silent_s > 0 ? t("untilNext") : <span className="break-words">{[rule.clears && t("byCondition", { clears: rule.clears }), rule.quiet_s > 0 && t("quietFor", { time: time(rule.quiet_s) })].filter(Boolean).join(" / ")}</span> },
    { id: "acts", header: t("acts"), width: "11.5rem", cell: (rule) => {
      const called = { name: name(rule.title) || rule.id };
      return (
        <span className="flex flex-wrap gap-1">
          {onTry && !rule.fault && <Button small aria-label={t("tryNamed", called)} onClick={() => onTry(rule)}>{t("try")}</Button>}
          {onChange && <Button small aria-label={t("changeNamed", called)} onClick={() => onChange(rule)}>{t("change")}</Button>}
          {rule.version > 0 && <Button small kind="quiet" aria-label={t("historyOf", called)} onClick={() => onPast(rule)}>{t("history")}</Button>}
        </span>
      );
    } },
  ], [t, name, time, onTry, onChange, onPast]);
  return (
    <div className="overflow-hidden rounded-12 border border-solid-gray-200 bg-white">
      <DataTable short caption={t("rules")} columns={columns} rows={rules} rowKey={(rule) => rule.id} empty={<Empty title={t("wouldNone")} />} />
    </div>
  );
}

function RuleName({ rule }: { rule: Rule }) {
  const t = useWords(feedWords);
  const name = useName();
  const { at } = useTime();
  return (
    <>
      <span className="font-bold">{name(rule.title) || rule.id}</span>{" "}
      {rule.off && <Badge icon="pause">{t("off")}</Badge>}{" "}
      {rule.fault ? <Badge tone="critical" icon="alert">{t("broken")}</Badge> : rule.changed ? <Badge tone="info">{t(rule.beneath ? "changedHere" : "madeHere")}</Badge> : rule.pack && <Badge>{t("own")}</Badge>}
      <span className="text-dns-14N-130 block"><Code>{rule.id}</Code></span>
      {rule.fault && <span className="text-dns-14N-130 block font-bold text-error-1">{rule.fault.detail ?? rule.fault.title}</span>}
      {rule.changed && <span className="text-dns-14N-130 block text-solid-gray-700">{t("changedBy", { who: rule.changed.who, at: at(rule.changed.at, "short") })}</span>}
    </>
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
