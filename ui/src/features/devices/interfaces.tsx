import type { Interface } from "../../api/contract";
import { useGet } from "../../api/hooks";
import { Await } from "../../app/problem";
import { Badge } from "../../design/badge";
import { Empty } from "../../design/states";
import { DataTable } from "../../design/table";
import { scaled } from "../../design/units";
import { useWords } from "../../i18n/words";
import { deviceWords } from "./words";

const rate = (value: number | null | undefined, unit: string) => (value == null ? "—" : scaled(value, unit));
const pair = (a: number | null | undefined, b: number | null | undefined) => `${a ?? "—"} / ${b ?? "—"}`;

export function Interfaces({ device }: { device: number }) {
  const t = useWords(deviceWords);
  const answer = useGet("/devices/{id}/interfaces", { path: { id: device } });
  return (
    <Await of={answer}>
      {({ items }) => (
        <DataTable
          caption={t("tabInterfaces")}
          rows={items}
          rowKey={(one) => one.index}
          empty={<Empty icon="search" title={t("noInterfaces")} />}
          columns={[
            { id: "name", header: t("ifName"), cell: (one) => <><span className="font-bold">{one.name}</span>{one.alias && <span className="text-dns-14N-130 block text-solid-gray-700">{one.alias}</span>}</> },
            { id: "state", header: t("ifState"), narrow: true, cell: (one) => <LinkState one={one} /> },
            { id: "speed", header: t("ifSpeed"), numeric: true, cell: (one) => rate(one.speed_bps, "bit/s") },
            { id: "in", header: t("ifIn"), numeric: true, cell: (one) => rate(one.in_bps, "bit/s") },
            { id: "out", header: t("ifOut"), numeric: true, cell: (one) => rate(one.out_bps, "bit/s") },
            { id: "errors", header: t("ifErrors"), numeric: true, cell: (one) => pair(one.in_errors, one.out_errors) },
            { id: "discards", header: t("ifDiscards"), numeric: true, cell: (one) => pair(one.in_discards, one.out_discards) },
          ]}
        />
      )}
    </Await>
  );
}

function LinkState({ one }: { one: Interface }) {
  const t = useWords(deviceWords);
  return (
    <span className="flex flex-wrap gap-1">
      {one.admin_up === false ? <Badge icon="pause">{t("adminDown")}</Badge> : one.oper_up ? <Badge tone="ok" icon="check">{t("linkUp")}</Badge> : <Badge tone={one.flapping_by_design ? "neutral" : "critical"} icon="alert">{t("linkDown")}</Badge>}
      {one.flapping_by_design && <Badge icon="info">{t("byDesign")}</Badge>}
    </span>
  );
}
