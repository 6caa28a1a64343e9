import { expect, test } from "vitest";
import { barIn, fiscalYearOf } from "./year-bars";

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
