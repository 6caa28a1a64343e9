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
import { barIn, countByMonth, fiscalYearOf, MOST_MARKS, type Bar, type MonthCount } from "../../parts/year-bars";
import { chartWords } from "./words";

const MONTHS = [4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3];
const LOOKS = { done: "bg-green-800", late: "bg-red-900", open: "bg-key-900" } as const;
const MOST = 500;

/** On a telephone the year keeps the whole width, and each title stands above its line. */
const ROW = "grid min-h-11 items-center border-b border-solid-gray-200 md:grid-cols-[16rem_1fr]";

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
  });
  const groups = [...new Set(shown.map((one) => one.group))];
  const now = barIn(year, { from: today, until: today, done: null }, today);
  const group = ledger.fields.find((field) => field.id === timeline.group);
  return (
    <div className="p-4">
      <div className="mb-4 flex flex-wrap items-end gap-4">
        <Select label={t("year")} value={String(year)} onText={(next) => set({ year: next })} choices={[-2, -1, 0, 1, 2].map((step) => fiscalYearOf(today) + step).map((one) => ({ value: String(one), label: t("fiscalYear", { era: one - 2018, year: one }) }))} />
        <p className="flex flex-wrap gap-x-4 pb-2">{(["open", "late", "done"] as const).map((state) => <span key={state} className="flex items-center gap-1"><span aria-hidden="true" className={`inline-block h-3 w-6 rounded-full ${LOOKS[state]}`} />{t(state)}</span>)}</p>
      </div>
      {list.error ? <Problem fault={list.error} onRetry={list.retry} /> : list.pending ? <Loading /> : shown.length + regular.length === 0 ? <Empty icon="today" title={t("none")} /> : (
        <div className="overflow-x-auto" role="region" aria-label={t("chart", { name: name(ledger.name) })} tabIndex={0}>
          <div className="md:min-w-200">
            <div aria-hidden="true" className="grid border-b border-solid-gray-420 md:grid-cols-[16rem_1fr]">
              <span className="max-md:hidden" />
              <div className="grid grid-cols-12">{MONTHS.map((month) => <span key={month} className="text-dns-14N-130 border-s border-solid-gray-200 ps-1"><span className="md:hidden">{month}</span><span className="max-md:hidden">{t("month", { n: month })}</span></span>)}</div>
            </div>
            {groups.map((one) => (
              <section key={one} aria-label={one}>
                {one && <h3 className="text-oln-14B-100 bg-solid-gray-50 px-2 py-2">{group ? `${name(group.name)}${language === "ja" ? "：" : ": "}` : ""}{one}</h3>}
                <ul>
                  {shown.filter((each) => each.group === one).map(({ key, href, title, from, until, bar }) => (
                    <li key={key} className={ROW}>
                      <Link href={href} className="max-md:pt-2 md:truncate md:pe-2" title={title}>{title}</Link>
                      <div className="relative h-8">
                        <BarOf bar={bar} />
                        <Today at={now} />
                        <span className="sr-only">{t("said", { from: formatTime(language, `${String(from).slice(0, 10)}T00:00:00+09:00`, "date"), until: until ? formatTime(language, `${String(until).slice(0, 10)}T00:00:00+09:00`, "date") : "—", state: t(bar.state) })}</span>
                      </div>
                    </li>
                  ))}
                </ul>
              </section>
            ))}
            {regular.length > 0 && (
              <section aria-label={t("regular")}>
                <h3 className="text-oln-14B-100 bg-solid-gray-50 px-2 py-2">{t("regular")}</h3>
                <ul>{regular.map((one) => <RegularRow key={one.kind} work={one} now={now} />)}</ul>
              </section>
            )}
          </div>
        </div>
      )}
      {list.hasMore && <p className="text-dns-14N-130 mt-2">{t("more", { n: MOST })}</p>}
    </div>
  );
}

