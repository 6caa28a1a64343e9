import { expect, test } from "vitest";
import { spread } from "./spread";

test("orders are dealt out over weekdays, so many a day", () => {
  expect(spread("2026-05-08", 5, 2)).toEqual(["2026-05-08", "2026-05-08", "2026-05-11", "2026-05-11", "2026-05-12"]);
  expect(spread("2026-05-09", 1, 3)).toEqual(["2026-05-11"]);
  expect(spread("", 3, 1)).toEqual([]);
  expect(spread("2026-05-08", 0, 1)).toEqual([]);
});
