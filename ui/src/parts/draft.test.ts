import { act, cleanup, renderHook } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { clearDrafts, EMPTY, keepDraft, readDraft, useDraft } from "./draft";

afterEach(() => {
  cleanup();
  sessionStorage.clear();
  vi.restoreAllMocks();
});

describe("useDraft", () => {
  it("brings back what was typed after the page was left", () => {
    const first = renderHook(() => useDraft("k"));
    act(() => first.result.current.set("serial", "A-1"));
    act(() => first.result.current.set("boss", "7", "山﨑 太郎"));
    first.unmount();
    const again = renderHook(() => useDraft("k")).result.current;
    expect(again.found).toBe(true);
    expect(again.draft).toEqual({ values: { serial: "A-1", boss: "7" }, called: { serial: "", boss: "山﨑 太郎" } });
  });
  it("keeps forms and people apart", () => {
    const first = renderHook(() => useDraft("a"));
    act(() => first.result.current.set("serial", "A-1"));
    expect(renderHook(() => useDraft("b")).result.current.draft).toEqual(EMPTY);
  });
  it("leaves nothing after it was sent", () => {
    const view = renderHook(() => useDraft("k"));
    act(() => view.result.current.set("serial", "A-1"));
    act(() => view.result.current.drop());
    view.rerender();
    expect(sessionStorage.length).toBe(0);
  });
  it("begins with what stands already, and goes back to it", () => {
    const start = { values: { serial: "A-1" }, called: {} };
    const view = renderHook(() => useDraft("k", start));
    expect(sessionStorage.length).toBe(0);
    act(() => view.result.current.set("serial", ""));
    act(() => view.result.current.restart());
    expect(view.result.current.draft).toEqual(start);
    expect(view.result.current.found).toBe(false);
  });
  it("works without storage", () => {
    vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => { throw new Error("policy"); });
    const view = renderHook(() => useDraft("k"));
    act(() => view.result.current.set("serial", "A-1"));
    expect(view.result.current.draft.values["serial"]).toBe("A-1");
  });
});

describe("readDraft", () => {
  it.each(["", "x", "null", "7", "[]", '{"values":7}', '{"values":{"a":1,"b":"two"}}'])("takes %s from the store without harm", (text) => {
    sessionStorage.setItem("yagura.draft.k", text);
    const found = readDraft("k");
    for (const value of Object.values(found?.values ?? {})) expect(typeof value).toBe("string");
  });
});

describe("clearDrafts", () => {
  it("takes every draft and nothing else", () => {
    keepDraft("a", { values: { x: "1" }, called: {} });
    keepDraft("b", { values: { x: "1" }, called: {} });
    sessionStorage.setItem("yagura.contract", "matsusaka");
    clearDrafts();
    expect(Object.keys(sessionStorage)).toEqual(["yagura.contract"]);
  });
});
