/**
 * The list of every page: only the rows in sight are in the document, so a million rows scroll like ten. Sorting,
 * filtering and paging are the server's; the table asks (`onSort`, `onMore`) and shows. On a narrow screen there is one
 * column: what is marked `narrow` stands beside the row's name, the rest below it as label and value.
 */
import { columnVisibilityFeature, rowSortingFeature, tableFeatures, useTable, type ColumnDef } from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { useLocation } from "wouter";
import { useWords } from "../i18n/words";
import { Icon } from "./icon";
import { Empty } from "./states";
import { useMedia } from "./use-media";
import { designWords } from "./words";

export interface Column<Row> {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  sortable?: boolean;
  /** On a narrow screen stands beside the first column, without its label: for badges and figures that speak for themselves. */
  narrow?: boolean;
  /** CSS width such as "12rem"; the rest share what is left. */
  width?: string;
  numeric?: boolean;
}

export interface DataTableProps<Row> {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string | number;
  rowHref?: (row: Row) => string | undefined;
  /** "name" ascending, "-name" descending. */
  sort?: string | undefined;
  onSort?: (sort: string) => void;
  total?: number | undefined;
  hasMore?: boolean;
  loadingMore?: boolean;
  onMore?: () => void;
  empty?: ReactNode;
  /** Lets the page scroll instead of the table; for short lists only. */
  short?: boolean;
}

const features = tableFeatures({ rowSortingFeature, columnVisibilityFeature });
const ROW_HEIGHT = 49;
const FEW = 60;

