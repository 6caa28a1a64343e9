/**
 * What the server tells without being asked (server-sent events). An event names a topic; every answer on the screen that
 * was asked under a path of that topic is asked again, at most once in half a second however many events come.
 */
import type { QueryClient } from "@tanstack/react-query";
import { BASE } from "./client";

/** Topic → beginnings of the paths whose answers it makes old. */
export const TOPICS: Readonly<Record<string, readonly string[]>> = {
  alert: ["/alerts", "/today", "/devices", "/map"],
  incident: ["/incidents", "/tickets", "/today", "/clocks"],
  clock: ["/clocks", "/incidents", "/today"],
  device: ["/devices", "/map", "/today"],
  silence: ["/silences", "/today", "/devices"],
  call: ["/calls", "/today", "/incidents"],
  job: ["/jobs", "/rounds"],
  report: ["/reports"],
  request: ["/requests", "/tickets"],
  deliverable: ["/deliverables"],
  work: ["/work-orders", "/work-summary", "/campaigns", "/visits", "/work-notices"],
};

export interface LiveEvent {
  topic: string;
  id?: number;
  [key: string]: unknown;
}

export function listen(queries: QueryClient, query: string, onEvent: (event: LiveEvent) => void, onState: (connected: boolean) => void): () => void {
  const source = new EventSource(`${BASE}/events${query}`);
  const stale = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    timer = undefined;
    const paths = [...stale];
    stale.clear();
    void queries.invalidateQueries({ predicate: ({ queryKey }) => typeof queryKey[0] === "string" && paths.some((path) => (queryKey[0] as string).startsWith(path)) });
  };
  source.onopen = () => onState(true);
  source.onerror = () => onState(false); // the browser tries again by itself
  for (const [topic, paths] of Object.entries(TOPICS)) {
    source.addEventListener(topic, (event) => {
      let data: Record<string, unknown> = {};
      try {
        data = JSON.parse((event as MessageEvent<string>).data) as Record<string, unknown>;
      } catch {
        // an event without readable data still says that something of this topic changed
      }
      for (const path of paths) stale.add(path);
      timer ??= setTimeout(flush, 500);
      onEvent({ ...data, topic });
    });
  }
  return () => {
    clearTimeout(timer);
    source.close();
  };
}
