/**
 * A deadline running out: a ring that empties, the remaining time in words, and the deadline itself. The ring is for the
 * eye; a reader hears a change of state (warning, breached), not every second.
 */
import { useNow, useTime } from "../i18n/time";
import { useWords } from "../i18n/words";
import { Badge } from "./badge";
import { designWords } from "./words";

export interface ClockFaceProps {
  label: string;
  state: string; // running · paused · met · breached · cancelled
  startedAt: string;
  /** Absent while paused: nobody knows yet when it will be due. */
  dueAt: string;
  warnAt?: string | null | undefined;
  stoppedAt?: string | null | undefined;
  reasonMissing?: boolean;
  compact?: boolean;
}

const R = 15.9155; // circumference 100

export function ClockFace({ label, state, startedAt, dueAt, warnAt, stoppedAt, reasonMissing, compact }: ClockFaceProps) {
  const t = useWords(designWords);
  const { at, span } = useTime();
  const now = useNow();
  const due = Date.parse(dueAt);
  const live = (state === "running" || state === "breached") && !stoppedAt && !Number.isNaN(due);
  const left = live ? (due - now) / 1000 : 0;
  const length = Math.max(1, (due - Date.parse(startedAt)) / 1000) || 1;
  const share = Math.max(0, Math.min(1, left / length));
  const over = live && left < 0;
  const missed = state === "breached" && !live;
  const warned = live && !over && (warnAt ? now >= Date.parse(warnAt) : share < 0.25);
  const colour = over || missed ? "text-red-900" : warned ? "text-orange-900" : live ? "text-key-900" : "text-solid-gray-700";
  const words = live
    ? t(over ? "clockOver" : "clockRunning", { span: span(left) })
    : t(state === "paused" ? "clockPaused" : state === "cancelled" ? "clockCancelled" : missed ? "clockMissed" : "clockMet");
  const mark = state === "paused" ? "M14 12v12M22 12v12" : missed ? "M12 12l12 12M24 12 12 24" : "M11 18l5 6 9-12";
  return (
    <div className="flex items-center gap-3">
      <svg viewBox="0 0 36 36" className={`${compact ? "size-10" : "size-14"} shrink-0 ${colour}`} aria-hidden="true" fill="none">
        <circle cx="18" cy="18" r={R} stroke="var(--color-solid-gray-200)" strokeWidth="4" />
        {live ? (
          <circle cx="18" cy="18" r={R} transform="rotate(-90 18 18)" fill={over ? "currentColor" : "none"} fillOpacity="0.15" stroke="currentColor" strokeWidth="4" strokeDasharray={`${over ? 100 : share * 100} 100`} />
        ) : <path d={mark} stroke="currentColor" strokeWidth="3" strokeLinecap="round" strokeLinejoin="round" />}
      </svg>
      <div className="min-w-0">
        <p className={compact ? "text-dns-14N-130" : "leading-130"}>{label}</p>
        <p className={`tabular font-bold ${colour} ${compact ? "" : "text-std-18B-160"}`} aria-hidden={live || undefined}>{words}</p>
        <p className="text-dns-14N-130 flex flex-wrap items-center gap-x-2 gap-y-1 text-solid-gray-700">
          {dueAt && t("clockDue", { at: at(dueAt, "short") })}
          {warned && <Badge tone="major" icon="clock">{t("severityWarning")}</Badge>}
          {reasonMissing && <Badge tone="critical" icon="report">{t("reasonMissing")}</Badge>}
        </p>
        {live && <span className="sr-only" aria-live="polite">{label} {over ? t("clockOver", { span: "" }) : t("clockRunning", { span: span(Math.ceil(left / 300) * 300) })}</span>}
      </div>
    </div>
  );
}
