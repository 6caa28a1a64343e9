import { useCallback, useMemo } from "react";
import { useLocation, useSearch } from "wouter";

/** Filters live in the address: a filtered list can be linked, and Back brings it back. */
export function useFilters(): [Readonly<Record<string, string>>, (change: Record<string, string | undefined>) => void] {
  const search = useSearch();
  const [location, navigate] = useLocation();
  const filters = useMemo(() => Object.fromEntries(new URLSearchParams(search)), [search]);
  const set = useCallback(
    (change: Record<string, string | undefined>) => {
      const next = new URLSearchParams(search);
      for (const [key, value] of Object.entries(change)) {
        if (value) next.set(key, value);
        else next.delete(key);
      }
      const text = next.toString();
      navigate(text ? `${location}?${text}` : location, { replace: true });
    },
    [search, location, navigate],
  );
  return [filters, set];
}
