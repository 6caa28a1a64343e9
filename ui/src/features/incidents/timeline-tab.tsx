import { useState } from "react";
import type { IncidentDetail } from "../../api/contract";
import { useList, useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Problem } from "../../app/problem";
import { useSession } from "../../app/session";
import type { Tone } from "../../design/badge";
import { Button } from "../../design/button";
import { TextArea } from "../../design/field";
import type { IconName } from "../../design/icon";
import { Loading } from "../../design/progress";
import { Timeline } from "../../design/timeline";
import { formatTime } from "../../i18n/time";
import { useLanguage, useName, useWords, type Language } from "../../i18n/words";
import { partWords } from "../../parts/words";
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

/** What the event is about, then what a person wrote or a machine explained: whatever of these it carries. */
function wordsOf(data: Readonly<Record<string, unknown>> | undefined, language: Language, due: string): string | undefined {
  const text = (key: string) => (typeof data?.[key] === "string" ? (data[key] as string) : "");
  const limit = text("due") && text("clock") ? `${due} ${formatTime(language, text("due"))}` : "";
  const about = [text("clock"), limit, text("title"), text("step"), text("name"), text("to")].filter(Boolean).join("  ");
  const said = ["text", "note", "reason", "detail"].map(text).filter(Boolean);
  return [about, ...said].filter(Boolean).join("\n") || undefined;
}

export function TimelineTab({ incident }: { incident: IncidentDetail }) {
  const t = useWords(incidentWords);
  const p = useWords(partWords);
  const name = useName();
  const { language } = useLanguage();
  const notices = useNotices();
  const { may } = useSession();
  const [text, setText] = useState("");
  const events = useList("/incidents/{id}/timeline", { path: { id: incident.id } }, { limit: 200 });
  const note = useSend("POST /incidents/{id}/notes", ["/incidents"]);
  return (
    <div className="flex flex-col gap-5">
      {events.error ? <Problem fault={events.error} onRetry={events.retry} /> : events.pending ? <Loading /> : (
        <Timeline
          label={t("tabTimeline")}
          items={events.rows.map((event) => {
            const [, icon, tone] = look(event.kind);
            const body = wordsOf(event.data, language, t("dueAt"));
            return { key: event.seq, at: event.time, icon, tone, title: name(event.words), who: event.who, body: body ? <p className="whitespace-pre-wrap">{body}</p> : undefined };
          })}
        />
      )}
      {events.hasMore && <Button busy={events.loadingMore} onClick={events.onMore}>{p("moreRows")}</Button>}
      {incident.state !== "closed" && may("incident_write") && (
        <form className="flex flex-col items-start gap-3 border-t border-solid-gray-200 pt-4" onSubmit={(event) => { event.preventDefault(); note.mutate({ path: { id: incident.id }, body: { text } }, { onSuccess: () => { setText(""); notices.ok(t("noted")); } }); }}>
          <Problem fault={note.error} />
          <TextArea label={t("noteText")} rows={2} value={text} onText={setText} className="w-full" />
          <Button type="submit" busy={note.isPending} disabled={text.trim() === ""}>{t("addNote")}</Button>
        </form>
      )}
    </div>
  );
}
