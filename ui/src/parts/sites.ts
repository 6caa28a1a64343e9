import { useMemo } from "react";
import { useList } from "../api/hooks";

/** The sites of the contract as choices, from their ledger. */
export function useSiteChoices() {
  const sites = useList("/ledgers/{ledger}/rows", { path: { ledger: "sites" } }, { limit: 500 });
  return useMemo(() => sites.rows.map((row) => ({ value: String(row.id), label: row.title })), [sites.rows]);
}
