import type { Form, FormRequest } from "../../api/contract";
import type { Tone } from "../../design/badge";
import type { IconName } from "../../design/icon";
import { Panel } from "../../design/page";
import { Timeline } from "../../design/timeline";
import { useTime } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { FieldWords } from "./field-words";
import { requestPageWords } from "./words";

/** Every submission after the first with what it changed; shown only when there was more than one. */
export function PastRounds({ request, form }: { request: FormRequest; form: Form }) {
  const t = useWords(requestPageWords);
  const name = useName();
  const { at } = useTime();
  const rounds = [...(request.rounds ?? [])].sort((a, b) => a.round - b.round);
  if (rounds.length < 2) return null;
  const fields = form.fields ?? [];
  const title = (id: string) => name(fields.find((field) => field.id === id)?.title) || id;
  return (
    <Panel title={t("rounds")}>
      <ol className="flex flex-col gap-4">
        {rounds.map((round, index) => {
          const before = rounds[index - 1];
          const ids = [...new Set([...fields.map((field) => field.id), ...Object.keys(before?.values ?? {}), ...Object.keys(round.values)])];
          const changed = before ? ids.filter((id) => (before.values[id] ?? "") !== (round.values[id] ?? "")) : [];
          const words = (of: typeof round, id: string) => <FieldWords field={fields.find((field) => field.id === id)} value={of.values[id]} called={of.shown?.[id]} />;
          return (
            <li key={round.round}>
              <h3 className="text-std-16B-170">{t("round", { n: round.round })} <time dateTime={round.at} className="text-dns-14N-130 tabular ms-1 text-solid-gray-700">{at(round.at)}</time></h3>
              {!before ? <p className="text-solid-gray-700">{t("firstRound")}</p> : changed.length === 0 ? <p className="text-solid-gray-700">{t("noChanges")}</p> : (
                <ul className="mt-1 flex flex-col gap-1">
                  {changed.map((id) => <li key={id}><span className="font-bold">{title(id)}</span>：<del className="text-solid-gray-700"><span className="sr-only">{t("before")}</span>{words(before, id)}</del>{" → "}<ins className="no-underline"><span className="sr-only">{t("after")}</span>{words(round, id)}</ins></li>)}
                </ul>
              )}
            </li>
          );
        })}
      </ol>
    </Panel>
  );
}

const LOOKS: Record<string, readonly [IconName, Tone]> = {
  "request.submitted": ["upload", "info"], "request.resubmitted": ["upload", "info"], "request.approved_step": ["check", "ok"], "request.approved": ["check", "ok"],
  "request.sent_back": ["undo", "major"], "request.rejected": ["close", "critical"], "request.withdrawn": ["close", "neutral"], "request.effect_failed": ["alert", "critical"], "request.effect_done": ["check", "ok"],
};

/** All that was done with it, newest first, from the journal. */
export function RequestHistory({ request }: { request: FormRequest }) {
  const t = useWords(requestPageWords);
  const name = useName();
  const history = request.history ?? [];
  if (history.length === 0) return null;
  return (
    <Panel title={t("history")}>
      <Timeline label={t("history")} items={history.map((act, index) => ({
        key: index, at: act.at, who: act.who, icon: LOOKS[act.kind]?.[0] ?? "journal", tone: LOOKS[act.kind]?.[1] ?? "neutral",
        title: <>{name(act.words)}{act.step && <span className="ms-2 font-normal">{name(act.step)}</span>}</>,
        ...(act.note ? { body: <p className="whitespace-pre-wrap">{act.note}</p> } : {}),
      })).reverse()} />
    </Panel>
  );
}
