import { useGet } from "../api/hooks";
import { useSession } from "../app/session";
import { Badge, type Tone } from "../design/badge";
import { type IconName } from "../design/icon";
import { useNow, useTime } from "../i18n/time";
import { useWords } from "../i18n/words";
import { dueWords, requestStateWords } from "./words";

const LOOKS: Record<string, readonly [Tone, IconName]> = {
  running: ["info", "clock"],
  sent_back: ["major", "undo"],
  approved: ["ok", "check"],
  rejected: ["neutral", "close"],
  withdrawn: ["neutral", "close"],
};
export const REQUEST_STATES = ["running", "sent_back", "approved", "rejected", "withdrawn"] as const;

export function RequestState({ state }: { state: string }) {
  const t = useWords(requestStateWords);
  const look = LOOKS[state];
  return look ? <Badge tone={look[0]} icon={look[1]}>{t(state as (typeof REQUEST_STATES)[number])}</Badge> : <Badge icon="question">{state}</Badge>;
}

const SOON_S = 24 * 3600;

/** A due time with how far it is, in words: overdue, soon, or the day alone. */
export function Due({ due }: { due: string | null | undefined }) {
  const t = useWords(dueWords);
  const { at, span } = useTime();
  const now = useNow();
  if (!due) return <span className="text-solid-gray-600">{t("none")}</span>;
  const left = (Date.parse(due) - now) / 1000;
  const coarse = (seconds: number) => span(Math.floor(Math.abs(seconds) / 60) * 60);
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2 gap-y-1">
      {left < 0 ? <Badge tone="critical" icon="alert">{t("over", { span: coarse(left) })}</Badge> : left < SOON_S && <Badge tone="warning" icon="clock">{t("soon", { span: coarse(left) })}</Badge>}
      <span className="tabular whitespace-nowrap">{t("until", { at: at(due, "short") })}</span>
    </span>
  );
}

const ASKED = 100;

/** What waits for the decision of whoever is signed in; one question for the menu, Today and the list's tab. */
export function useWaitingRequests() {
  const { may } = useSession();
  const asks = may("request_write");
  const answer = useGet("/requests", { query: { view: "waiting", limit: ASKED } }, { enabled: asks, refetchMs: 60_000, keep: true });
  const rows = asks ? (answer.data?.items ?? []) : [];
  const count = asks ? (answer.data?.total ?? rows.length) : 0;
  return { rows, count, shown: String(count) };
}

/** The count beside a menu entry; said in full to whoever hears it. */
export function WaitingBadge() {
  const t = useWords(dueWords);
  const { count, shown } = useWaitingRequests();
  if (count === 0) return null;
  return (
    <span className="text-oln-14B-100 ms-auto inline-flex min-w-6 items-center justify-center rounded-full bg-red-900 px-1.5 py-1 text-white">
      <span aria-hidden="true">{shown}</span>
      <span className="sr-only">{t("badge", { n: shown })}</span>
    </span>
  );
}

