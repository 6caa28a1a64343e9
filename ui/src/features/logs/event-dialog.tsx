/** One event whole, what its source did before and after, and the ways on from it. */
import { useState } from "react";
import type { LogEvent, LogKind, LogKinds } from "../../api/contract";
import { useAsk } from "../../api/hooks";
import { Await } from "../../app/problem";
import { Button } from "../../design/button";
import { Dialog } from "../../design/dialog";
import { Tabs } from "../../design/tabs";
import { useTime } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { condition, summary, tags, text } from "./asking";
import { logWords } from "./words";

export interface Ways {
  onAdd: (condition: string) => void;
  onFollow: (subject: string, of: string) => void;
}

export function EventDialog({ event, known, onClose, ...ways }: { event: LogEvent; known: LogKinds; onClose: () => void } & Ways) {
  const t = useWords(logWords);
  const { at } = useTime();
  const [tab, setTab] = useState("fields");
  const kind = known.kinds.find((one) => one.kind === event.kind);
  const source = kind ? text(event, kind.source) : "";
  return (
    <Dialog title={t("detailsOf", { at: at(event.at, "seconds") })} onClose={onClose} wide>
      <Tabs label={t("details")} value={tab} onChange={setTab} tabs={[{ id: "fields", label: t("fields") }, ...(source ? [{ id: "around", label: t("around") }] : [])]}>
        {tab === "fields" ? <Fields event={event} kind={kind} known={known} {...ways} /> : kind && <Around event={event} kind={kind} source={source} />}
      </Tabs>
    </Dialog>
  );
}

function Fields({ event, kind, known, onAdd, onFollow }: { event: LogEvent; kind: LogKind | undefined; known: LogKinds } & Ways) {
  const t = useWords(logWords);
  const name = useName();
  return (
    <>
      <p className="mb-2 font-bold">{name(kind?.title)}</p>
      <dl className="divide-y divide-solid-gray-200 border-y border-solid-gray-200">
        {kind?.fields.filter((field) => event.fields[field.name] !== undefined).map((field) => {
          const value = event.fields[field.name] ?? "";
          const subject = field.type === "number" ? undefined : known.subjects.find((one) => one.fields.includes(field.name));
          return (
            <div key={field.name} className="grid gap-x-4 py-2 md:grid-cols-[11rem_1fr_auto]">
              <dt className="text-solid-gray-700">{name(field.title)}</dt>
              <dd className="min-w-0 break-all whitespace-pre-wrap">{typeof value === "number" ? value.toLocaleString() : value}</dd>
              <dd className="flex flex-wrap items-start gap-1">
                {field.type !== "text" && <Button small kind="quiet" onClick={() => onAdd(condition(field.name, value))}>{t("addValue")}</Button>}
                {subject && <Button small kind="quiet" onClick={() => onFollow(subject.id, subject.id === "file" ? String(value).split(/[\\/]/).at(-1) || String(value) : String(value))}>{t("timeLineOf", { name: name(subject.title) })}</Button>}
              </dd>
            </div>
          );
        })}
      </dl>
      {event.cut && <p className="text-dns-14N-130 mt-2 text-solid-gray-700">{t("cut")}</p>}
    </>
  );
}

function Around({ event, kind, source }: { event: LogEvent; kind: LogKind; source: string }) {
  const t = useWords(logWords);
  const { at } = useTime();
  const name = useName();
  const around = useAsk("POST /log-search/context", { body: { kind: event.kind, source, us: event.us, limit: 20 } });
  const sourceTitle = name(kind.fields.find((field) => field.name === kind.source)?.title);
  const line = (one: LogEvent, index: number, here: boolean) => (
    <li key={`${one.us}.${index}.${here}`} className={`grid gap-x-4 px-2 py-1.5 md:grid-cols-[11rem_8rem_1fr] ${here ? "border-s-4 border-key-900 bg-key-50 font-bold" : "border-s-4 border-transparent"}`}>
      <span className="tabular">{at(one.at, "seconds")}</span><span>{tags(one).join(" ")}{here && <span className="sr-only">{t("thisOne")}</span>}</span><span className="min-w-0 break-all">{summary(one, kind)}</span>
    </li>
  );
  return (
    <>
      <p className="mb-2">{t("aroundLead", { source: `${sourceTitle} ${source}` })}</p>
      <Await of={around}>{(found) => (
        <ol className="divide-y divide-solid-gray-200 border-y border-solid-gray-200">
          {found.before.map((one, index) => line(one, index, false))}{found.at.map((one, index) => line(one, index, true))}{found.after.map((one, index) => line(one, index, false))}
        </ol>
      )}</Await>
    </>
  );
}
