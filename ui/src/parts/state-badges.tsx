import { Badge, type Tone } from "../design/badge";
import type { IconName } from "../design/icon";
import { useWords } from "../i18n/words";
import { partWords, severityWords } from "./words";

type Word = keyof typeof partWords;
type Look = readonly [Tone, IconName, Word];

const ALERT: Record<string, Look> = {
  held: ["warning", "question", "alertHeld"],
  open: ["critical", "alert", "alertOpen"],
  acknowledged: ["info", "check", "alertAcknowledged"],
  suppressed: ["neutral", "down", "alertSuppressed"],
  cleared: ["ok", "check", "alertCleared"],
};
const INCIDENT: Record<string, Look> = {
  open: ["major", "incident", "incidentOpen"],
  handed_over: ["info", "next", "incidentHanded"],
  restored: ["info", "check", "incidentRestored"],
  closed: ["ok", "check", "incidentClosed"],
};
const DEVICE: Record<string, Look> = {
  up: ["ok", "check", "deviceUp"],
  down: ["critical", "alert", "deviceDown"],
  unreachable: ["warning", "question", "deviceUnreachable"],
  unknown: ["neutral", "question", "deviceUnknown"],
  silenced: ["neutral", "silence", "silenced"],
  disabled: ["neutral", "pause", "deviceDisabled"],
};

function badge(looks: Record<string, Look>) {
  return function StateBadge({ state }: { state: string }) {
    const t = useWords(partWords);
    const found = looks[state];
    return found ? <Badge tone={found[0]} icon={found[1]}>{t(found[2])}</Badge> : <Badge icon="question">{state}</Badge>;
  };
}
export const AlertState = badge(ALERT);
export const IncidentState = badge(INCIDENT);
export const DeviceState = badge(DEVICE);

export function useStateChoices(of: "alert" | "incident" | "device") {
  const t = useWords(partWords);
  return Object.entries({ alert: ALERT, incident: INCIDENT, device: DEVICE }[of]).map(([value, look]) => ({ value, label: t(look[2]) }));
}

export function useSeverityChoices() {
  const t = useWords(severityWords);
  return (["critical", "major", "minor", "warning", "info"] as const).map((value) => ({ value, label: t(value) }));
}
