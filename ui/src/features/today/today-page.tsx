import { Link } from "wouter";
import type { Today } from "../../api/contract";
import { useGet } from "../../api/hooks";
import { Await } from "../../app/problem";
import { useSession } from "../../app/session";
import { LinkButton } from "../../design/button";
import { Figure, PageHeader, Panel } from "../../design/page";
import { Empty, Note } from "../../design/states";
import { useNow, useTime } from "../../i18n/time";
import { useWords } from "../../i18n/words";
import { AlertTable } from "../../parts/alert-table";
import { CallList } from "../../parts/call-list";
import { ClockView } from "../../parts/clock-view";
import { useWaitingRequests } from "../../parts/request-state";
import { INCIDENTS } from "../../parts/ticket-views";
import { DeliverablesPanel, ExpiringPanel, useDeadlines } from "./deadlines-today";
import { RequestsToday, WaitingPanel } from "./requests-today";
import { RoundPanel } from "./round-panel";
import { useWorkDue, WorkDuePanel } from "./work-today";
import { todayWords } from "./words";

/** What needs me now, most urgent first: clocks, calls, alerts; then what explains a quiet screen. */
export function TodayPage() {
  const t = useWords(todayWords);
  const { at } = useTime();
  const now = useNow();
  const { may } = useSession();
  // Whoever may not see the watch (a clerk of the city) has his requests here.
  const watches = may("watch_read");
  const today = useGet("/today", {}, { refetchMs: 60_000, keep: true, enabled: watches });
  const open = today.data?.open_today;
  return (
    <>
      <PageHeader title={t("title")} lead={`${at(now - (now % 60_000), "long")}${open === undefined ? "" : `　${t(open ? "openDay" : "closedDay")}`}`} />
      {watches ? <Await of={today}>{(data) => <TodayView today={data} />}</Await> : may("request_write") && <RequestsToday />}
    </>
  );
}

function TodayView({ today }: { today: Today }) {
  const t = useWords(todayWords);
  const { alerts, clocks } = today;
  const calls = today.calls.map((call) => {
    const incident = call.incident_number ? undefined : today.incidents?.find((one) => one.id === call.incident);
    return incident ? { ...call, incident_number: incident.number, incident_title: incident.title } : call;
  });
  const open = today.open_alerts ?? alerts.length;
  const down = (today.devices?.["down"] ?? 0) + (today.devices?.["unreachable"] ?? 0);
  const incidents = today.incidents?.length ?? 0;
  const waiting = useWaitingRequests();
  const deadlines = useDeadlines();
  const lateWork = useWorkDue().data?.late ?? 0;
  const quiet = open + clocks.length + calls.length + waiting.count + deadlines + lateWork === 0;
  return (
    <div className="flex flex-col gap-5">
      {quiet && <Note tone="ok" title={t("calm")}>{t("calmLead")}</Note>}
      <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        <Figure label={t("openAlerts")} value={open} unit={t("unit")} href="/alerts" tone={open ? "text-red-900" : ""} />
        <Figure label={t("openIncidents")} value={incidents} unit={t("unit")} href={INCIDENTS} />
        <Figure label={t("downDevices")} value={down} unit={t("machines")} href="/devices?state=down" tone={down ? "text-red-900" : ""} />
        {today.roster_waiting ? <Figure label={t("rosterWaiting")} value={today.roster_waiting} unit={t("unit")} href="/people?tab=roster&state=submitted" /> : <Figure label={t("refused")} value={today.refused_senders ?? 0} unit={t("unit")} href="/refused" />}
      </div>
      {waiting.count > 0 && <WaitingPanel />}
      <div className="grid items-start gap-5 xl:grid-cols-2">
        <Panel title={t("clocks")}>
          {clocks.length === 0 ? <Empty icon="clock" title={t("noClocks")} /> : (
            <ul className="grid gap-4 sm:grid-cols-2">{clocks.map((clock) => <li key={clock.id}><ClockOf clock={clock} /></li>)}</ul>
          )}
        </Panel>
        <Panel title={t("calls")}>{calls.length === 0 ? <Empty icon="phone" title={t("noCalls")} /> : <CallList calls={calls} showIncident />}</Panel>
      </div>
      <Panel title={t("newest")} flush actions={<Link href="/alerts">{t("allAlerts")}</Link>}>
        <AlertTable caption={t("newest")} rows={alerts} short empty={<Empty title={t("noAlerts")} />} />
      </Panel>
      <WorkDuePanel />
      <DeliverablesPanel />
      <div className="grid items-start gap-5 xl:grid-cols-2">
        <RoundPanel round={today.round ?? null} />
        <Silences silences={today.silences} />
      </div>
      <ExpiringPanel />
    </div>
  );
}

function ClockOf({ clock }: { clock: Today["clocks"][number] }) {
  return (
    <>
      <ClockView clock={clock} />
      {clock.incident && <Link href={`/incidents/${clock.incident}`} className="text-dns-14N-130 mt-1 block">{clock.incident_number} {clock.incident_title}</Link>}
    </>
  );
}

function Silences({ silences }: { silences: Today["silences"] }) {
  const { may } = useSession();
  const t = useWords(todayWords);
  const { at } = useTime();
  return (
    <Panel title={t("silences")} actions={may("silence_write") && <LinkButton small icon="plus" href="/silences?new=1">{t("addSilence")}</LinkButton>}>
      {silences.length === 0 ? <Empty icon="silence" title={t("noSilences")} /> : (
        <ul className="flex flex-col gap-3">
          {silences.map((one) => (
            <li key={one.id}>
              <p className="font-bold">{[...(one.site_names ?? []), ...(one.device_names ?? [])].slice(0, 4).join("、")}</p>
              <p className="text-dns-14N-130 tabular">{at(one.from, "short")} – {at(one.to, "short")}</p>
              <p>{one.why}（{one.who}）</p>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
