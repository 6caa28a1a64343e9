import { describe, expect, it } from "vitest";
import { formatDuration, formatEra, formatTime, fromLocalParts, toLocalParts } from "./time";

describe("Japan time whatever the PC is set to", () => {
  it("shows UTC as JST", () => expect(formatTime("ja", "2026-04-28T08:10:00Z")).toBe("2026/04/28 17:10"));
  it("crosses the day", () => expect(formatTime("ja", "2026-12-31T15:00:00Z", "date")).toBe("2027/01/01"));
  it("says midnight as 00, not 24", () => expect(formatTime("ja", "2026-12-31T15:00:00Z", "time")).toBe("00:00"));
  it("shows what is no time as it came", () => expect(formatTime("ja", "yesterday")).toBe("yesterday"));
  it("is empty for nothing", () => expect(formatTime("en", null)).toBe(""));
});

describe("era", () => {
  it("writes Reiwa", () => expect(formatEra("2026-11-21T00:00:00+09:00")).toBe("令和8年11月21日(土)"));
  it("writes the first year as 元年", () => expect(formatEra("2019-05-01T00:00:00+09:00")).toContain("令和元年5月1日"));
  it("does not touch the eleventh year", () => expect(formatEra("1999-01-01T00:00:00+09:00")).toContain("平成11年"));
  it("knows the last day of Heisei", () => expect(formatEra("2019-04-30T23:59:00+09:00")).toContain("平成31年"));
});

describe("day and time typed by a person", () => {
  it("becomes UTC", () => expect(fromLocalParts("2026-04-29", "00:30")).toBe("2026-04-28T15:30:00Z"));
  it("comes back the same", () => expect(toLocalParts(fromLocalParts("2026-04-29", "00:30") ?? "")).toEqual({ day: "2026-04-29", time: "00:30" }));
  it.each([["2026-02-31", "10:00"], ["2026-13-01", "10:00"], ["2026-04-01", "25:00"], ["", "10:00"], ["2026-04-01", ""], ["26-4-1", "1:00"]])("refuses %s %s", (day, time) => expect(fromLocalParts(day, time)).toBeNull());
  it("gives empty parts for what is no time", () => expect(toLocalParts("x")).toEqual({ day: "", time: "" }));
});

describe("durations", () => {
  it.each([[0, "0 秒"], [59, "59 秒"], [95, "1 分 35 秒"], [3600, "1 時間"], [5400, "1 時間 30 分"], [90_000, "1 日 1 時間"], [-61, "1 分 1 秒"]])("%d s", (seconds, words) => expect(formatDuration("ja", seconds)).toBe(words));
  it("leaves out seconds of long spans", () => expect(formatDuration("en", 1799)).toBe("29 min"));
});
