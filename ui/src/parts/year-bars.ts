/** Where a stretch of days lies within a Japanese fiscal year (April to March), as shares of its width. */
const DAY = 86_400_000;
const dayOf = (text: unknown): number | null => {
  if (typeof text !== "string") return null;
  const at = Date.parse(`${text.slice(0, 10)}T00:00:00Z`);
  return Number.isNaN(at) ? null : at;
};

export function fiscalYearOf(day: string): number {
  return Number(day.slice(0, 4)) - (Number(day.slice(5, 7)) < 4 ? 1 : 0);
}

export interface Stretch {
  from: unknown;
  until: unknown;
  done: unknown;
}
export interface Bar {
  left: number;
  width: number;
  /** Where it really ended, when that is known and within the year. */
  doneAt: number | null;
  state: "done" | "late" | "open";
}

/** Null when nothing of it lies in that year. A stretch that ends before it begins is the day on which it begins. */
export function barIn(year: number, stretch: Stretch, today: string): Bar | null {
  const begin = Date.UTC(year, 3, 1);
  const end = Date.UTC(year + 1, 3, 1);
  const from = dayOf(stretch.from);
  if (from === null) return null;
  const until = Math.max(from, dayOf(stretch.until) ?? from) + DAY;
  const done = dayOf(stretch.done);
  if (until <= begin || from >= end) return null;
  const share = (at: number) => (Math.min(end, Math.max(begin, at)) - begin) / (end - begin);
  const left = share(from);
  const now = dayOf(today) ?? 0;
  return {
    left,
    width: Math.max(share(until) - left, 1 / 400),
    doneAt: done !== null && done >= begin && done < end ? share(done + DAY / 2) : null,
    state: done !== null ? "done" : until <= now ? "late" : "open",
  };
}

/** What is due so often that marks would run into one another is counted by month. */
export const MOST_MARKS = 12;
export interface MonthCount {
  /** 1 to 12, in the order of the fiscal year. */
  month: number;
  total: number;
  done: number;
  late: number;
}

/** April to March; days outside of that year are left out. */
export function countByMonth(year: number, due: readonly { day: string; done: boolean }[], today: string): MonthCount[] {
  const months = Array.from({ length: 12 }, (_, i) => ({ month: ((i + 3) % 12) + 1, total: 0, done: 0, late: 0 }));
  for (const one of due) {
    if (fiscalYearOf(one.day) !== year) continue;
    const count = months[(Number(one.day.slice(5, 7)) + 8) % 12];
    if (!count) continue;
    count.total += 1;
    if (one.done) count.done += 1;
    else if (one.day < today) count.late += 1;
  }
  return months;
}
