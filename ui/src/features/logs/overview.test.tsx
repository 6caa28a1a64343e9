import { act, cleanup, renderHook, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Asked } from "./asking";
import { useOverview } from "./overview";

// A server whose lines the test sends itself.
interface Stream {
  body: Record<string, unknown>;
  signal: AbortSignal;
  say: (line: unknown) => Promise<void>;
  end: () => Promise<void>;
  breakOff: () => Promise<void>;
}
let streams: Stream[] = [];
const settle = () => act(async () => { await new Promise((done) => setTimeout(done, 0)); });

beforeEach(() => {
  streams = [];
  vi.stubGlobal("fetch", (_: string, init: RequestInit) => {
    let to!: ReadableStreamDefaultController<Uint8Array>;
    const body = new ReadableStream<Uint8Array>({ start: (controller) => { to = controller; } });
    const bytes = new TextEncoder();
    streams.push({
      body: JSON.parse(init.body as string) as Record<string, unknown>,
      signal: init.signal!,
      // Cut where it hurts: within a line, within a character.
      say: async (line) => { const all = bytes.encode(`${JSON.stringify(line)}\n`); to.enqueue(all.slice(0, 15)); to.enqueue(all.slice(15)); await settle(); },
      end: async () => { to.close(); await settle(); },
      breakOff: async () => { to.error(new TypeError("network")); await settle(); },
    });
    return Promise.resolve(new Response(body, { headers: { "Content-Type": "application/jsonl" } }));
  });
});
afterEach(() => { cleanup(); vi.unstubAllGlobals(); });

const asked = (q: string): Asked => ({ q, kinds: [], from: "", to: "", subject: "", of: "" });
const line = (total: number, value: string, last: boolean) => ({ counts: { total, groups: [], complete_from: last ? null : "2026-04-01T00:00:00Z" }, facets: { kinds: [], facets: [{ field: value, title: { ja: "課", en: "Section" }, values: [], more: false }], partial: !last }, last });
const field = (seen: ReturnType<typeof useOverview>["seen"]) => seen?.facets.facets[0]?.field;

it("shows each line as it comes, and values to narrow by as first and as last counted", async () => {
  const { result } = renderHook(() => useOverview(ASKED, true));
  await waitFor(() => expect(streams).toHaveLength(1));
  await streams[0]!.say(line(10, "a", false));
  expect(result.current.seen?.counts.total).toBe(10);
  expect(result.current.seen?.last).toBe(false);
  await streams[0]!.say(line(20, "b", false));
  expect(result.current.seen?.counts.total).toBe(20);
  expect(field(result.current.seen)).toBe("a");
  await streams[0]!.say(line(30, "c", true));
  await streams[0]!.end();
  expect(result.current.seen).toMatchObject({ counts: { total: 30 }, last: true });
  expect(field(result.current.seen)).toBe("c");
  expect(result.current.fault).toBeNull();
});

it("lets go of the search before, whose lines mean nothing any more", async () => {
  const { result, rerender, unmount } = renderHook(({ of }) => useOverview(of, true), { initialProps: { of: ASKED } });
  await waitFor(() => expect(streams).toHaveLength(1));
  await streams[0]!.say(line(10, "a", false));
  rerender({ of: asked("tanaka2") });
  expect(streams[0]!.signal.aborted).toBe(true);
  await waitFor(() => expect(streams).toHaveLength(2));
  expect(result.current.seen?.counts.total).toBe(10);
  await streams[0]!.say(line(99, "z", true));
  expect(result.current.seen?.counts.total).toBe(10);
  await streams[1]!.say(line(3, "b", false));
  expect(result.current.seen?.counts.total).toBe(3);
  expect(streams.map((one) => one.body["q"])).toEqual(["tanaka", "tanaka2"]);
  expect(streams[0]!.body["screen"]).toBe(streams[1]!.body["screen"]);
  unmount();
  expect(streams[1]!.signal.aborted).toBe(true);
});

it("says that counting broke off, and counts again when asked to", async () => {
  const { result } = renderHook(() => useOverview(ASKED, true));
  await waitFor(() => expect(streams).toHaveLength(1));
  await streams[0]!.say(line(10, "a", false));
  await streams[0]!.breakOff();
  expect(result.current.fault?.code).toBe("ui.unreachable");
  act(() => result.current.retry());
  await waitFor(() => expect(streams).toHaveLength(2));
  expect(result.current.fault).toBeNull();
});

it("asks nothing of what cannot be read", async () => {
  renderHook(() => useOverview(ASKED, false));
  await settle();
  expect(streams).toHaveLength(0);
});

const ASKED = asked("tanaka");
