import { useState } from "react";
import type { IncidentDetail } from "../../api/contract";
import { useFileAddress, useList, useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Problem } from "../../app/problem";
import { useSession } from "../../app/session";
import type { Tone } from "../../design/badge";
import { Button } from "../../design/button";
import { CONTROL, Field, TextArea } from "../../design/field";
import type { IconName } from "../../design/icon";
import { Loading } from "../../design/progress";
import { Timeline } from "../../design/timeline";
import { scaled } from "../../design/units";
import { useTime } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { useSeverityChoices } from "../../parts/state-badges";
import { partWords } from "../../parts/words";
import { useKindWord } from "../desk/ticket-state";
import { incidentWords } from "./words";

// By the beginning of the event's kind (share/journal/kinds.yaml); the first match wins, a kind added later gets the plain dot.
const KINDS: readonly (readonly [string, IconName, Tone])[] = [
  ["alert.cleared", "check", "ok"],
  ["alert.acknowledged", "check", "info"],
  ["alert.commented", "journal", "neutral"],
  ["alert.suppressed", "down", "neutral"],
  ["alert", "alert", "critical"],
  ["clock.breached", "clock", "critical"],
  ["clock.warned", "clock", "warning"],
  ["clock.stopped", "check", "ok"],
  ["clock.paused", "pause", "neutral"],
  ["clock", "clock", "info"],
  ["contact.failed", "phone", "critical"],
  ["contact.answered", "check", "ok"],
  ["contact", "phone", "info"],
  ["log.failed", "alert", "warning"],
  ["log", "device", "neutral"],
  ["incident.closed", "check", "ok"],
  ["incident.handed_over", "next", "info"],
  ["incident.report", "report", "info"],
  ["incident.commented", "journal", "neutral"],
  ["incident", "incident", "info"],
];
const look = (kind: string) => KINDS.find(([start]) => kind.startsWith(start)) ?? (["", "info", "neutral"] as const);

// What happens to a ticket is told in the words of its kind.
const LINES = { "incident.opened": "lineOpened", "incident.changed": "lineChanged", "incident.commented": "lineCommented", "incident.report": "lineReport", "incident.event": "lineEvent", "incident.closed": "lineClosed", "incident.reopened": "lineReopened" } as const;
const REPORTS = { first: true, interim: true, final: true } as const;
const CHANGED = { title: "createTitle", severity: "severity", owner: "owner", service_stopped: "serviceStopped" } as const;
type Data = Readonly<Record<string, unknown>>;

/** What the event is about and what a person wrote or a machine explained, from whichever of these it carries. */
function useDetail(incident: IncidentDetail): (data: Data | undefined) => string {
  const t = useWords(incidentWords);
  const p = useWords(partWords);
  const name = useName();
  const severities = useSeverityChoices();
  const { at } = useTime();
  return (data) => {
    const text = (key: string) => (typeof data?.[key] === "string" ? (data[key] as string) : "");
    const word = (id: string) => (id in incidentWords ? t(id as keyof typeof incidentWords) : id);
    const changed = (value: unknown, field: keyof typeof CHANGED) => {
      if (typeof value !== "object" || value === null || !("after" in value)) return "";
      const { before, after } = value as { before: unknown; after: unknown };
      const say = (one: unknown) => field === "owner" ? String(one || t("ownerNone")) : field === "severity" ? severities.find((choice) => choice.value === one)?.label ?? String(one) : typeof one === "boolean" ? p(one ? "yes" : "no") : String(one);
      return t("changedFrom", { what: CHANGED[field] === "owner" || CHANGED[field] === "severity" ? p(CHANGED[field]) : t(CHANGED[field]), before: say(before), after: say(after) });
    };
    const event = incident.events?.find((one) => one.id === text("event"))?.name;
    // The journal keeps the clock's name in the contract's language; the incident knows it in both.
    const clock = incident.clocks?.find((one) => one.name.ja === text("clock") || one.name.en === text("clock"))?.name;
    const lines = [
      [clock ? name(clock) : text("clock"), text("due") && t("dueAt", { at: at(text("due")) })],
      [text("name"), text("channel") && word(text("channel"))],
      [text("step"), text("why") === "nobody" ? t("stepNobody") : text("why")],
      [text("device_name"), typeof data?.["bytes"] === "number" && data["bytes"] > 0 && t("fetchedSize", { n: Number(data["commands"] ?? 0), size: scaled(data["bytes"], "B") })],
      [text("number"), text("title")],
      [data?.["clock"] || data?.["name"] ? "" : event ? name(event) : ""],
      // A retrieval that failed says why where the log is listed; the event itself only has the code.
      [data?.["error"] ? incident.logs?.find((log) => log.id === data["log"])?.problem?.detail : ""],
      [text("kind") in REPORTS && t(text("kind") as keyof typeof REPORTS), text("kind") in REPORTS && t(data?.["submitted"] ? "submitted" : "draft")],
      ...(["title", "severity", "owner", "service_stopped"] as const).map((field) => [changed(data?.[field], field)]),
      [text("to"), text("reference")],
      ...["text", "note", "reason", "detail"].map((key) => [text(key)]),
    ];
    return lines.map((line) => line.filter(Boolean).join("　")).filter(Boolean).join("\n");
  };
}

