import { Link } from "wouter";
import type { DeviceDetail } from "../../api/contract";
import { useGet } from "../../api/hooks";
import { Await } from "../../app/problem";
import { Code, Facts } from "../../design/page";
import { Empty } from "../../design/states";
import { DataTable } from "../../design/table";
import { scaled } from "../../design/units";
import { useTime } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { DeviceState } from "../../parts/state-badges";
import { useLedger } from "../../parts/ledger";
import { partWords } from "../../parts/words";
import { FieldValue } from "../ledgers/field-value";
import { deviceWords } from "./words";

export function StateTab({ device }: { device: DeviceDetail }) {
  const t = useWords(deviceWords);
  const p = useWords(partWords);
  const name = useName();
  const { at, span } = useTime();
  const { snmp } = device;
  return (
    <div className="flex flex-col gap-6">
      <Facts columns={3} facts={[
        [p("site"), device.site_name],
        [t("class"), name(device.class_name)],
        [p("address"), device.address && <Code>{device.address}</Code>],
        [t("since"), at(device.since)],
        [t("rtt"), device.rtt_ms == null ? "" : `${device.rtt_ms.toFixed(1)} ms`],
        [t("loss"), device.loss == null ? "" : `${(device.loss * 100).toFixed(0)} %`],
        [t("upstream"), device.upstream?.length ? <ul>{device.upstream.map((one) => <li key={one.id} className="flex flex-wrap items-center gap-2"><Link href={`/devices/${one.id}`}>{one.name}</Link><DeviceState state={one.state} /></li>)}</ul> : ""],
        [t("downstream"), device.downstream_count === undefined ? "" : t("downstreamCount", { n: device.downstream_count })],
        [t("traps"), device.traps_on === undefined ? "" : t(device.traps_on ? "on" : "off")],
        [t("remoteLog"), device.remote_log === undefined ? "" : t(device.remote_log ? "on" : "off")],
        ...(snmp ? ([
          [t("snmp"), snmp.state && t(`snmp_${snmp.state}`)],
          [t("uptime"), snmp.uptime_s == null ? "" : span(snmp.uptime_s)],
          [t("polled"), at(snmp.polled, "seconds")],
          ...(snmp.sys_name ? [[t("sysName"), snmp.sys_name] as const] : []),
          ...(snmp.sys_descr ? [[t("sysDescr"), snmp.sys_descr] as const] : []),
        ] as const) : []),
      ]} />
      {device.row && <LedgerRow row={device.row} />}
      <section>
        <h2 className="text-std-18B-160 mb-2">{t("metrics")}</h2>
        <Metrics id={device.id} />
      </section>
    </div>
  );
}

/** What the ledger says of the device, field by field; what is empty or stands above already is left out. */
function LedgerRow({ row }: { row: NonNullable<DeviceDetail["row"]> }) {
  const t = useWords(deviceWords);
  const name = useName();
  const ledger = useLedger("devices");
  const above = ["name", "class", "site", "address", "upstream"];
  const shown = ledger?.fields.filter((field) => !above.includes(field.id) && row.fields[field.id] != null && row.fields[field.id] !== "") ?? [];
  if (shown.length === 0) return null;
  return (
    <section>
      <h2 className="text-std-18B-160 mb-2">{t("ledgerSays")}</h2>
      <Facts columns={3} facts={shown.map((field) => [name(field.name), <FieldValue key={field.id} field={field} row={row} />] as const)} />
    </section>
  );
}

/** What belongs to a single interface stands under Interfaces. */
function Metrics({ id }: { id: number }) {
  const t = useWords(deviceWords);
  const name = useName();
  const { at } = useTime();
  const metrics = useGet("/devices/{id}/metrics", { path: { id } });
  return (
    <Await of={metrics}>
      {({ items }) => (
        <DataTable
          short
          caption={t("metrics")}
          rows={items.filter((one) => !one.metric.startsWith("if."))}
          rowKey={(one) => `${one.metric}/${one.instance ?? ""}`}
          empty={<Empty icon="search" title={t("noMetrics")} />}
          columns={[
            { id: "name", header: t("metric"), cell: (one) => <>{name(one.name)} {one.instance_name}</> },
            { id: "value", header: t("value"), narrow: true, numeric: true, cell: (one) => (one.newest == null ? "—" : scaled(one.newest, one.unit ?? "")) },
            { id: "limit", header: t("limit"), cell: (one) => (one.enter == null ? "—" : t("limits", { enter: scaled(one.enter, one.unit ?? ""), leave: scaled(one.leave ?? one.enter, one.unit ?? "") })) },
            { id: "at", header: t("polled"), cell: (one) => <span className="tabular">{at(one.at, "short")}</span> },
          ]}
        />
      )}
    </Await>
  );
}
