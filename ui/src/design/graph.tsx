/**
 * Samples over time. uPlot draws on a canvas, which a reader cannot see, so the same values stand in a table one press away
 * and the summary (latest, lowest, average, highest) is text. Gaps stay gaps: a missing sample is not a zero.
 */
import { useEffect, useMemo, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useTime } from "../i18n/time";
import { useWords } from "../i18n/words";
import { scaled } from "./units";
import { designWords } from "./words";

export interface Series {
  label: string;
  unit: string;
  points: readonly (readonly [at: string | number, value: number | null])[];
}
export interface Threshold {
  label: string;
  value: number;
}

const COLOURS = ["#0017c1", "#ac3e00", "#115a36", "#5109ad"]; // all above 4.5:1 on white
const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3]]; // told apart without colour too

export function Graph({ name, series, thresholds = [], from, to, height = 200 }: { name: string; series: readonly Series[]; thresholds?: readonly Threshold[]; from: number; to: number; height?: number }) {
  const t = useWords(designWords);
  const { at } = useTime();
  const place = useRef<HTMLDivElement>(null);
  const unit = series[0]?.unit ?? "";

  const data = useMemo(() => {
    const times = [...new Set(series.flatMap((one) => one.points.map(([moment]) => Date.parse(String(moment)) || Number(moment))))].sort((a, b) => a - b);
    const columns = series.map((one) => {
      const byTime = new Map(one.points.map(([moment, value]) => [Date.parse(String(moment)) || Number(moment), value]));
      return times.map((moment) => byTime.get(moment) ?? null);
    });
    return [times.map((moment) => moment / 1000), ...columns] as uPlot.AlignedData;
  }, [series]);

  useEffect(() => {
    const box = place.current;
    if (!box || data[0].length === 0) return;
    const days = (to - from) / 86_400_000;
    const options: uPlot.Options = {
      width: box.clientWidth || 600,
      height,
      cursor: { drag: { x: false, y: false } },
      legend: { show: series.length > 1 },
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Asia/Tokyo"),
      scales: { x: { min: from / 1000, max: to / 1000 }, y: { range: (_, low, high) => [Math.min(0, low), Math.max(high, ...thresholds.map((one) => one.value)) * 1.1 || 1] } },
      axes: [
        { stroke: "#333", grid: { stroke: "#e6e6e6", width: 1 }, ticks: { stroke: "#999" }, font: "12px sans-serif", values: (_, splits) => splits.map((seconds) => at(seconds * 1000, days > 1.5 ? "short" : "time").replace(days > 8 ? / \d\d:\d\d$/ : "", "")), space: days > 1.5 && days < 8 ? 90 : 60 },
        { stroke: "#333", grid: { stroke: "#e6e6e6", width: 1 }, ticks: { stroke: "#999" }, font: "12px sans-serif", size: 76, values: (_, splits) => splits.map((value) => scaled(value, unit)) },
      ],
      series: [
        { label: t("time"), value: (_, seconds) => (seconds == null ? "" : at(seconds * 1000, "short")) },
        ...series.map((one, index) => ({
          label: one.label,
          stroke: COLOURS[index % COLOURS.length] ?? "#000",
          width: 2,
          dash: DASHES[index % DASHES.length] ?? [],
          ...(series.length === 1 ? { fill: "rgb(0 23 193 / 0.08)" } : {}),
          points: { show: false },
          value: (_: uPlot, value: number | null) => (value == null ? "—" : scaled(value, one.unit)),
        })),
      ],
      hooks: {
        draw: [(plot) => {
          for (const one of thresholds) {
            const y = plot.valToPos(one.value, "y", true);
            const { left, width } = plot.bbox;
            plot.ctx.save();
            plot.ctx.strokeStyle = "#ce0000";
            plot.ctx.fillStyle = "#ce0000";
            plot.ctx.setLineDash([6, 4]);
            plot.ctx.beginPath();
            plot.ctx.moveTo(left, y);
            plot.ctx.lineTo(left + width, y);
            plot.ctx.stroke();
            plot.ctx.font = `${12 * devicePixelRatio}px sans-serif`;
            plot.ctx.textAlign = "left"; // left over from the axis otherwise
            plot.ctx.textBaseline = "bottom";
            plot.ctx.fillText(one.label, left + 4, y - 2);
            plot.ctx.restore();
          }
        }],
      },
    };
    const plot = new uPlot(options, data, box);
    const watch = new ResizeObserver(() => plot.setSize({ width: box.clientWidth, height }));
    watch.observe(box);
    return () => {
      watch.disconnect();
      plot.destroy();
    };
  }, [data, series, thresholds, from, to, height, at, unit, t]);

  const summary = series.map((one) => {
    const values = one.points.map(([, value]) => value).filter((value): value is number => value !== null);
    return { one, last: values.at(-1), low: Math.min(...values), high: Math.max(...values), mean: values.reduce((sum, value) => sum + value, 0) / values.length };
  });

  return (
    <figure className="min-w-0">
      <figcaption className="font-bold">{name}</figcaption>
      {data[0].length === 0 ? <p className="py-6 text-center text-solid-gray-700">{t("noSamples")}</p> : (
        <>
          <div ref={place} aria-hidden="true" className="min-w-0 overflow-hidden" />
          <dl className="text-dns-14N-130 tabular flex flex-wrap gap-x-5 gap-y-1">
            {summary.map(({ one, last, low, high, mean }) => (
              <div key={one.label} className="flex flex-wrap gap-x-3">
                {series.length > 1 && <dt className="font-bold">{one.label}</dt>}
                {([["latest", last], ["lowest", low], ["average", mean], ["highest", high]] as const).map(([word, value]) => (
                  <dd key={word}><span className="text-solid-gray-700">{t(word)}</span> {value === undefined ? "—" : scaled(value, one.unit)}</dd>
                ))}
              </div>
            ))}
          </dl>
          <details className="mt-1">
            <summary className="text-dns-14N-130 w-fit cursor-pointer text-key-900 underline">{t("asTable")}</summary>
            <div className="mt-1 max-h-64 overflow-auto" tabIndex={0} role="region" aria-label={t("graphOf", { name })}>
              <table className="text-dns-14N-130 tabular w-full">
                <thead><tr><th scope="col" className="px-2 py-1">{t("time")}</th>{series.map((one) => <th key={one.label} scope="col" className="px-2 py-1">{one.label}</th>)}</tr></thead>
                <tbody>
                  {thin(data[0].length).map((row) => (
                    <tr key={row} className="odd:bg-solid-gray-50">
                      <th scope="row" className="px-2 py-1 font-normal">{at((data[0][row] ?? 0) * 1000)}</th>
                      {series.map((one, column) => { const value = data[column + 1]?.[row]; return <td key={one.label} className="px-2 py-1">{value == null ? "—" : scaled(value, one.unit)}</td>; })}
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </details>
        </>
      )}
    </figure>
  );
}

/** At most 200 rows, evenly: a table of 8,000 rows helps nobody. */
function thin(count: number): number[] {
  const step = Math.max(1, Math.ceil(count / 200));
  return Array.from({ length: Math.ceil(count / step) }, (_, index) => index * step);
}
