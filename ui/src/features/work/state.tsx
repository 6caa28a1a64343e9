import type { WorkOrder } from "../../api/contract";
import { Badge, type Tone } from "../../design/badge";
import type { IconName } from "../../design/icon";
import { Bar } from "../../design/progress";
import { useWords } from "../../i18n/words";
import { workStateWords, workWords } from "./words";

const LOOKS: Record<WorkOrder["state"], readonly [Tone, IconName]> = {
  ordered: ["warning", "form"],
  planned: ["warning", "clock"],
  approved: ["info", "check"],
  executing: ["info", "next"],
  stopped: ["critical", "pause"],
  done: ["major", "clock"],
  accepted: ["ok", "check"],
  rejected: ["neutral", "close"],
  withdrawn: ["neutral", "close"],
};
export const WORK_STATES = Object.keys(LOOKS) as WorkOrder["state"][];
export const OPEN_STATES = WORK_STATES.slice(0, 6);

export function WorkState({ order }: { order: Pick<WorkOrder, "state" | "emergency" | "overdue"> }) {
  const t = useWords(workStateWords);
  const [tone, icon] = LOOKS[order.state];
  return (
    <span className="inline-flex flex-wrap gap-1">
      <Badge tone={tone} icon={icon}>{t(order.state)}</Badge>
      {order.emergency && <Badge tone="major" icon="alert">{t("emergency")}</Badge>}
      {order.overdue && <Badge tone="critical" icon="clock">{t("overdue")}</Badge>}
    </span>
  );
}

/** How many steps have a result, as a bar and in figures. */
export function StepsBar({ total, answered, failed, label }: { total: number; answered: number; failed: number; label: string }) {
  const t = useWords(workWords);
  if (total === 0) return <span className="text-solid-gray-600">{t("noSteps")}</span>;
  return (
    <span className="flex flex-wrap items-center gap-x-2">
      <Bar label={label} max={total} value={answered} className="h-2 w-24" />
      <span className="tabular">{t("ofSteps", { done: answered, all: total })}</span>
      {failed > 0 && <Badge tone="major" icon="alert">{t("failed", { n: failed })}</Badge>}
    </span>
  );
}
