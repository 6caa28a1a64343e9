import { Link } from "wouter";
import type { Deliverable } from "../../api/contract";
import { useList } from "../../api/hooks";
import { Problem } from "../../app/problem";
import { IconButton } from "../../design/button";
import { Loading } from "../../design/progress";
import { Empty } from "../../design/states";
import { serverNow, toLocalParts, useTime } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { DeliverableState, usePeriod } from "../../parts/deliverable-state";
import { useFilters } from "../../parts/filter-state";
import { deliverableWords } from "./words";

const two = (n: number) => String(n).padStart(2, "0");

function shifted(month: string, by: number): string {
  const index = Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1 + by;
  return `${Math.floor(index / 12)}-${two((index % 12) + 1)}`;
}

/** One month as a calendar from Monday; on a narrow screen only the days on which something is due. */
export function MonthView() {
  const t = useWords(deliverableWords);
  const name = useName();
  const { at } = useTime();
  const period = usePeriod();
  const [filters, set] = useFilters();
  const today = toLocalParts(serverNow()).day;
  const month = /^\d{4}-\d{2}$/.test(filters["month"] ?? "") ? filters["month"] ?? "" : today.slice(0, 7);
  const list = useList("/deliverables", { query: { month } }, { limit: 500 });
  const days = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 0)).getUTCDate();
  const lead = (new Date(`${month}-01T00:00:00Z`).getUTCDay() + 6) % 7;
  const byDay = new Map<string, Deliverable[]>();
  for (const one of list.rows) byDay.set(one.due_day ?? "", [...(byDay.get(one.due_day ?? "") ?? []), one]);
  const closed = new Map(list.first?.closed_days?.map((one) => [one.day, one.why]));
  // Of several with one name each says which it is: the month, or what it was opened for.
  const named = new Map<string, number>();
  for (const one of list.rows) named.set(one.deliverable, (named.get(one.deliverable) ?? 0) + 1);
  const items = (day: string) => (
    <ul className="flex flex-col gap-2">
      {(byDay.get(day) ?? []).map((one) => (
        <li key={one.id} className="flex flex-col items-start gap-1">
          <Link href={`/deliverables/${one.id}`} className={`text-dns-14N-130 break-words ${one.late ? "font-bold text-red-900" : ""}`}>{one.kind ? name(one.kind.title) : one.deliverable}</Link>
          {((named.get(one.deliverable) ?? 0) > 1 || one.note) && <span className="text-dns-14N-130 break-words text-solid-gray-700">{one.note || period(one)}</span>}
          <span className="[&>span]:whitespace-normal">
            <DeliverableState one={one} />
          </span>
        </li>
      ))}
    </ul>
  );
  return (
    <div className="p-4">
      <div className="mb-3 flex items-center gap-2">
        <IconButton icon="previous" label={t("previous")} onClick={() => set({ month: shifted(month, -1) })} />
        <h2 className="text-std-20B-150 tabular" aria-live="polite">{at(`${month}-01T00:00:00+09:00`, "month")}</h2>
        <IconButton icon="next" label={t("next")} onClick={() => set({ month: shifted(month, 1) })} />
      </div>
      {list.error ? <Problem fault={list.error} onRetry={list.retry} /> : list.pending ? <Loading /> : (
        <>
          {list.rows.length === 0 && <Empty icon="check" title={t("noneMonth")} />}
          {byDay.has("") && <div className="mb-4 rounded-8 border border-dashed border-solid-gray-420 p-3">{items("")}</div>}
          {/* 5 January 2026 is a Monday. */}
          <ol aria-hidden="true" className="text-dns-14B-130 mb-1 grid grid-cols-7 gap-2 text-center text-solid-gray-700 max-md:hidden">
            {Array.from({ length: 7 }, (_, index) => <li key={index}>{at(`2026-01-${two(5 + index)}T00:00:00+09:00`, "weekday")}</li>)}
          </ol>
          <ol className="grid gap-2 md:grid-cols-7">
            {Array.from({ length: days }, (_, index) => {
              const day = `${month}-${two(index + 1)}`;
              const has = byDay.has(day);
              const why = closed.get(day);
              const isClosed = closed.has(day);
              return (
                <li key={day} style={index === 0 ? { gridColumnStart: "var(--lead)", ["--lead" as string]: lead + 1 } : undefined} className={`min-h-20 rounded-8 border p-2 max-md:col-start-auto! ${has ? "" : "max-md:hidden"} ${day === today ? "border-2 border-key-900" : "border-solid-gray-200"} ${isClosed ? "bg-solid-gray-50" : ""}`}>
                  <p className="text-dns-14N-130 tabular mb-1 text-solid-gray-700"><span aria-hidden="true" className="max-md:hidden">{index + 1}</span><span className="md:sr-only">{at(`${day}T00:00:00+09:00`, "date")} {at(`${day}T00:00:00+09:00`, "weekday")}</span>{why && <span className="ms-2">{name(why)}</span>}</p>
                  {has && items(day)}
                </li>
              );
            })}
          </ol>
        </>
      )}
    </div>
  );
}
