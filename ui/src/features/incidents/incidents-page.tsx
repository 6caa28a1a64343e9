import { useMemo, useState } from "react";
import { Link } from "wouter";
import type { Incident } from "../../api/contract";
import { useList } from "../../api/hooks";
import { Problem } from "../../app/problem";
import { useSession } from "../../app/session";
import { Badge, SeverityBadge } from "../../design/badge";
import { Button } from "../../design/button";
import { Select } from "../../design/field";
import { FilterBar, SearchBox } from "../../design/filter-bar";
import { PageHeader } from "../../design/page";
import { Loading } from "../../design/progress";
import { Empty } from "../../design/states";
import { DataTable, type Column } from "../../design/table";
import { designWords } from "../../design/words";
import { useNow, useTime } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { useFilters } from "../../parts/filter-state";
import { IncidentState, useStateChoices } from "../../parts/state-badges";
import { partWords } from "../../parts/words";
import { CreateDialog } from "./create-dialog";
import { incidentWords } from "./words";

export default function IncidentsPage() {
  const t = useWords(incidentWords);
  const p = useWords(partWords);
  const name = useName();
  const { at } = useTime();
  const [filters, set] = useFilters();
  const { may } = useSession();
  const [creating, setCreating] = useState(false);
  const list = useList("/incidents", { query: { q: filters["q"], state: filters["state"], device: filters["device"] } });
  const columns = useMemo<Column<Incident>[]>(() => [
    { id: "title", header: p("what"), cell: (one) => <Link href={`/incidents/${one.id}`} className="font-bold"><span className="tabular me-2 font-normal">{one.number}</span>{one.title}</Link> },
    { id: "severity", header: p("severity"), narrow: true, width: "7rem", cell: (one) => <SeverityBadge severity={one.severity} /> },
    { id: "state", header: p("state"), narrow: true, width: "9rem", cell: (one) => <IncidentState state={one.state} /> },
    { id: "next_clock", header: t("nextClock"), width: "15rem", cell: (one) => (one.next_due ? <span><NextClock due={one.next_due} label={name(one.next_clock)} />{(one.breached ?? 0) > 0 && <Badge tone="critical" icon="clock">{t("breachedCount", { n: one.breached ?? 0 })}</Badge>}</span> : <span className="text-solid-gray-700">—</span>) },
    { id: "site", header: p("site"), width: "9rem", cell: (one) => one.site_name },
    { id: "detected_at", header: t("detectedAt"), width: "8rem", cell: (one) => <span className="tabular whitespace-nowrap">{at(one.detected_at, "short")}</span> },
  ], [t, p, name, at]);
  return (
    <>
      <PageHeader title={t("title")} lead={t("lead")} actions={may("incident_write") && <Button kind="main" icon="plus" onClick={() => setCreating(true)}>{t("create")}</Button>} />
      {creating && <CreateDialog onClose={() => setCreating(false)} />}
      <div className="overflow-hidden rounded-12 border border-solid-gray-200 bg-white">
        <FilterBar>
          <SearchBox label={p("search")} value={filters["q"] ?? ""} onSearch={(q) => set({ q })} placeholder={p("searchHint")} />
          <Select label={p("state")} value={filters["state"] ?? ""} onText={(state) => set({ state })} choices={useStateChoices("incident")} empty={p("anyState")} />
        </FilterBar>
        {list.error ? <div className="p-4"><Problem fault={list.error} onRetry={list.retry} /></div> : list.pending ? <Loading /> : (
          <DataTable caption={t("title")} columns={columns} rowKey={(one) => one.id} rowHref={(one) => `/incidents/${one.id}`} {...list} empty={<Empty title={t("none")} />} />
        )}
      </div>
    </>
  );
}

function NextClock({ due, label }: { due: string; label: string }) {
  const { at, span } = useTime();
  const now = useNow();
  const left = (Date.parse(due) - now) / 1000;
  const d = useWords(designWords);
  return (
    <span className="block leading-140">
      {label}<br />
      <span className={`tabular ${left < 0 ? "font-bold text-red-900" : left < 1800 ? "font-bold text-orange-900" : ""}`}>{left < 0 ? d("clockOver", { span: span(left) }) : d("clockRunning", { span: span(left) })}</span>
      <span className="text-dns-14N-130 ms-2 text-solid-gray-700">{at(due, "short")}</span>
    </span>
  );
}
