/** What the page asks for: the search stands in the address, so that it can be linked and Back brings it back. */
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { send, type ApiProblem } from "../../api/client";
import type { LogEvent, LogKind, LogRows } from "../../api/contract";
import { useContract } from "../../api/hooks";
import { useFilters } from "../../parts/filter-state";

export interface Asked {
  q: string;
  kinds: string[];
  from: string;
  to: string;
  subject: string;
  of: string;
}
export type AskedChange = Partial<Record<"q" | "kinds" | "from" | "to" | "subject" | "of" | "order", string | undefined>>;

/** One window has one search of each sort under way; the server stops the one before. */
const WINDOW = Math.random().toString(36).slice(2, 10);
export const screenOf = (part: string) => `${WINDOW}.${part}`;

export function useAsked() {
  const [filters, set] = useFilters();
  const { q = "", kinds = "", from = "", to = "", subject = "", of = "", order = "" } = filters;
  const asked = useMemo<Asked>(() => ({ q, kinds: kinds ? kinds.split(",") : [], from, to, subject, of }), [q, kinds, from, to, subject, of]);
  const change = useCallback((next: AskedChange) => set(next), [set]);
  return { asked, order, change, something: Boolean(q.trim() || subject || from || kinds) };
}

const LIMIT = 100;

export function useRows(asked: Asked, newestFirst: boolean | null, enabled: boolean) {
  const contract = useContract();
  const body = { ...asked, newest_first: newestFirst, limit: LIMIT, screen: screenOf("rows") };
  const result = useInfiniteQuery<LogRows, ApiProblem, { pages: LogRows[] }, unknown[], string>({
    queryKey: ["/log-search/rows", contract, body],
    queryFn: ({ pageParam, signal }) => send("POST", "/log-search/rows", { query: { contract }, body: { ...body, cursor: pageParam }, signal }) as Promise<LogRows>,
    initialPageParam: "",
    getNextPageParam: (last) => last.next ?? undefined,
    enabled,
    placeholderData: keepPreviousData,
  });
  const pages = result.data?.pages;
  const rows = useMemo<LogEvent[]>(() => pages?.flatMap((page) => page.items) ?? [], [pages]);
  const { fetchNextPage, refetch } = result;
  return {
    rows,
    first: pages?.[0],
    last: pages?.at(-1),
    error: result.error,
    pending: result.isPending && enabled,
    hasMore: result.hasNextPage,
    loadingMore: result.isFetchingNextPage,
    onMore: useCallback(() => void fetchNextPage(), [fetchNextPage]),
    retry: useCallback(() => void refetch(), [refetch]),
  };
}

/** A condition in front of the way it is shown: `a OR b | count` with c becomes `(a OR b) c | count`. */
export function withCondition(text: string, condition: string): string {
  const [searched = "", ...stages] = splitStages(text);
  const words = searched.trim();
  const grouped = /(^|\s)(OR|または)(\s|$)/.test(words) ? `(${words})` : words;
  return [[grouped, condition].filter(Boolean).join(" "), ...stages.map((stage) => stage.trim())].join(" | ");
}

/** Cut at pipes that stand in no quotes. */
function splitStages(text: string): string[] {
  const parts = [""];
  let quoted = false;
  for (const letter of text) {
    if (/["“”]/.test(letter)) quoted = !quoted;
    if (!quoted && /[|｜]/.test(letter)) parts.push("");
    else parts[parts.length - 1] += letter;
  }
  return parts;
}

/** field:value as the language takes it whatever stands in the value. */
export function condition(field: string, value: string | number): string {
  return typeof value === "number" ? `${field}:${value}` : `${field}:="${value.replaceAll('"', '""')}"`;
}

export const text = (event: LogEvent, field: string): string => String(event.fields[field] ?? "");

/** What a person reads first: the free texts of an event, else its categories. */
export function summary(event: LogEvent, kind: LogKind | undefined): string {
  const of = (type: string) => (kind?.fields ?? []).filter((field) => field.type === type).map((field) => text(event, field.name)).filter(Boolean);
  const texts = of("text");
  return (texts.length ? texts : of("category")).slice(0, 3).join(" ／ ");
}
export const tags = (event: LogEvent): string[] => ["action", "outcome", "severity"].map((field) => text(event, field)).filter(Boolean);
