import type { Ledger } from "../api/contract";
import { useGet } from "../api/hooks";

/** A ledger with its fields; undefined until they are known (or when there is no such ledger: see useLedgers). */
export function useLedger(id: string): Ledger | undefined {
  return useGet("/ledgers", {}).data?.items.find((ledger) => ledger.id === id);
}