export function DataTable<Row extends object>({ caption, columns, rows, rowKey, rowHref, sort, onSort, total, hasMore, loadingMore, onMore, empty, short: asked }: DataTableProps<Row>) {
  const t = useWords(designWords);
  const [, navigate] = useLocation();
  const narrow = useMedia("(max-width: 47.99rem)");
  // On a telephone a list that scrolls inside the page hides its own end.
  const short = asked || (narrow && !hasMore && rows.length <= FEW);
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);

  const defs = useMemo<ColumnDef<typeof features, Row>[]>(
    () => columns.map((column) => ({ id: column.id, header: column.header, accessorFn: (row: Row) => row, enableSorting: column.sortable ?? false })),
    [columns],
  );
  const visibility = useMemo(
    () => Object.fromEntries(columns.map((column, index) => [column.id, !narrow || index === 0])),
    [columns, narrow],
  );
  const sorting = useMemo(() => (sort ? [{ id: sort.replace(/^-/, ""), desc: sort.startsWith("-") }] : []), [sort]);
  const data = rows as Row[];
  const table = useTable({
    features,
    columns: defs,
    data,
    state: { sorting, columnVisibility: visibility },
    manualSorting: true,
    getRowId: (row: Row) => String(rowKey(row)),
  });
  const byId = useMemo(() => new Map(columns.map((column) => [column.id, column])), [columns]);
  const beside = narrow ? columns.filter((column, index) => index > 0 && column.narrow) : [];
  const under = narrow ? columns.filter((column, index) => index > 0 && !column.narrow) : [];
  const modelRows = table.getRowModel().rows;

  const virtual = useVirtualizer({
    count: modelRows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (narrow ? ROW_HEIGHT + under.length * 22 : ROW_HEIGHT),
    getItemKey: (index) => modelRows[index]?.id ?? index,
    overscan: 8,
    initialRect: { width: 800, height: 600 },
    enabled: !short,
  });
  const items = short ? modelRows.map((_, index) => ({ index, start: 0, end: 0 })) : virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;

  useEffect(() => {
    if (hasMore && !loadingMore && onMore && rows.length > 0 && last >= rows.length - 12) onMore();
  }, [hasMore, loadingMore, onMore, rows.length, last]);

  const focusRow = useCallback(
    (index: number) => {
      const to = Math.max(0, Math.min(rows.length - 1, index));
      setActive(to);
      if (!short) virtual.scrollToIndex(to);
      requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`tr[data-index="${to}"]`)?.focus({ preventScroll: !short }));
    },
    [rows.length, short, virtual],
  );
  const keys = (event: KeyboardEvent<HTMLElement>) => {
    const target = event.target as HTMLElement;
    if (target.tagName !== "TR") return; // keys inside a cell belong to what stands in it
    const steps: Record<string, number> = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + 10, PageUp: active - 10, Home: 0, End: rows.length - 1 };
    const to = steps[event.key];
    if (to !== undefined) {
      event.preventDefault();
      focusRow(to);
    } else if (event.key === "Enter") {
      const row = rows[active];
      const href = row && rowHref?.(row);
      if (href) navigate(href);
    }
  };

  if (rows.length === 0 && !loadingMore) return <>{empty ?? <Empty icon="search" title={t("noRows")} />}</>;
  const before = short ? 0 : (items[0]?.start ?? 0);
  const after = short ? 0 : virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  const span = table.getVisibleLeafColumns().length;

  return (
    <div>
      <div ref={scroller} className={`relative overflow-auto ${short ? "" : "max-h-[max(24rem,calc(100dvh-17rem))]"}`} tabIndex={-1}>
        <table className={`w-full border-separate border-spacing-0 text-dns-16N-130 ${narrow ? "table-fixed" : ""}`} aria-rowcount={total ?? (hasMore ? -1 : rows.length) + 1} onKeyDown={keys}>
          <caption className="sr-only">{caption}{rowHref ? `。${t("tableKeys")}` : ""}</caption>
          <thead>
            {table.getHeaderGroups().map((group) => (
              <tr key={group.id} aria-rowindex={1}>
                {group.headers.map((header) => {
                  const column = byId.get(header.column.id);
                  if (!column) return null;
                  const state = sort?.replace(/^-/, "") === column.id ? (sort.startsWith("-") ? "descending" : "ascending") : undefined;
                  return (
                    <th key={header.id} scope="col" aria-sort={state} className={`text-oln-14B-100 sticky top-0 z-10 border-b border-solid-gray-420 bg-solid-gray-50 px-3 py-2 whitespace-nowrap ${column.numeric ? "text-end" : ""}`} style={column.width && !narrow ? { width: column.width } : undefined}>
                      {column.sortable && onSort ? (
                        <button
                          type="button"
                          className="-mx-1 inline-flex min-h-8 cursor-pointer items-center gap-1 rounded-4 px-1 hover:underline"
                          title={t(state === "ascending" ? "sortDescending" : "sortAscending", { name: column.header })}
                          onClick={() => onSort(state === "ascending" ? `-${column.id}` : column.id)}
                        >
                          {column.header}
                          <Icon name={state === "ascending" ? "up" : "down"} className={`size-4 ${state ? "" : "opacity-30"}`} />
                        </button>
                      ) : (
                        <span className="inline-flex min-h-8 items-center">{column.header}</span>
                      )}
                    </th>
                  );
                })}
              </tr>
            ))}
          </thead>
          <tbody>
            {before > 0 && <tr aria-hidden="true"><td colSpan={span} style={{ height: before, padding: 0 }} /></tr>}
            {items.map((item) => {
              const row = modelRows[item.index];
              if (!row) return null;
              return (
                <tr
                  key={row.id}
                  ref={short ? undefined : virtual.measureElement}
                  data-index={item.index}
                  aria-rowindex={item.index + 2}
                  tabIndex={rowHref ? (item.index === active ? 0 : -1) : undefined}
                  onFocus={() => setActive(item.index)}
                  className={`group bg-white -outline-offset-3! ${rowHref ? "cursor-pointer hover:bg-key-50" : ""}`}
                  onClick={rowHref ? (event) => {
                    if ((event.target as HTMLElement).closest("a,button,input,label,select")) return;
                    if (window.getSelection()?.toString()) return; // copying a name is not opening it
                    const href = rowHref(row.original);
                    if (href) navigate(href);
                  } : undefined}
                >
                  {row.getVisibleCells().map((cell, index) => {
                    const column = byId.get(cell.column.id);
                    return (
                      <td key={cell.id} className={`${index === 0 ? "md:min-w-48" : ""} border-b border-solid-gray-200 px-3 py-2.5 align-top ${column?.numeric ? "tabular text-end" : ""}`}>
                        {index === 0 && beside.length > 0 ? (
                          <div className="flex flex-wrap items-start justify-between gap-2"><div className="min-w-0 grow basis-40">{column?.cell(row.original)}</div>{beside.map((each) => <div key={each.id}>{each.cell(row.original)}</div>)}</div>
                        ) : column?.cell(row.original)}
                        {index === 0 && under.length > 0 && (
                          <dl className="text-dns-14N-130 mt-1 flex flex-col gap-0.5">
                            {under.map((each) => (
                              <div key={each.id} className="flex gap-2 has-[dd:empty,dd>:only-child:empty]:hidden">
                                <dt className="shrink-0 text-solid-gray-700">{each.header}</dt>
                                <dd className="min-w-0">{each.cell(row.original)}</dd>
                              </div>
                            ))}
                          </dl>
                        )}
                      </td>
                    );
                  })}
                </tr>
              );
            })}
            {after > 0 && <tr aria-hidden="true"><td colSpan={span} style={{ height: after, padding: 0 }} /></tr>}
          </tbody>
        </table>
      </div>
      <p className="text-dns-14N-130 px-3 py-2 text-solid-gray-700" role="status">
        {loadingMore ? t("moreComing") : total !== undefined && total > rows.length ? t("rowsOf", { total: total.toLocaleString(), n: rows.length.toLocaleString() }) : t("rows", { n: (total ?? rows.length).toLocaleString() + (hasMore ? "+" : "") })}
      </p>
    </div>
  );
}
