import { useState } from "react";
import { Link } from "wouter";
import type { Device, MapData } from "../../api/contract";
import { useGet } from "../../api/hooks";
import { Await } from "../../app/problem";
import { SeverityBadge } from "../../design/badge";
import { Select } from "../../design/field";
import { PageHeader, Panel } from "../../design/page";
import { Empty } from "../../design/states";
import { DataTable } from "../../design/table";
import { useName, useWords } from "../../i18n/words";
import { useFilters } from "../../parts/filter-state";
import { DeviceState } from "../../parts/state-badges";
import { useSiteChoices } from "../../parts/sites";
import { partWords } from "../../parts/words";
import { MapCanvas } from "./map-canvas";
import { deviceWords } from "./words";

export default function MapPage() {
  const t = useWords(deviceWords);
  const p = useWords(partWords);
  const [filters, set] = useFilters();
  const map = useGet("/map", { query: { site: filters["site"] } }, { keep: true });
  return (
    <>
      <PageHeader title={t("mapTitle")} lead={t("mapLead")} />
      <div className="mb-4 max-w-80"><Select label={p("site")} value={filters["site"] ?? ""} onText={(site) => set({ site })} choices={useSiteChoices()} empty={p("anySite")} /></div>
      <Await of={map}>{(data) => (data.nodes.length > 0 ? <MapView data={data} /> : (data.sites ?? []).length > 0 && !filters["site"] ? <SiteList data={data} /> : <Empty icon="map" title={t("none")} />)}</Await>
    </>
  );
}

/** The picture, what is chosen in it, and the same as a table for who cannot see or point. */
function MapView({ data }: { data: MapData }) {
  const t = useWords(deviceWords);
  const p = useWords(partWords);
  const [chosen, setChosen] = useState<number | null>(null);
  const byId = new Map(data.nodes.map((node) => [node.id, node]));
  const upstream = new Map<number, Device[]>();
  for (const edge of data.edges) {
    const above = byId.get(edge.to);
    if (above) upstream.set(edge.from, [...(upstream.get(edge.from) ?? []), above]);
  }
  const node = chosen === null ? undefined : byId.get(chosen);
  return (
    <div className="flex flex-col gap-5">
      <div className="overflow-hidden rounded-12 border border-solid-gray-200 bg-white">
        <MapCanvas data={data} chosen={chosen} onChoose={setChosen} />
        <div role="status" className="border-t border-solid-gray-200 p-3">{node ? <Chosen node={node} /> : <span className="text-solid-gray-700">{t("mapPicture")}</span>}</div>
      </div>
      <Panel title={t("mapTable")} flush>
        <DataTable
          caption={t("mapTable")}
          rows={data.nodes}
          rowKey={(one) => one.id}
          rowHref={(one) => `/devices/${one.id}`}
          columns={[
            { id: "name", header: t("name"), cell: (one) => <Link href={`/devices/${one.id}`} className="font-bold">{one.name}</Link> },
            { id: "state", header: p("state"), narrow: true, cell: (one) => <DeviceState state={one.state} /> },
            { id: "site", header: p("site"), cell: (one) => one.site_name },
            { id: "upstream", header: t("upstream"), cell: (one) => upstream.get(one.id)?.map((above) => above.name).join("、") ?? "—" },
          ]}
        />
      </Panel>
    </div>
  );
}

/** Instead of a picture of thousands: each site leads to its own. */
function SiteList({ data }: { data: MapData }) {
  const t = useWords(deviceWords);
  const p = useWords(partWords);
  return (
    <Panel title={t("mapBySite")} flush>
      <DataTable
        caption={t("mapBySite")}
        rows={data.sites ?? []}
        rowKey={(one) => one.id}
        columns={[
          { id: "site", header: p("site"), cell: (one) => <Link href={`/map?site=${one.id}`} className="font-bold">{one.name}</Link> },
          { id: "down", header: t("mapDown"), narrow: true, cell: (one) => one.down },
          { id: "total", header: t("mapDevices"), narrow: true, cell: (one) => one.total },
        ]}
      />
    </Panel>
  );
}

function Chosen({ node }: { node: Device }) {
  const name = useName();
  return (
    <span className="flex flex-wrap items-center gap-3">
      <Link href={`/devices/${node.id}`} className="font-bold">{node.name}</Link>
      <DeviceState state={node.state} />
      {node.severity && <SeverityBadge severity={node.severity} />}
      <span>{name(node.class_name)}</span><span>{node.site_name}</span><span>{node.address}</span>
    </span>
  );
}
