import type { ReactNode } from "react";
import { useWords } from "../i18n/words";
import { Icon, type IconName } from "./icon";
import { designWords } from "./words";

export type Tone = "critical" | "major" | "warning" | "info" | "ok" | "neutral";

/** Text colours are the dark steps of the palette: the middle ones have too little contrast on white. */
const TONES: Record<Tone, string> = {
  critical: "bg-red-900 text-white border-red-900",
  major: "bg-orange-50 text-orange-900 border-orange-800",
  warning: "bg-yellow-50 text-yellow-1100 border-yellow-900",
  info: "bg-light-blue-50 text-light-blue-1000 border-light-blue-800",
  ok: "bg-green-50 text-green-900 border-green-800",
  neutral: "bg-solid-gray-50 text-solid-gray-800 border-solid-gray-500",
};

export function Badge({ tone = "neutral", icon, children }: { tone?: Tone; icon?: IconName; children: ReactNode }) {
  return (
    <span className={`text-oln-14B-100 inline-flex items-center gap-1 rounded-6 border px-1.5 py-1 whitespace-nowrap ${TONES[tone]}`}>
      {icon && <Icon name={icon} className="size-3.5" />}
      {children}
    </span>
  );
}

const SEVERITIES = {
  critical: { tone: "critical", icon: "alert", word: "severityCritical" },
  major: { tone: "major", icon: "alert", word: "severityMajor" },
  minor: { tone: "warning", icon: "info", word: "severityMinor" },
  warning: { tone: "warning", icon: "info", word: "severityWarning" },
  info: { tone: "info", icon: "info", word: "severityInfo" },
  ok: { tone: "ok", icon: "check", word: "severityOk" },
} as const;

export type SeverityName = keyof typeof SEVERITIES;

/** Colour, icon and word together: none of them alone carries the meaning. */
export function SeverityBadge({ severity }: { severity: string }) {
  const t = useWords(designWords);
  const found = SEVERITIES[severity as SeverityName];
  return found ? <Badge tone={found.tone} icon={found.icon}>{t(found.word)}</Badge> : <Badge icon="question">{severity || t("severityUnknown")}</Badge>;
}
export function severityTone(severity: string): Tone {
  return SEVERITIES[severity as SeverityName]?.tone ?? "neutral";
}
