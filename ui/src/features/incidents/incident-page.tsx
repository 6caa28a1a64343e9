import { useState } from "react";
import { Link } from "wouter";
import type { IncidentDetail } from "../../api/contract";
import { useFileAddress, useGet } from "../../api/hooks";
import { Await } from "../../app/problem";
import { useSession } from "../../app/session";
import { appWords } from "../../app/words";
import { Badge, SeverityBadge } from "../../design/badge";
import { Button } from "../../design/button";
import { Facts, PageHeader, Panel } from "../../design/page";
import { Tabs } from "../../design/tabs";
import { scaled } from "../../design/units";
import { useTime } from "../../i18n/time";
import { useWords } from "../../i18n/words";
import { AlertTable } from "../../parts/alert-table";
import { IncidentState } from "../../parts/state-badges";
import { INCIDENTS } from "../../parts/ticket-views";
import { partWords } from "../../parts/words";
import { ChangeDialog } from "./change-dialog";
import { ClocksPanel } from "./clocks-panel";
import { ContactsTab } from "./contacts-tab";
import { CloseDialog, EventDialog, HandOverDialog, ReopenDialog } from "./dialogs";
import { LogsTab } from "./logs-tab";
import { ReportsTab } from "./reports-tab";
import { TimelineTab } from "./timeline-tab";
import { TicketHistory } from "../desk/ticket-history";
import { CallerPanel, LinksPanel, MergeDialog, MergedNote, MessagesTab } from "../desk/ticket-parts";
import { useKindWord } from "../desk/ticket-state";
import { deskWords } from "../desk/words";
import { incidentWords } from "./words";

export default function IncidentPage({ id }: { id: number }) {
  const incident = useGet("/incidents/{id}", { path: { id } });
  return <Await of={incident}>{(data) => <IncidentView incident={data} />}</Await>;
}

function IncidentView({ incident }: { incident: IncidentDetail }) {
  const t = useWords(incidentWords);
  const p = useWords(partWords);
  const a = useWords(appWords);
  const d = useWords(deskWords);
  const { at } = useTime();
  const word = useKindWord(incident.kind);
  const { may } = useSession();
  const file = useFileAddress();
  const [tab, setTab] = useState("timeline");
  const [dialog, setDialog] = useState<"change" | "close" | "hand-over" | "event" | "reopen" | "merge" | null>(null);
  const done = () => setDialog(null);
  const open = incident.state !== "closed";
  // Faults have reports and people to be told; what was asked or brought in has somebody who waits.
  const fault = incident.kind === "incident" || incident.kind === "fault";
  const called = incident.kind !== "incident";
  const history = !fault && (incident.device || incident.caller?.contact);

  return (
    <>
      <PageHeader
        title={incident.title}
        crumbs={[called ? { label: a("desk"), href: "/tickets" } : { label: a("incidents"), href: INCIDENTS }]}
        badge={<span className="flex flex-wrap items-center gap-2"><span className="tabular">{incident.number}</span>{fault && <SeverityBadge severity={incident.severity} />}<IncidentState state={incident.state} />{incident.service_stopped && <Badge tone="critical" icon="alert">{t("serviceStopped")}</Badge>}</span>}
        actions={open ? (
          <>
            {may("incident_write") && (incident.events?.length ?? 0) > 0 && <Button icon="clock" onClick={() => setDialog("event")}>{t("event")}</Button>}
            {may("incident_write") && <Button icon="journal" onClick={() => setDialog("change")}>{t("change")}</Button>}
            {may("incident_write") && fault && <Button icon="next" onClick={() => setDialog("hand-over")}>{t("handOver")}</Button>}
            {may("incident_write") && <Button icon="undo" kind="quiet" onClick={() => setDialog("merge")}>{d("merge")}</Button>}
            {may("incident_close") && <Button kind="main" icon="check" onClick={() => setDialog("close")}>{t("close", word)}</Button>}
          </>
        ) : may("incident_close") && !incident.merged_into && <Button icon="undo" onClick={() => setDialog("reopen")}>{t("reopen", word)}</Button>}
      />
      <MergedNote ticket={incident} />
      <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_23rem]">
        <div className="min-w-0 rounded-12 border border-solid-gray-200 bg-white px-4 pt-2 pb-4 max-xl:order-2">
          <Tabs
            label={incident.title}
            value={tab}
            onChange={setTab}
            tabs={[
              { id: "timeline", label: t("tabTimeline") },
              ...(called ? [{ id: "messages", label: d("messages"), count: incident.messages?.length }] : []),
              ...(fault ? [
                { id: "reports", label: t("tabReports"), count: incident.reports?.length },
                { id: "contacts", label: t("tabContacts"), count: incident.contacts?.length },
                { id: "logs", label: t("tabLogs"), count: incident.logs?.length },
                { id: "alerts", label: t("tabAlerts"), count: incident.alert_list?.length },
              ] : []),
            ]}
          >
            {tab === "timeline" && <TimelineTab incident={incident} />}
            {tab === "messages" && <MessagesTab ticket={incident} />}
            {tab === "reports" && <ReportsTab incident={incident} />}
            {tab === "contacts" && <ContactsTab incident={incident} />}
            {tab === "logs" && <LogsTab incident={incident} />}
            {tab === "alerts" && <AlertTable caption={t("tabAlerts")} rows={incident.alert_list ?? []} short />}
          </Tabs>
        </div>
        <div className="flex flex-col gap-5 max-xl:order-1">
          {(fault || (incident.clocks?.length ?? 0) > 0) && <ClocksPanel clocks={incident.clocks ?? []} />}
          {called && <CallerPanel ticket={incident} />}
          <Panel title={t("outline")}>
            {incident.detail && <p className="mb-3 whitespace-pre-wrap">{incident.detail}</p>}
            <Facts columns={1} facts={[
              [p("site"), incident.site_name],
              [p("device"), incident.device && <Link href={`/devices/${incident.device}`}>{incident.device_name}</Link>],
              [t("detectedAt"), at(incident.detected_at, "long")],
              [p("owner"), incident.owner_name],
              ...(incident.handed_to ? [[t("handOverTo"), `${incident.handed_to} ${incident.handed_reference ?? ""}`] as const] : []),
              ...(incident.attachments?.length ? [[t("files"), <ul key="files" className="flex flex-col gap-1">{incident.attachments.map((one) => <li key={one.id}><a className="break-all" href={file("/attachments/{id}", { path: { id: one.id } })}>{one.name}</a><br /><span className="text-dns-14N-130">{t("fileFacts", { size: scaled(one.size, "B"), by: one.by ?? "", at: at(one.at, "short") })}</span></li>)}</ul>] as const] : []),
              ...(incident.close_reason ? [[t("closedBecause"), incident.close_reason] as const] : []),
            ]} />
          </Panel>
          <LinksPanel ticket={incident} />
          {history && <Panel title={d("history")}><TicketHistory device={incident.device ?? undefined} contact={incident.device ? undefined : (incident.caller?.contact ?? undefined)} /></Panel>}
        </div>
      </div>
      {dialog === "change" && <ChangeDialog incident={incident} onClose={done} />}
      {dialog === "close" && <CloseDialog incident={incident} onClose={done} />}
      {dialog === "hand-over" && <HandOverDialog incident={incident} onClose={done} />}
      {dialog === "event" && <EventDialog incident={incident} onClose={done} />}
      {dialog === "merge" && <MergeDialog ticket={incident} onClose={done} />}
      {dialog === "reopen" && <ReopenDialog incident={incident} onClose={done} />}
    </>
  );
}
