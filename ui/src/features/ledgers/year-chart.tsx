import { Link } from "wouter";
import type { Ledger, Row } from "../../api/contract";
import { useGet, useList } from "../../api/hooks";
import { Problem } from "../../app/problem";
import { useSession } from "../../app/session";
import { Select } from "../../design/field";
import { Loading } from "../../design/progress";
import { Empty } from "../../design/states";
import { formatTime, serverNow, toLocalParts } from "../../i18n/time";
import { useLanguage, useName, useWords } from "../../i18n/words";
import { useFilters } from "../../parts/filter-state";
import { barIn, fiscalYearOf, type Bar } from "../../parts/year-bars";
import { chartWords } from "./words";

const MONTHS = [4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3];
const LOOKS = { done: "bg-green-800", late: "bg-red-900", open: "bg-key-900" } as const;
const MOST = 500;

/** Any ledger whose declaration has a `timeline`, over one fiscal year: what lasts how long, and what is late. */
export function YearChart({ ledger, query }: { ledger: Ledger; query: Record<string, string | undefined> }) {
  const t = useWords(chartWords);
  const name = useName();
  const { language } = useLanguage();
  const [filters, set] = useFilters();
  const { timeline } = ledger;
  const today = toLocalParts(serverNow()).day;
  const year = Number(filters["year"] ?? fiscalYearOf(today));
  const list = useList("/ledgers/{ledger}/rows", { path: { ledger: ledger.id }, query: { ...query, sort: timeline?.from ?? "" } }, { limit: MOST });
  const regular = useRegularWork(ledger.id === "schedule", year, today);
  if (!timeline) return null;
  const value = (row: Row, field: string | null | undefined) => (field ? (row.fields as Record<string, unknown>)[field] : null);
  const shown = list.rows.flatMap((row) => {
    const bar = barIn(year, { from: value(row, timeline.from), until: value(row, timeline.until), done: value(row, timeline.done) }, today);
    return bar ? [{ key: String(row.id), href: `/ledgers/${ledger.id}/${row.id}`, title: row.title ?? "", from: value(row, timeline.from), until: value(row, timeline.until), bar, group: timeline.group ? (row.shown?.[timeline.group] ?? "") : "" }] : [];
  }).concat(regular);
  const groups = [...new Set(shown.map((one) => one.group))];
  const now = barIn(year, { from: today, until: today, done: null }, today);
  const group = ledger.fields.find((field) => field.id === timeline.group);
  return (
    <div className="p-4">
      <div className="mb-4 flex flex-wrap items-end gap-4">
        <Select label={t("year")} value={String(year)} onText={(next) => set({ year: next })} choices={[-2, -1, 0, 1, 2].map((step) => fiscalYearOf(today) + step).map((one) => ({ value: String(one), label: t("fiscalYear", { era: one - 2018, year: one }) }))} />
        <p className="flex flex-wrap gap-x-4 pb-2">{(["open", "late", "done"] as const).map((state) => <span key={state} className="flex items-center gap-1"><span aria-hidden="true" className={`inline-block h-3 w-6 rounded-full ${LOOKS[state]}`} />{t(state)}</span>)}</p>
      </div>
      {list.error ? <Problem fault={list.error} onRetry={list.retry} /> : list.pending ? <Loading /> : shown.length === 0 ? <Empty icon="today" title={t("none")} /> : (
        <div className="overflow-x-auto" role="region" aria-label={t("chart", { name: name(ledger.name) })} tabIndex={0}>
          <div className="min-w-200">
            <div aria-hidden="true" className="grid grid-cols-[16rem_1fr] border-b border-solid-gray-420">
              <span />
              <div className="grid grid-cols-12">{MONTHS.map((month) => <span key={month} className="text-dns-14N-130 border-s border-solid-gray-200 ps-1">{t("month", { n: month })}</span>)}</div>
            </div>
            {groups.map((one) => (
              <section key={one} aria-label={one}>
                {one && <h3 className="text-oln-14B-100 bg-solid-gray-50 px-2 py-2">{group && one !== t("regular") ? `${name(group.name)}：` : ""}{one}</h3>}
                <ul>
                  {shown.filter((each) => each.group === one).map(({ key, href, title, from, until, bar }) => (
                    <li key={key} className="grid min-h-11 grid-cols-[16rem_1fr] items-center border-b border-solid-gray-200">
                      <Link href={href} className="truncate pe-2" title={title}>{title}</Link>
                      <div className="relative h-8">
                        <BarOf bar={bar} />
                        {now && <span aria-hidden="true" className="absolute inset-y-0 w-0.5 bg-orange-800" style={{ left: `${now.left * 100}%` }} />}
                        <span className="sr-only">{t("said", { from: formatTime(language, `${String(from).slice(0, 10)}T00:00:00+09:00`, "date"), until: until ? formatTime(language, `${String(until).slice(0, 10)}T00:00:00+09:00`, "date") : "—", state: t(bar.state) })}</span>
                      </div>
                    </li>
                  ))}
                </ul>
              </section>
            ))}
          </div>
        </div>
      )}
      {list.hasMore && <p className="text-dns-14N-130 mt-2">{t("more", { n: MOST })}</p>}
    </div>
  );
}

/** Work that the contract asks for again and again, each time a mark on the day by which it is due. */
function useRegularWork(wanted: boolean, year: number, today: string) {
  const t = useWords(chartWords);
  const name = useName();
  const { may } = useSession();
  const found = useGet("/work-regular", { query: { fiscal_year: String(year) } }, { enabled: wanted && may("work_read") });
  if (!wanted) return [];
  return (found.data?.items ?? []).flatMap((one) => {
    const due = toLocalParts(Date.parse(one.due) - 1).day;
    const bar = barIn(year, { from: due, until: due, done: one.done_at ? toLocalParts(Date.parse(one.done_at)).day : null }, today);
    return bar ? [{ key: `${one.kind}.${one.due}`, href: one.order ? `/work/${one.order}` : `/work?kind=${one.kind}`, title: name(one.title), from: due as unknown, until: due as unknown, bar, group: t("regular") }] : [];
  });
}

function BarOf({ bar }: { bar: Bar }) {
  return (
    <>
      <span aria-hidden="true" className={`absolute top-2 h-4 rounded-full ${LOOKS[bar.state]}`} style={{ left: `${bar.left * 100}%`, width: `${bar.width * 100}%` }} />
      {bar.doneAt !== null && <span aria-hidden="true" className="absolute top-1 h-6 w-1.5 rounded-full bg-green-900 outline-2 outline-white" style={{ left: `calc(${bar.doneAt * 100}% - 3px)` }} />}
    </>
  );
}
