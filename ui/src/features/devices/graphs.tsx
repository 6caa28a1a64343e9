import { useMemo, useState } from "react";
import type { Metric } from "../../api/contract";
import { useGet } from "../../api/hooks";
import { Await, Problem } from "../../app/problem";
import { Checkbox } from "../../design/field";
import { Graph, type Series } from "../../design/graph";
import { Loading } from "../../design/progress";
import { Empty } from "../../design/states";
import { scaled } from "../../design/units";
import { designWords } from "../../design/words";
import { serverNow } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { deviceWords } from "./words";

const RANGES = [
  { id: "hour1", hours: 1 },
  { id: "day24", hours: 24 },
  { id: "day7", hours: 24 * 7 },
  { id: "day90", hours: 24 * 90 },
] as const;
const keyOf = (metric: Metric) => `${metric.metric}/${metric.instance ?? ""}`;

export function Graphs({ device }: { device: number }) {
  const t = useWords(deviceWords);
  const d = useWords(designWords);
  const name = useName();
  const metrics = useGet("/devices/{id}/metrics", { path: { id: device } });
  const [range, setRange] = useState<(typeof RANGES)[number]>(RANGES[1]);
  const [hidden, setHidden] = useState<ReadonlySet<string> | null>(null);
  // Fixed while the tab is open: a moving edge would ask for every graph again each second.
  const [to] = useState(() => Math.floor(serverNow() / 60_000) * 60_000);
  return (
    <Await of={metrics}>
      {({ items }) => {
        if (items.length === 0) return <Empty icon="search" title={t("noMetrics")} />;
        // To begin with: what is measured in something, rather than states that are 1 or 2; what has a limit before what has none.
        const measured = items.filter((one) => one.unit && !one.metric.startsWith("if."));
        const first = [...measured.filter((one) => one.enter != null), ...measured, ...items].filter((one, index, all) => all.indexOf(one) === index).slice(0, 6);
        const off = hidden ?? new Set(items.filter((one) => !first.includes(one)).map(keyOf));
        return (
          <div className="flex flex-col gap-5">
            <div className="flex flex-wrap items-center gap-2" role="group" aria-label={d("range")}>
              {RANGES.map((one) => (
                <button key={one.id} type="button" aria-pressed={range.id === one.id} onClick={() => setRange(one)} className="text-oln-16B-100 min-h-11 cursor-pointer rounded-8 border border-key-900 px-4 text-key-900 aria-pressed:bg-key-900 aria-pressed:text-white">{d(one.id)}</button>
              ))}
              <details className="ms-auto">
                <summary className="cursor-pointer text-key-900 underline">{t("chooseMetric")}</summary>
                <div className="grid gap-x-6 sm:grid-cols-2">
                  {items.map((one) => <Checkbox key={keyOf(one)} label={`${name(one.name)} ${one.instance_name ?? ""}`} checked={!off.has(keyOf(one))} onChange={(on) => { const next = new Set(off); if (on) next.delete(keyOf(one)); else next.add(keyOf(one)); setHidden(next); }} />)}
                </div>
              </details>
            </div>
            <div className="grid gap-6 xl:grid-cols-2">
              {items.filter((one) => !off.has(keyOf(one))).map((one) => <OneGraph key={keyOf(one)} device={device} metric={one} from={to - range.hours * 3_600_000} to={to} />)}
            </div>
          </div>
        );
      }}
    </Await>
  );
}

const iso = (ms: number) => new Date(ms).toISOString();

function OneGraph({ device, metric, from, to }: { device: number; metric: Metric; from: number; to: number }) {
  const t = useWords(deviceWords);
  const d = useWords(designWords);
  const name = useName();
  const answer = useGet("/devices/{id}/series", { path: { id: device }, query: { metric: metric.metric, instance: metric.instance, from: iso(from), to: iso(to), points: 500 } }, { keep: true });
  const title = `${name(metric.name)} ${metric.instance_name ?? ""}`.trim();
  const average = d("average");
  const highest = d("highest");
  const series = useMemo<Series[]>(() => {
    const points = answer.data?.points ?? [];
    const unit = answer.data?.unit ?? "";
    const column = (index: number) => points.map((point) => [(point[0] ?? 0) * 1000, point[index] ?? null] as const);
    // Thinned points stand for a span: its highest value must not disappear in its average.
    const thinned = points.some((point) => point[3] != null && point[3] !== point[1]);
    return thinned ? [{ label: average, unit, points: column(1) }, { label: highest, unit, points: column(3) }] : [{ label: title, unit, points: column(1) }];
  }, [answer.data, title, average, highest]);
  const limits = useMemo(() => (metric.enter == null ? [] : [{ label: t("enterAt", { n: scaled(metric.enter, metric.unit ?? "") }), value: metric.enter }]), [metric.enter, metric.unit, t]);
  if (answer.error) return <Problem fault={answer.error} onRetry={() => void answer.refetch()} />;
  if (!answer.data) return <div className="min-h-60"><Loading /></div>;
  return <Graph name={title} series={series} thresholds={limits} from={from} to={to} />;
}