export function TimelineTab({ incident }: { incident: IncidentDetail }) {
  const t = useWords(incidentWords);
  const p = useWords(partWords);
  const name = useName();
  const detail = useDetail(incident);
  const word = useKindWord(incident.kind);
  const notices = useNotices();
  const { may } = useSession();
  const [text, setText] = useState("");
  const [files, setFiles] = useState<{ id: number; name: string }[]>([]);
  const upload = useSend("POST /attachments");
  const file = useFileAddress();
  const events = useList("/incidents/{id}/timeline", { path: { id: incident.id } }, { limit: 200 });
  const note = useSend("POST /incidents/{id}/notes", ["/incidents"]);
  return (
    <div className="flex flex-col gap-5">
      {events.error ? <Problem fault={events.error} onRetry={events.retry} /> : events.pending ? <Loading /> : (
        <Timeline
          label={t("tabTimeline")}
          items={events.rows.map((event) => {
            const [, icon, tone] = look(event.kind);
            const body = detail({ ...event.data, ...event.said });
            const attached = Array.isArray(event.data?.["attachments"]) ? (event.data["attachments"] as number[]) : [];
            return { key: event.seq, at: event.time, icon, tone, title: event.kind in LINES ? t(LINES[event.kind as keyof typeof LINES], { kind: word.Kind }) : name(event.words), who: event.who, body: body || attached.length > 0 ? <><p className="whitespace-pre-wrap">{body}</p>{attached.map((id, index) => <a key={id} className="me-3 break-all" href={file("/attachments/{id}", { path: { id } })}>{incident.attachments?.find((one) => one.id === id)?.name ?? t("attachment", { n: index + 1 })}</a>)}</> : undefined };
          })}
        />
      )}
      {events.hasMore && <Button busy={events.loadingMore} onClick={events.onMore}>{p("moreRows")}</Button>}
      <Reads incident={incident} />
      {incident.state !== "closed" && may("incident_write") && (
        <form className="flex flex-col items-start gap-3 border-t border-solid-gray-200 pt-4" onSubmit={(event) => { event.preventDefault(); note.mutate({ path: { id: incident.id }, body: { text, attachments: files.map((one) => one.id) } }, { onSuccess: () => { setText(""); setFiles([]); notices.ok(t("noted")); } }); }}>
          <Problem fault={note.error} />
          <TextArea label={t("noteText")} rows={2} value={text} onText={setText} className="w-full" />
          <Field label={t("noteFiles")} markOptional hint={files.map((one) => one.name).join("、")} error={upload.error?.detail}>
            {(wiring) => (
              <input type="file" {...wiring} className={CONTROL} onChange={(event) => {
                const chosen = event.target.files?.[0];
                if (!chosen) return;
                const body = new FormData();
                body.set("file", chosen);
                upload.mutate({ body }, { onSuccess: (made) => setFiles((old) => [...old, { id: made.id, name: made.name }]) });
                event.target.value = "";
              }} />
            )}
          </Field>
          <Button type="submit" busy={note.isPending || upload.isPending} disabled={text.trim() === ""}>{t("addNote")}</Button>
        </form>
      )}
    </div>
  );
}

const MOST_READS = 100;

/** Who saw the caller's data: on record in the journal, here on demand. */
function Reads({ incident }: { incident: IncidentDetail }) {
  const t = useWords(incidentWords);
  const p = useWords(partWords);
  const { at } = useTime();
  const reads = useList("/incidents/{id}/timeline", { path: { id: incident.id }, query: { reads: "only" } }, { limit: MOST_READS });
  if (reads.rows.length === 0) return null;
  return (
    <details className="border-t border-solid-gray-200 pt-3">
      <summary className="cursor-pointer">{t(reads.hasMore ? "readsMore" : "reads", { n: reads.rows.length })}</summary>
      <p className="text-dns-14N-130 my-2 text-solid-gray-700">{t("readsLead")}</p>
      <ul className="flex flex-col gap-1">{reads.rows.map((one) => <li key={one.seq} className="flex flex-wrap gap-x-3"><time dateTime={one.time} className="tabular">{at(one.time, "seconds")}</time><span>{one.who}</span></li>)}</ul>
      {reads.hasMore && <div className="mt-2"><Button busy={reads.loadingMore} onClick={reads.onMore}>{p("moreRows")}</Button></div>}
    </details>
  );
}
