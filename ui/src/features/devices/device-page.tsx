import { useState } from "react";
import type { DeviceDetail } from "../../api/contract";
import { useGet, useList } from "../../api/hooks";
import { Await, Problem } from "../../app/problem";
import { useSession } from "../../app/session";
import { appWords } from "../../app/words";
import { SeverityBadge } from "../../design/badge";
import { LinkButton } from "../../design/button";
import { PageHeader } from "../../design/page";
import { Loading } from "../../design/progress";
import { Empty, Note } from "../../design/states";
import { Tabs } from "../../design/tabs";
import { useTime } from "../../i18n/time";
import { useWords } from "../../i18n/words";
import { AlertTable } from "../../parts/alert-table";
import { DeviceState } from "../../parts/state-badges";
import { RowHistory } from "../../parts/row-history";
import { DeviceLogs } from "./device-logs";
import { Graphs } from "./graphs";
import { Interfaces } from "./interfaces";
import { StateTab } from "./state-tab";
import { deviceWords } from "./words";

export default function DevicePage({ id }: { id: number }) {
  const device = useGet("/devices/{id}", { path: { id } });
  return <Await of={device}>{(data) => <DeviceView device={data} />}</Await>;
}

const TABS = ["state", "graphs", "interfaces", "alerts", "history", "logs"] as const;
const TAB_WORDS = { state: "tabState", graphs: "tabGraphs", interfaces: "tabInterfaces", alerts: "tabAlerts", history: "tabHistory", logs: "tabLogs" } as const;

function DeviceView({ device }: { device: DeviceDetail }) {
  const t = useWords(deviceWords);
  const a = useWords(appWords);
  const { at } = useTime();
  const { may } = useSession();
  const [tab, setTab] = useState<string>("state");
  return (
    <>
      <PageHeader
        title={device.name}
        crumbs={[{ label: a("devices"), href: "/devices" }, ...(device.site ? [{ label: device.site_name ?? "", href: `/devices?site=${device.site}` }] : [])]}
        badge={<span className="flex gap-2"><DeviceState state={device.state} />{device.severity && <SeverityBadge severity={device.severity} />}</span>}
        actions={
          <>
            <LinkButton href={`/ledgers/devices/${device.row?.id ?? device.id}`} icon="ledger">{t("ledgerRow")}</LinkButton>
            {may("silence_write") && <LinkButton href={`/silences?new=1&device=${device.id}&name=${encodeURIComponent(device.name)}`} icon="silence">{t("silence")}</LinkButton>}
          </>
        }
      />
      {device.silence && <div className="mb-4"><Note tone="warning" title={t("silencedUntil", { at: at(device.silence.to) })}>{device.silence.why}（{device.silence.who}）</Note></div>}
      <div className="rounded-12 border border-solid-gray-200 bg-white px-4 pt-2 pb-4">
        <Tabs label={device.name} value={tab} onChange={setTab} tabs={TABS.map((id) => ({ id, label: t(TAB_WORDS[id]), count: id === "alerts" ? device.alerts : undefined }))}>
          {tab === "state" && <StateTab device={device} />}
          {tab === "graphs" && <Graphs device={device.id} />}
          {tab === "interfaces" && <Interfaces device={device.id} />}
          {tab === "alerts" && <DeviceAlerts id={device.id} />}
          {tab === "history" && <RowHistory ledger="devices" id={device.row?.id ?? device.id} />}
          {tab === "logs" && <DeviceLogs device={device} />}
        </Tabs>
      </div>
    </>
  );
}

const HERE = ["device", "site"];
function DeviceAlerts({ id }: { id: number }) {
  const t = useWords(deviceWords);
  const list = useList("/alerts", { query: { device: id } });
  if (list.error) return <Problem fault={list.error} onRetry={list.retry} />;
  if (list.pending) return <Loading />;
  return <AlertTable caption={t("tabAlerts")} {...list} without={HERE} empty={<Empty title={t("noAlerts")} />} />;
}
