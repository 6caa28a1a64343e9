/**
 * How many over time. What is not counted to its end says so: a bar that may lack something is pale, and its number is a least one.
 * Drawn on a canvas, which a reader cannot see: the same numbers stand in a table, with a button each.
 */
import { useEffect, useMemo, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { LogCounted } from "../../api/contract";
import { Button } from "../../design/button";
import { useTime } from "../../i18n/time";
import { useWords } from "../../i18n/words";
import { logWords } from "./words";

const HEIGHT = 130;
const BAR: uPlot.Series = { width: 1, points: { show: false }, paths: uPlot.paths.bars?.({ size: [0.9, 40] }) };
const iso = (ms: number) => new Date(ms).toISOString().replace(/\.000Z$/, "Z");

/** As much of a time as tells bars apart: the clock for one day, day and clock for a week, the day for more. */
function dated(ms: number, [first, last]: [number, number], at: (ms: number, style: "short" | "time") => string): string {
  const days = (last - first) / 86_400;
  return at(ms, days > 1.5 ? "short" : "time").replace(days > 8 ? /,? \d\d:\d\d$/ : "", "");
}

export function Histogram({ counts, counting, onRange }: { counts: LogCounted; counting: boolean; onRange: (from: string, to: string) => void }) {
  const t = useWords(logWords);
  const { at } = useTime();
  const place = useRef<HTMLDivElement>(null);
  const bucket = counts.bucket_s * 1000;
  const bars = useMemo(() => counts.groups.map((group) => ({ at: Date.parse(group.at ?? ""), count: group.count })), [counts]);
  const complete = counts.complete_from === null ? -Infinity : Date.parse(counts.complete_from);
  const [first, last] = [Date.parse(counts.from), Date.parse(counts.to)];

  const drawn = bars.length > 0 && bucket > 0;
  const plot = useRef<uPlot | null>(null);
  // A bar stands in the middle of its time.
  const data = useMemo<uPlot.AlignedData>(() => [bars.map((bar) => (bar.at + bucket / 2) / 1000), bars.map((bar) => (bar.at < complete ? null : bar.count)), bars.map((bar) => (bar.at < complete ? bar.count : null))], [bars, bucket, complete]);
  const span = useRef<[number, number]>([0, 1]);
  span.current = [Math.min(first, bars[0]?.at ?? first) / 1000, Math.max(last, (bars.at(-1)?.at ?? last) + bucket) / 1000];
  const newest = useRef({ data, at, onRange });
  newest.current = { data, at, onRange };

  // One drawing for as long as there is something to draw: what is being dragged over must not be taken away while bars still grow.
  useEffect(() => {
    const box = place.current;
    if (!box || !drawn) return;
    const made = new uPlot({
      width: box.clientWidth || 600, height: HEIGHT, legend: { show: false },
      cursor: { drag: { x: true, y: false, setScale: false }, points: { show: false } },
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Asia/Tokyo"),
      scales: { x: { range: () => span.current }, y: { range: (_, __, high) => [0, (high || 1) * 1.1] } },
      axes: [
        { stroke: "#333", grid: { show: false }, ticks: { stroke: "#999" }, font: "12px sans-serif", space: 90, values: (_, splits) => splits.map((seconds) => dated(seconds * 1000, span.current, newest.current.at)) },
        { stroke: "#333", grid: { stroke: "#e6e6e6", width: 1 }, ticks: { stroke: "#999" }, font: "12px sans-serif", size: 64, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 1e5, 1e6, 1e7], values: (_, splits) => splits.map((value) => value.toLocaleString()) },
      ],
      series: [{}, { ...BAR, stroke: "#0017c1", fill: "#4979f5" }, { ...BAR, stroke: "#7096f8", fill: "#d9e6ff", dash: [3, 3] }],
      hooks: {
        setSelect: [(selected) => {
          if (selected.select.width < 4) return;
          const from = selected.posToVal(selected.select.left, "x") * 1000;
          const to = selected.posToVal(selected.select.left + selected.select.width, "x") * 1000;
          newest.current.onRange(iso(Math.floor(from / 1000) * 1000), iso(Math.ceil(to / 1000) * 1000));
        }],
      },
    }, newest.current.data, box);
    plot.current = made;
    const watch = new ResizeObserver(() => made.setSize({ width: box.clientWidth, height: HEIGHT }));
    watch.observe(box);
    return () => {
      watch.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [drawn]);
  useEffect(() => plot.current?.setData(data), [data, first, last, at]);

  if (!drawn) return null;
  return (
    <figure className="min-w-0">
      <figcaption className="flex flex-wrap items-baseline gap-x-4"><span className="font-bold">{t("overTime")}</span><span className="tabular">{t(counts.complete_from === null ? "total" : counting ? "countingSoFar" : "totalAtLeast", { n: counts.total.toLocaleString() })}</span>{counts.complete_from !== null && <span className="text-dns-14N-130">{complete < last ? t(counting ? "countedFrom" : "countedOnlyFrom", { at: at(complete) }) : t(counting ? "countedNone" : "countedOnlyNone")}</span>}<span className="text-dns-14N-130 text-solid-gray-700 max-md:hidden">{t("barHint")}</span></figcaption>
      <div ref={place} aria-hidden="true" className="min-w-0 cursor-crosshair overflow-hidden" />
      <details>
        <summary className="text-dns-14N-130 w-fit cursor-pointer text-key-900 underline">{t("bars")}</summary>
        <div className="mt-1 max-h-64 overflow-auto" tabIndex={0} role="region" aria-label={t("overTime")}>
          <table className="text-dns-14N-130 tabular">
            <thead><tr><th scope="col" className="px-2 py-1 text-start">{t("when")}</th><th scope="col" className="px-2 py-1 text-end">{t("count")}</th><th scope="col"><span className="sr-only">{t("narrowHere")}</span></th></tr></thead>
            <tbody>
              {bars.slice(0, 200).map((bar) => (
                <tr key={bar.at} className="odd:bg-solid-gray-50">
                  <th scope="row" className="px-2 py-1 text-start font-normal">{at(bar.at)}</th><td className="px-2 py-1 text-end">{bar.at < complete ? t("atLeast", { n: bar.count.toLocaleString() }) : bar.count.toLocaleString()}</td>
                  <td><Button small kind="quiet" onClick={() => onRange(iso(bar.at), iso(bar.at + bucket))}>{t("narrowHere")}</Button></td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}
