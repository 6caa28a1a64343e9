import type { ReactNode } from "react";
import type { Form, FormRequest, FormStep, RequestStep } from "../../api/contract";
import { Badge, type Tone } from "../../design/badge";
import { Icon, type IconName } from "../../design/icon";
import { useTime } from "../../i18n/time";
import { useName, useWords, type Named } from "../../i18n/words";
import { Due } from "../../parts/request-state";
import { peopleWords } from "../people/words";
import { holds, looksAt, type Filled } from "./conditions";
import { routeWords } from "./words";

type State = RequestStep["state"] | "submitted" | "done" | "maybe" | "ahead";
const LOOKS: Record<State, readonly [string, IconName, Tone]> = {
  submitted: ["bg-key-900 text-white", "upload", "info"],
  passed: ["bg-green-900 text-white", "check", "ok"],
  open: ["bg-key-900 text-white ring-4 ring-key-200", "clock", "info"],
  waiting: ["bg-white text-solid-gray-700 border-2 border-solid-gray-420", "next", "neutral"],
  ahead: ["bg-white text-solid-gray-700 border-2 border-solid-gray-420", "people", "neutral"],
  maybe: ["bg-white text-solid-gray-700 border-2 border-dashed border-solid-gray-420", "question", "neutral"],
  left_out: ["bg-solid-gray-50 text-solid-gray-600 border-2 border-dashed border-solid-gray-300", "close", "neutral"],
  sent_back: ["bg-orange-800 text-white", "undo", "major"],
  rejected: ["bg-red-900 text-white", "close", "critical"],
  done: ["bg-white text-solid-gray-700 border-2 border-solid-gray-420", "check", "neutral"],
};

interface Stop {
  id: string;
  title: string;
  state: State;
  word?: string;
  body?: ReactNode;
}