interface RegularWork {
  kind: string;
  title: string;
  /** Where it comes round seldom enough to be shown one by one. */
  marks: { day: string; order: number | null; bar: Bar }[];
  months: MonthCount[] | null;
}

/** Work that the contract asks for again and again: a mark on the day by which it is due, or how much of each month is done. */
function useRegularWork(wanted: boolean, year: number, today: string): RegularWork[] {
  const name = useName();
  const { may } = useSession();
  const found = useGet("/work-regular", { query: { fiscal_year: String(year) } }, { enabled: wanted && may("work_read") });
  if (!wanted) return [];
  const items = (found.data?.items ?? []).map((one) => ({ ...one, day: toLocalParts(Date.parse(one.due) - 1).day, doneOn: one.done_at ? toLocalParts(Date.parse(one.done_at)).day : null }));
  return [...new Set(items.map((one) => one.kind))].map((kind) => ({ kind, all: items.filter((one) => one.kind === kind) })).map(({ kind, all }) => ({
    kind,
    title: name(all[0]?.title),
    marks: all.length > MOST_MARKS ? [] : all.flatMap((one) => {
      const bar = barIn(year, { from: one.day, until: one.day, done: one.doneOn }, today);
      return bar ? [{ day: one.day, order: one.order ?? null, bar }] : [];
    }),
    months: all.length > MOST_MARKS ? countByMonth(year, all.map((one) => ({ day: one.day, done: one.doneOn !== null })), today) : null,
  }));
}

function RegularRow({ work, now }: { work: RegularWork; now: Bar | null }) {
  const t = useWords(chartWords);
  const { language } = useLanguage();
  const day = (text: string) => formatTime(language, `${text}T00:00:00+09:00`, "date");
  const only = work.marks.length === 1 ? work.marks[0]?.order : null;
  return (
    <li className={ROW}>
      <Link href={only ? `/work/${only}` : `/work?kind=${work.kind}`} className="max-md:pt-2 md:truncate md:pe-2" title={work.title}>{work.title}</Link>
      <div className="relative h-8">
        {work.months ? (
          <div aria-hidden="true" className="grid h-8 grid-cols-12 items-center">
            {work.months.map((one) => <span key={one.month} className={`tabular mx-px grid h-6 place-items-center rounded-4 text-[0.75rem] ${one.total === 0 ? "" : one.done === one.total ? "bg-green-800 text-white" : one.late > 0 ? "bg-red-900 text-white" : "bg-key-50 text-key-900"}`}>{one.total > 0 && `${one.done}/${one.total}`}</span>)}
          </div>
        ) : work.marks.map((one) => <BarOf key={one.day} bar={one.bar} />)}
        <Today at={now} />
        <span className="sr-only">{work.months ? work.months.filter((one) => one.total > 0).map((one) => t("saidMonth", { n: one.month, done: one.done, total: one.total, late: one.late })).join("、") : work.marks.map((one) => t("said", { from: day(one.day), until: day(one.day), state: t(one.bar.state) })).join("、")}</span>
      </div>
    </li>
  );
}

function Today({ at }: { at: Bar | null }) {
  return at && <span aria-hidden="true" className="absolute inset-y-0 w-0.5 bg-orange-800" style={{ left: `${at.left * 100}%` }} />;
}

function BarOf({ bar }: { bar: Bar }) {
  return (
    <>
      <span aria-hidden="true" className={`absolute top-2 h-4 min-w-1.5 rounded-full ${LOOKS[bar.state]}`} style={{ left: `min(${bar.left * 100}%, calc(100% - 0.375rem))`, width: `${bar.width * 100}%` }} />
      {bar.doneAt !== null && <span aria-hidden="true" className="absolute top-1 h-6 w-1.5 rounded-full bg-green-900 outline-2 outline-white" style={{ left: `calc(${bar.doneAt * 100}% - 3px)` }} />}
    </>
  );
}
