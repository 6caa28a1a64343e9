/**
 * Asking and sending from components. Keys are [path, call], so a live event can name by its path what became old. The
 * contract chosen in the header goes along with every call; pages do not repeat it.
 */
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, useCallback, useContext, useMemo } from "react";
import { address, ApiProblem, send, type Call } from "./client";
import type { GetAnswer, GetCall, GetPath, Item, ListPath, SendAnswer, SendCall, SendKey } from "./contract";

export const ContractContext = createContext("");
export function useContract(): string {
  return useContext(ContractContext);
}

interface GetOptions {
  enabled?: boolean;
  refetchMs?: number;
  keep?: boolean;
}

function withContract(contract: string, call: { path?: unknown; query?: unknown } | undefined): Pick<Call, "path" | "query"> {
  const query = { ...(contract ? { contract } : {}), ...(call?.query as Call["query"]) };
  return call?.path ? { path: call.path as NonNullable<Call["path"]>, query } : { query };
}

export function useGet<P extends GetPath>(path: P, call: GetCall<P>, options: GetOptions = {}) {
  const full = withContract(useContract(), call);
  return useQuery<GetAnswer<P>, ApiProblem>({
    queryKey: [path, full],
    queryFn: ({ signal }) => send("GET", path, { ...full, signal }) as Promise<GetAnswer<P>>,
    enabled: options.enabled ?? true,
    ...(options.refetchMs ? { refetchInterval: options.refetchMs } : {}),
    ...(options.keep ? { placeholderData: keepPreviousData } : {}),
  });
}

/** A question whose words are too long or too private for an address: sent as a body, kept like any other answer. */
export function useAsk<K extends SendKey>(key: K, call: SendCall<K>, options: GetOptions = {}) {
  const contract = useContract();
  const [method, path] = key.split(" ") as [string, string];
  const full = { ...withContract(contract, call), body: (call as Call).body };
  return useQuery<SendAnswer<K>, ApiProblem>({
    queryKey: [path, full],
    queryFn: ({ signal }) => send(method, path, { ...full, signal }) as Promise<SendAnswer<K>>,
    enabled: options.enabled ?? true,
    ...(options.keep ? { placeholderData: keepPreviousData } : {}),
  });
}

interface PageOf<T> {
  items: T[];
  next?: string | null;
  total?: number | null;
}
const NONE: never[] = [];

/** A list by cursor: pages are joined; the next is asked for when the table nears its end. */
export function useList<P extends ListPath>(path: P, call: GetCall<P>, options: { enabled?: boolean; limit?: number } = {}) {
  const given = withContract(useContract(), call);
  const full = { ...given, query: { limit: options.limit ?? 100, ...given.query } };
  const result = useInfiniteQuery<PageOf<Item<P>>, ApiProblem, { pages: PageOf<Item<P>>[] }, unknown[], string | null>({
    queryKey: [path, full],
    queryFn: ({ pageParam, signal }) => send("GET", path, { ...full, query: { ...full.query, cursor: pageParam }, signal }) as Promise<PageOf<Item<P>>>,
    initialPageParam: null,
    getNextPageParam: (last) => last.next ?? undefined,
    enabled: options.enabled ?? true,
    placeholderData: keepPreviousData,
  });
  const pages = result.data?.pages;
  const rows = useMemo<Item<P>[]>(() => (pages ? (pages.length === 1 ? (pages[0]?.items ?? NONE) : pages.flatMap((page) => page.items)) : NONE), [pages]);
  const { fetchNextPage, refetch } = result;
  return {
    rows,
    first: pages?.[0] as GetAnswer<P> | undefined,
    total: pages?.[0]?.total ?? undefined,
    error: result.error,
    pending: result.isPending && options.enabled !== false,
    hasMore: result.hasNextPage,
    loadingMore: result.isFetchingNextPage,
    onMore: useCallback(() => void fetchNextPage(), [fetchNextPage]),
    retry: useCallback(() => void refetch(), [refetch]),
  };
}

/**
 * `useSend("POST /alerts/{id}/acknowledge", ["/alerts"])`: afterwards everything asked under those paths is asked again.
 * What is to follow a call follows also where the new answers have put another component in the place of the one that
 * called: nobody is left without the word that it was done.
 */
export function useSend<K extends SendKey>(key: K, stale: readonly string[] = []) {
  const queries = useQueryClient();
  const contract = useContract();
  const [method, path] = key.split(" ") as [string, string];
  const sending = useMutation<SendAnswer<K>, ApiProblem, SendCall<K>>({
    mutationFn: (call) => send(method, path, { ...withContract(contract, call), body: (call as Call).body }) as Promise<SendAnswer<K>>,
    onSuccess: async () => {
      await queries.invalidateQueries({ predicate: ({ queryKey }) => typeof queryKey[0] === "string" && stale.some((start) => (queryKey[0] as string).startsWith(start)) });
    },
  });
  const { mutateAsync } = sending;
  const mutate = useCallback((call: SendCall<K>, then: Then<K> = {}) => {
    mutateAsync(call).then((answer) => then.onSuccess?.(answer), (fault: ApiProblem) => then.onError?.(fault)).finally(() => then.onSettled?.());
  }, [mutateAsync]);
  return { ...sending, mutate };
}
interface Then<K extends SendKey> {
  onSuccess?: (answer: SendAnswer<K>) => void;
  onError?: (fault: ApiProblem) => void;
  onSettled?: () => void;
}

/** The address of a file that the browser downloads by itself. */
export function useFileAddress(): <P extends GetPath>(path: P, call: GetCall<P>) => string {
  const contract = useContract();
  return useCallback((path, call) => address(path, withContract(contract, call)), [contract]);
}
