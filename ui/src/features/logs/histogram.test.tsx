import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import type { LogCounted } from "../../api/contract";
import { Histogram } from "./histogram";

const drawn: (number | null)[][][] = [];
let made = 0;
vi.mock("uplot", () => ({
  default: class {
    static paths = { bars: () => () => null };
    static tzDate = (date: Date) => date;
    constructor(_: unknown, data: (number | null)[][]) { made += 1; drawn.push(data); }
    setData(data: (number | null)[][]) { drawn.push(data); }
    setSize() { /* nothing is drawn */ }
    destroy() { /* nothing was */ }
  },
}));
vi.stubGlobal("ResizeObserver", class { observe() { /* of no size */ } disconnect() { /* nor now */ } });
afterEach(() => { cleanup(); drawn.length = 0; });

const HOURS = ["2026-04-28T00:00:00Z", "2026-04-28T01:00:00Z", "2026-04-28T02:00:00Z"];
const counts = (complete_from: string | null): LogCounted => ({
  groups: HOURS.map((at, index) => ({ values: [], at, count: 1000 + index })), by: [], bucket_s: 3600, from: HOURS[0]!, to: "2026-04-28T03:00:00Z", total: 3003, more: false, complete_from,
  outcome: { partial: complete_from !== null, why: complete_from === null ? "whole" : "out_of_time", rows_read: 5, damaged: 0 },
});
const show = (complete_from: string | null, counting: boolean) => render(<Histogram counts={counts(complete_from)} counting={counting} onRange={() => undefined} />);
const bars = () => drawn.at(-1)!.slice(1);

it("says all when all is counted", () => {
  show(null, false);
  screen.getByText("全部で 3,003 件");
  expect(screen.queryByText(/うすい色/)).toBeNull();
  expect(bars()).toEqual([[1000, 1001, 1002], [null, null, null]]);
});

it("claims no more than was counted while it counts", () => {
  show(HOURS[1]!, true);
  screen.getByText(/これまでに 3,003 件/);
  screen.getByText(/からあとは数え終わりました/);
  expect(screen.queryByText(/^全部で/)).toBeNull();
  expect(bars()).toEqual([[null, 1001, 1002], [1000, null, null]]);
  screen.getByText("1,000以上");
  screen.getByText("1,001");
});

it("keeps the drawing that is being dragged over while the bars grow", () => {
  const { rerender } = show(HOURS[1]!, true);
  const before = made;
  rerender(<Histogram counts={counts(null)} counting={false} onRange={() => undefined} />);
  expect(made).toBe(before);
  expect(bars()).toEqual([[1000, 1001, 1002], [null, null, null]]);
});

it("takes a bar for unfinished in whose midst the counting stands", () => {
  show("2026-04-28T01:30:00Z", true);
  expect(bars()).toEqual([[null, null, 1002], [1000, 1001, null]]);
});

it("says from when on it is complete once it was stopped, or that nothing is", () => {
  show(HOURS[2]!, false);
  screen.getByText(/^3,003 件以上/);
  screen.getByText(/^すべて数えてあるのは/);
  cleanup();
  show("2026-04-28T03:00:00Z", false);
  screen.getByText(/^うすい色の棒は、実際より少ない/);
  expect(bars()[0]).toEqual([null, null, null]);
});
