import type { Deliverable } from "../api/contract";
import { Badge, type Tone } from "../design/badge";
import type { IconName } from "../design/icon";
import { serverNow, toLocalParts, useTime } from "../i18n/time";
import { useWords } from "../i18n/words";
import { deliverableStateWords } from "./words";

const LOOKS: Record<Deliverable["state"], readonly [Tone, IconName]> = {
  planned: ["neutral", "clock"],
  preparing: ["info", "form"],
  submitted: ["info", "upload"],
  returned: ["major", "undo"],
  accepted: ["ok", "check"],
  waived: ["neutral", "close"],
  dropped: ["neutral", "close"],
};
export const DELIVERABLE_STATES = Object.keys(LOOKS) as Deliverable["state"][];
const OPEN: readonly string[] = ["planned", "preparing", "returned"];
const SOON_DAYS = 7;
const DAY_MS = 86_400_000;

export function DeliverableState({ one }: { one: Deliverable }) {
  const t = useWords(deliverableStateWords);
  // What was due before this system began is nobody's plan here any more.
  if (one.before_start && OPEN.includes(one.state)) return <Badge>{t("beforeStart")}</Badge>;
  const look = LOOKS[one.state];
  return <Badge tone={look[0]} icon={look[1]}>{t(one.state)}</Badge>;
}

/** The day it is due, how far it is, and the hour where it is not the end of the day. */
export function DeliverableDue({ one }: { one: Deliverable }) {
  const t = useWords(deliverableStateWords);
  const { at } = useTime();
  if (!one.due || !one.due_day) return <span className="text-solid-gray-700">{t("noDay")}</span>;
  const days = Math.round((Date.parse(`${one.due_day}T00:00:00+09:00`) - Date.parse(`${toLocalParts(serverNow()).day}T00:00:00+09:00`)) / DAY_MS);
  const open = OPEN.includes(one.state) && !one.before_start;
  const { day, time } = toLocalParts(one.due);
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2 gap-y-1">
      {one.late ? <Badge tone="critical" icon="alert">{days < 0 ? t("overdue", { days: -days }) : t("overdueToday")}</Badge>
        : open && days <= SOON_DAYS ? <Badge tone="warning" icon="clock">{days <= 0 ? t("dueToday") : t("dueIn", { days })}</Badge>
        : one.accept_late && <Badge tone="critical" icon="alert">{t("acceptLate")}</Badge>}
      <span className="tabular whitespace-nowrap">{at(`${one.due_day}T00:00:00+09:00`, "date")}{day === one.due_day ? ` ${time}` : ""}</span>
    </span>
  );
}

/** What a period is called: "2026-04", "2026-Q1", "2026", "once", or what opened the occasion. */
export function usePeriod() {
  const t = useWords(deliverableStateWords);
  const { at } = useTime();
  return (one: Pick<Deliverable, "period" | "note">): string => {
    const { period } = one;
    if (period === "once") return t("once");
    if (/^\d{4}$/.test(period)) return t("fiscalYear", { year: period });
    const quarter = /^(\d{4})-Q(\d)$/.exec(period);
    if (quarter) return t("quarter", { year: quarter[1] ?? "", n: quarter[2] ?? "" });
    if (/^\d{4}-\d{2}$/.test(period)) return at(`${period}-01T00:00:00+09:00`, "month");
    return one.note || t("occasion");
  };
}
