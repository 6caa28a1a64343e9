import { useMemo } from "react";
import type { LogKept } from "../../api/contract";
import { useGet } from "../../api/hooks";
import { Await } from "../../app/problem";
import { Badge } from "../../design/badge";
import { LinkButton } from "../../design/button";
import { PageHeader } from "../../design/page";
import { Note } from "../../design/states";
import { DataTable, type Column } from "../../design/table";
import { Tabs } from "../../design/tabs";
import { useTime } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { useFilters } from "../../parts/filter-state";
import { Holds } from "./holds-tab";
import { keepingWords } from "./keeping/words";
import { Seals } from "./seals-tab";

const VIEWS = ["kept", "holds", "seals"] as const;

export default function KeepingPage() {
  const t = useWords(keepingWords);
  const [filters, set] = useFilters();
  const view = VIEWS.find((one) => one === filters["view"]) ?? "kept";
  return (
    <>
      <PageHeader title={t("title")} lead={t("lead")} actions={<LinkButton href="/logs" icon="search">{t("toSearch")}</LinkButton>} />
      <div className="overflow-hidden rounded-12 border border-solid-gray-200 bg-white pt-2">
        <Tabs label={t("views")} value={view} onChange={(next) => set({ view: next === "kept" ? undefined : next })} tabs={VIEWS.map((id) => ({ id, label: t(id) }))}>
          {view === "kept" ? <Kept /> : view === "holds" ? <Holds /> : <Seals />}
        </Tabs>
      </div>
    </>
  );
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toLocaleString(undefined, { maximumFractionDigits: bytes < 1e7 ? 1 : 0 })} MB`;

function Kept() {
  const t = useWords(keepingWords);
  const name = useName();
  const { at } = useTime();
  const list = useGet("/log-keeping", {});
  const columns = useMemo<Column<LogKept>[]>(() => [
    { id: "kind", header: t("kind"), cell: (one) => <span className="flex flex-wrap items-center gap-2 font-bold">{name(one.title)}{one.holds.length > 0 && <Badge tone="info" icon="key">{t("heldKind")}</Badge>}</span> },
    { id: "from", header: t("from"), width: "9rem", cell: (one) => one.first && <span className="tabular">{at(one.first, "date")}</span> },
    { id: "to", header: t("to"), width: "9rem", cell: (one) => one.last && <span className="tabular">{at(one.last, "date")}</span> },
    { id: "events", header: t("events"), width: "9rem", numeric: true, cell: (one) => one.events.toLocaleString() },
    { id: "size", header: t("size"), width: "8rem", numeric: true, cell: (one) => megabytes(one.bytes) },
    { id: "keep", header: t("keep"), width: "7rem", numeric: true, cell: (one) => t("days", { n: one.keep_days.toLocaleString() }) },
    { id: "next", header: t("next"), width: "17rem", cell: (one) => (
      <>
        {one.over.events > 0 && <span className="tabular block">{t("over", { n: one.over.events.toLocaleString() })}</span>}
        <span className="tabular block">{one.next_at ? t("nextFiles", { at: at(one.next_at, "date"), n: one.next.events.toLocaleString() }) : t("nextNone")}</span>
        {one.held.events > 0 && <span className="tabular block font-bold">{t("heldBack", { n: one.held.events.toLocaleString() })}</span>}
      </>
    ) },
  ], [t, name, at]);
  return (
    <Await of={list}>{(kept) => (
      <>
        {!kept.drops && <div className="p-4"><Note>{t("doesNotDrop")}</Note></div>}
        <DataTable caption={t("kept")} columns={columns} rows={kept.items} rowKey={(one) => one.kind} />
      </>
    )}</Await>
  );
}
