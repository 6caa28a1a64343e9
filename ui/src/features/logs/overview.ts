/** How many over time, and what to narrow by, while the server counts: newest events first, each line better than the one before. */
import { useCallback, useEffect, useState } from "react";
import { ApiProblem, sendForLines } from "../../api/client";
import type { LogOverview } from "../../api/contract";
import { useContract } from "../../api/hooks";
import { screenOf, type Asked } from "./asking";

interface Seen {
  counts: LogOverview["counts"];
  facets: LogOverview["facets"];
  /** Nothing follows: what is not complete stays so. */
  last: boolean;
}

/**
 * What was counted for the search before stands until the first line of this one. Values to narrow by are shown as the first
 * line has them and then as the last: they must not move under the pointer all the time.
 */
export function useOverview(asked: Asked, enabled: boolean) {
  const contract = useContract();
  const [seen, setSeen] = useState<Seen | null>(null);
  const [fault, setFault] = useState<ApiProblem | null>(null);
  const [again, setAgain] = useState(0);
  useEffect(() => {
    if (!enabled) return;
    const stop = new AbortController();
    let first: LogOverview["facets"] | null = null;
    setFault(null);
    sendForLines("POST", "/log-search/overview", { query: contract ? { contract } : {}, body: { ...asked, screen: screenOf("overview") }, signal: stop.signal }, (line) => {
      if (stop.signal.aborted) return;
      const { counts, facets, last } = line as LogOverview;
      first ??= facets;
      setSeen({ counts, last, facets: last ? facets : first });
    }).catch((cause: unknown) => {
      // What is left unfinished is told apart from what is still being counted.
      if (!stop.signal.aborted && cause instanceof ApiProblem) setFault(cause);
    });
    return () => stop.abort();
  }, [asked, contract, enabled, again]);
  return { seen, fault, retry: useCallback(() => setAgain((times) => times + 1), []) };
}