/** Stops from top to bottom; those in one group run side by side. */
function Picture({ label, groups }: { label: string; groups: readonly (readonly Stop[])[] }) {
  const t = useWords(routeWords);
  return (
    <ol aria-label={label} className="flex flex-col">
      {groups.map((group, index) => (
        <li key={group[0]?.id} className="relative pb-4 last:pb-0">
          {index < groups.length - 1 && <span aria-hidden="true" className="absolute top-9 bottom-0 left-[1.06rem] w-0.5 bg-solid-gray-300" />}
          {group.filter((stop) => stop.state !== "left_out").length > 1 && <p className="text-dns-14N-130 ms-12 mb-1 text-solid-gray-700">{t("beside")}</p>}
          <ul className="flex flex-col gap-3">
            {group.map((stop) => (
              <li key={stop.id} aria-current={stop.state === "open" ? "step" : undefined} className="flex gap-3">
                <span aria-hidden="true" className={`relative z-1 grid size-9 shrink-0 place-items-center rounded-full ${LOOKS[stop.state][0]}`}><Icon name={LOOKS[stop.state][1]} className="size-4.5" /></span>
                <div className="min-w-0 grow pt-1">
                  <p className="flex flex-wrap items-center gap-x-2 gap-y-1"><span className={stop.state === "left_out" ? "text-solid-gray-700" : "font-bold"}>{stop.title}</span>{stop.word && <Badge tone={LOOKS[stop.state][2]}>{stop.word}</Badge>}</p>
                  {stop.body}
                </div>
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ol>
  );
}

function grouped<T>(steps: readonly T[], beside: (step: T) => boolean, stop: (step: T) => Stop): Stop[][] {
  const groups: Stop[][] = [];
  for (const step of steps) {
    const last = groups.at(-1);
    if (beside(step) && last) last.push(stop(step));
    else groups.push([stop(step)]);
  }
  return groups;
}

export function useWho() {
  const t = useWords(routeWords);
  const p = useWords(peopleWords);
  const name = useName();
  const role = (id: string) => (id in peopleWords ? p(id as keyof typeof peopleWords) : id);
  return {
    role: (id: string, needed: number) => (needed > 1 ? t("roleMany", { role: role(id), n: needed }) : t("role", { role: role(id) })),
    /** Who decides a step of a form that is not submitted yet. */
    ahead: (step: FormStep, form: Form, called: Readonly<Record<string, string>>) => {
      if (step.role) return needed(step, role(step.role), t);
      if (step.head) return t("head");
      const field = form.fields?.find((one) => one.id === step.person);
      return (step.person && called[step.person]) || t("chosen", { field: name(field?.title) });
    },
  };
}
function needed(step: FormStep, role: string, t: (key: "role" | "roleMany", values: Record<string, string | number>) => string) {
  return (step.needed ?? 1) > 1 ? t("roleMany", { role, n: step.needed ?? 1 }) : t("role", { role });
}

/** What follows when a step is passed, so that whoever decides knows what he sets going. */
function Follows({ effects }: { effects: FormStep["effects"] }) {
  const t = useWords(routeWords);
  const name = useName();
  if (!effects || effects.length === 0) return null;
  return <p className="text-dns-14N-130 text-solid-gray-700">{t("follows", { what: effects.map((effect) => name(effect.title) + (effect.when ? t("perhaps") : "")).join(t("and")) })}</p>;
}

/** What will happen after the form is sent, as far as what stands in it tells. */
export function RouteAhead({ form, filled, called }: { form: Form; filled: Filled; called: Readonly<Record<string, string>> }) {
  const t = useWords(routeWords);
  const name = useName();
  const who = useWho();
  const own = new Set((form.fields ?? []).map((field) => field.id));
  const stop = (step: FormStep): Stop => {
    const known = looksAt(step.when).every((field) => own.has(field));
    const state: State = !known ? "maybe" : holds(step.when, filled) ? "ahead" : "left_out";
    return {
      id: step.id, title: name(step.title), state,
      ...(state === "maybe" ? { word: t("maybe") } : state === "left_out" ? { word: t("notTaken") } : {}),
      body: state !== "left_out" && <><p>{who.ahead(step, form, called)}</p>{step.due && <p className="text-dns-14N-130 text-solid-gray-700">{t("dueRule", { due: name(step.due as Named) })}</p>}<Follows effects={step.effects} /></>,
    };
  };
  return <Picture label={t("label")} groups={[[{ id: "-start", title: t("sentFirst"), state: "submitted" }], ...grouped(form.steps ?? [], (step) => !!step.beside, stop), [{ id: "-end", title: t("done"), state: "done" }]]} />;
}

/** Where a request stands: each step with who decided, when, for whom, and what he wrote. */
export function RouteOf({ request }: { request: FormRequest }) {
  const t = useWords(routeWords);
  const name = useName();
  const who = useWho();
  const { at } = useTime();
  const running = request.state === "running";
  const stop = (step: RequestStep): Stop => {
    // A route that has ended goes no further: what was open or still to come is left where it was.
    const state: State = !running && step.state === "open" ? "waiting" : step.state;
    const decisions = step.decisions ?? [];
    return {
      id: step.id, title: name(step.title), state,
      ...(state === "waiting" && !running ? {} : { word: t(state as RequestStep["state"]) }),
      body: (
        <>
          {decisions.length === 0 && state !== "left_out" && <p>{step.person || (step.role ? who.role(step.role, step.needed ?? 1) : "")}</p>}
          {state === "open" && <p>{(step.needed ?? 1) > 1 && <span className="me-3">{t("approvedBy", { n: step.needed ?? 1, done: decisions.length })}</span>}{step.due && <Due due={step.due} />}</p>}
          {running && (state === "open" || state === "waiting") && <Follows effects={step.effects} />}
          {decisions.map((decision, index) => (
            <div key={index} className="mt-1">
              <p>{decision.for_name ? t("decidedFor", { name: decision.name, for: decision.for_name }) : decision.name} <time dateTime={decision.at} className="text-dns-14N-130 tabular ms-1 text-solid-gray-700">{at(decision.at)}</time></p>
              {decision.note && <p className="mt-1 rounded-8 bg-solid-gray-50 px-3 py-2 whitespace-pre-wrap">{decision.note}</p>}
            </div>
          ))}
        </>
      ),
    };
  };
  const first: Stop = { id: "-start", title: t("submitted"), state: "submitted", body: <p>{request.submitter.name} <time dateTime={request.submitted_at} className="text-dns-14N-130 tabular ms-1 text-solid-gray-700">{at(request.submitted_at)}</time></p> };
  return <Picture label={t("label")} groups={[[first], ...grouped(request.steps, (step) => step.beside ?? false, stop)]} />;
}
