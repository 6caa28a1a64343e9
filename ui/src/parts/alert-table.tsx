import { useMemo } from "react";
import { Link } from "wouter";
import type { Alert } from "../api/contract";
import { Badge, SeverityBadge } from "../design/badge";
import { DataTable, type Column, type DataTableProps } from "../design/table";
import { useTime } from "../i18n/time";
import { useName, useWords } from "../i18n/words";
import { AlertState } from "./state-badges";
import { partWords } from "./words";

/** Alerts as a table; pages leave out the columns that they already say. */
export function AlertTable({ without = [], ...table }: Omit<DataTableProps<Alert>, "columns" | "rowKey" | "rowHref"> & { without?: readonly string[] }) {
  const t = useWords(partWords);
  const name = useName();
  const { at } = useTime();
  const columns = useMemo<Column<Alert>[]>(() => {
    const all: Column<Alert>[] = [
      {
        id: "title", header: t("what"), cell: (alert) => (
          <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <Link href={`/alerts/${alert.id}`} className="font-bold">{name(alert.title)}</Link>
            {(alert.count ?? 1) > 1 && <span className="text-dns-14N-130 tabular text-solid-gray-700">{t("times", { n: alert.count ?? 1 })}</span>}
            {alert.flapping && <Badge tone="warning" icon="undo">{t("flapping")}</Badge>}
            {alert.silenced && <Badge icon="silence">{t("silenced")}</Badge>}
            {(alert.children ?? 0) > 0 && <span className="text-dns-14N-130 text-solid-gray-700">{t("below", { n: alert.children ?? 0 })}</span>}
          </span>
        ),
      },
      { id: "severity", header: t("severity"), narrow: true, width: "7rem", cell: (alert) => <SeverityBadge severity={alert.severity} /> },
      { id: "state", header: t("state"), narrow: true, width: "8rem", cell: (alert) => <AlertState state={alert.state} /> },
      { id: "device", header: t("device"), width: "14rem", cell: (alert) => alert.device && <Link href={`/devices/${alert.device}`}>{alert.device_name}</Link> },
      { id: "site", header: t("site"), width: "10rem", cell: (alert) => alert.site_name },
      { id: "first", header: t("openedAt"), width: "9rem", cell: (alert) => <time className="tabular whitespace-nowrap" dateTime={alert.first}>{at(alert.first, "short")}</time> },
    ];
    return all.filter((column) => !without.includes(column.id));
  }, [t, name, at, without]);
  return <DataTable columns={columns} rowKey={(alert) => alert.id} rowHref={(alert) => `/alerts/${alert.id}`} {...table} />;
}
