import { useMemo } from "react";
import { Link } from "wouter";
import type { Device } from "../../api/contract";
import { useContract, useGet, useList } from "../../api/hooks";
import { Problem } from "../../app/problem";
import { SeverityBadge } from "../../design/badge";
import { LinkButton } from "../../design/button";
import { Select } from "../../design/field";
import { FilterBar, SearchBox } from "../../design/filter-bar";
import { Code, PageHeader } from "../../design/page";
import { Loading } from "../../design/progress";
import { Empty } from "../../design/states";
import { DataTable, type Column } from "../../design/table";
import { useName, useWords } from "../../i18n/words";
import { useFilters } from "../../parts/filter-state";
import { useSiteChoices } from "../../parts/sites";
import { DeviceState, useStateChoices } from "../../parts/state-badges";
import { partWords } from "../../parts/words";
import { EquipmentPanel } from "./equipment-panel";
import { deviceWords } from "./words";

export default function DevicesPage() {
  const t = useWords(deviceWords);
  const p = useWords(partWords);
  const name = useName();
  const [filters, set] = useFilters();
  const { q, site, state } = filters;
  const sort = filters["sort"] ?? "site";
  const list = useList("/devices", { query: { q, site, state, class: filters["class"], sort } });
  const pack = useGet("/contracts/{contract_id}", { path: { contract_id: useContract() } });
  const states = useStateChoices("device");
  const counts = list.first?.by_state;

  const columns = useMemo<Column<Device>[]>(() => [
    { id: "name", header: t("name"), sortable: true, cell: (device) => <Link href={`/devices/${device.id}`} className="font-bold">{device.name}</Link> },
    { id: "state", header: p("state"), sortable: true, narrow: true, width: "9rem", cell: (device) => <DeviceState state={device.state} /> },
    { id: "site", header: p("site"), sortable: true, width: "12rem", cell: (device) => device.site_name },
    { id: "class", header: t("class"), sortable: true, width: "12rem", cell: (device) => name(device.class_name) },
    { id: "address", header: p("address"), sortable: true, width: "10rem", cell: (device) => device.address ? <Code>{device.address}</Code> : "—" },
    { id: "rtt", header: t("rtt"), width: "7rem", numeric: true, cell: (device) => (device.rtt_ms == null ? "—" : `${device.rtt_ms.toFixed(1)} ms`) },
    { id: "alerts", header: t("alerts"), width: "9rem", cell: (device) => (device.alerts ? <span className="flex items-center gap-2"><Link href={`/alerts?device=${device.id}`} className="tabular">{device.alerts}</Link>{device.severity && <SeverityBadge severity={device.severity} />}</span> : "0") },
  ], [t, p, name]);

  return (
    <>
      <PageHeader title={t("title")} lead={t("lead")} actions={<LinkButton href="/map" icon="map">{t("mapTitle")}</LinkButton>} />
      <EquipmentPanel />
      {counts && (
        <ul className="mb-4 flex flex-wrap gap-2" aria-label={p("state")}>
          {states.filter((one) => counts[one.value]).map((one) => (
            <li key={one.value}><button type="button" aria-pressed={state === one.value} onClick={() => set({ state: state === one.value ? undefined : one.value })} className="flex min-h-11 cursor-pointer items-center gap-2 rounded-8 border border-solid-gray-300 bg-white px-3 hover:border-key-900 aria-pressed:border-key-900 aria-pressed:bg-key-50"><DeviceState state={one.value} /><span className="tabular font-bold">{counts[one.value]?.toLocaleString()}</span></button></li>
          ))}
        </ul>
      )}
      <div className="overflow-hidden rounded-12 border border-solid-gray-200 bg-white">
        <FilterBar>
          <SearchBox label={p("search")} value={q ?? ""} onSearch={(text) => set({ q: text })} placeholder={p("searchHint")} />
          <Select label={p("site")} value={site ?? ""} onText={(value) => set({ site: value })} choices={useSiteChoices()} empty={p("anySite")} />
          <Select label={t("class")} value={filters["class"] ?? ""} onText={(value) => set({ class: value })} choices={(pack.data?.device_classes ?? []).map((one) => ({ value: one.id, label: name(one.name) }))} empty={t("anyClass")} />
          <Select label={p("state")} value={state ?? ""} onText={(value) => set({ state: value })} choices={states} empty={p("anyState")} />
        </FilterBar>
        {list.error ? <div className="p-4"><Problem fault={list.error} onRetry={list.retry} /></div> : list.pending ? <Loading /> : (
          <DataTable caption={t("title")} columns={columns} rowKey={(device) => device.id} rowHref={(device) => `/devices/${device.id}`} {...list} sort={sort} onSort={(next) => set({ sort: next === "name" || next === "-name" ? next : next.replace("-", "") })} empty={<Empty icon="search" title={t("none")} />} />
        )}
      </div>
    </>
  );
}
