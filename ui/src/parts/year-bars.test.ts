import { expect, test } from "vitest";
import { barIn, countByMonth, fiscalYearOf } from "./year-bars";

test("a fiscal year begins in April", () => {
  expect([fiscalYearOf("2026-03-31"), fiscalYearOf("2026-04-01"), fiscalYearOf("2027-01-05")]).toEqual([2025, 2026, 2026]);
});

test("a stretch is cut at the year's ends, its last day included", () => {
  const whole = barIn(2026, { from: "2026-04-01", until: "2027-03-31", done: null }, "2026-05-01");
  expect([whole?.left, whole?.width, whole?.state]).toEqual([0, 1, "open"]);
  const over = barIn(2026, { from: "2027-03-31", until: "2027-06-30", done: null }, "2026-05-01");
  expect(over?.width).toBeCloseTo(1 / 365, 5);
  expect(barIn(2026, { from: "2027-04-01", until: "2027-06-30", done: null }, "2026-05-01")).toBeNull();
  expect(barIn(2026, { from: null, until: "2026-06-30", done: null }, "2026-05-01")).toBeNull();
});

test("what is done is done, what is over is late, what ends before it begins is one day", () => {
  expect(barIn(2026, { from: "2026-04-10", until: "2026-04-20", done: null }, "2026-04-21")?.state).toBe("late");
  expect(barIn(2026, { from: "2026-04-10", until: "2026-04-20", done: null }, "2026-04-20")?.state).toBe("open");
  const done = barIn(2026, { from: "2026-04-10", until: "2026-04-01", done: "2026-04-12" }, "2026-05-21");
  expect([done?.state, Math.round((done?.width ?? 0) * 365)]).toEqual(["done", 1]);
  expect(done?.doneAt).toBeCloseTo(11.5 / 365, 3);
});

test("what is due each day is counted by month of the fiscal year", () => {
  const due = [
    { day: "2026-03-31", done: true },
    { day: "2026-04-01", done: true },
    { day: "2026-04-02", done: false },
    { day: "2026-05-07", done: false },
    { day: "2027-03-31", done: false },
    { day: "2027-04-01", done: true },
  ];
  const months = countByMonth(2026, due, "2026-05-07");
  expect(months.map((one) => one.month)).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3]);
  expect(months[0]).toEqual({ month: 4, total: 2, done: 1, late: 1 });
  expect(months[1]).toEqual({ month: 5, total: 1, done: 0, late: 0 });
  expect(months[11]).toEqual({ month: 3, total: 1, done: 0, late: 0 });
  expect(months.reduce((sum, one) => sum + one.total, 0)).toBe(4);
});
