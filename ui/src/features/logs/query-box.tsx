/** The line people type: what it is understood as stands beneath it, or at which character it cannot be read and why. */
import { useCallback, useEffect, useId, useLayoutEffect, useRef, useState, type KeyboardEvent } from "react";
import { useAsk } from "../../api/hooks";
import type { LogSuggestion } from "../../api/contract";
import { Button } from "../../design/button";
import { CONTROL } from "../../design/field";
import { Icon } from "../../design/icon";
import { useName, useWords } from "../../i18n/words";
import type { Asked } from "./asking";
import { logWords } from "./words";

/** The value after it has rested. */
function useRested<T>(value: T, ms: number): T {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return rested;
}

const REST_MS = 80;

/** Characters as the server counts them: code points, not the browser's halves of 𠮷. */
const before = (text: string, units: number) => [...text.slice(0, units)].length;

const keyOf = (choice: LogSuggestion) => `${choice.kind} ${choice.text}`;

export function QueryBox({ asked, onSearch }: { asked: Asked; onSearch: (text: string) => void }) {
  const t = useWords(logWords);
  const name = useName();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(asked.q);
  const [cursor, setCursor] = useState(0);
  const [open, setOpen] = useState(false);
  // The choice that is marked, by what it is: the list changes under it.
  const [marked, setMarked] = useState<string | null>(null);
  const [composing, setComposing] = useState(false);
  // Whether the text is the person's own since the last search: what a click put there is not searched again.
  const own = useRef(false);
  // The search that this box asked for itself: by the time it stands in the address more may have been typed, which stays.
  const sent = useRef(asked.q);
  useEffect(() => {
    if (asked.q === sent.current) return;
    sent.current = asked.q;
    own.current = false;
    setTyped(asked.q);
  }, [asked.q]);
  const search = useCallback((text: string) => {
    sent.current = text;
    onSearch(text);
  }, [onSearch]);

  // Long enough for the keys of one stroke of thought, short enough to see what it finds as one types.
  const rested = useRested(typed, REST_MS);
  const reading = useAsk("POST /log-search/reading", { body: { ...asked, q: rested } }, { keep: true });
  const fault = reading.data?.fault;
  const explanation = reading.data?.reading?.explanation;
  const quick = useRested(`${cursor} ${typed}`, 120);
  const offered = useAsk("POST /log-search/suggestions", { body: { q: quick.slice(quick.indexOf(" ") + 1), cursor: Number(quick.slice(0, quick.indexOf(" "))) } }, { enabled: open, keep: true });
  const choices = open ? (offered.data?.items ?? []) : [];
  const active = choices.findIndex((choice) => keyOf(choice) === marked);
  useEffect(() => {
    if (active < 0) setMarked(null);
  }, [active]);

  // As it is typed: once it rests, can be read, and no conversion is under way.
  useEffect(() => {
    if (!own.current || composing || rested !== typed || rested === asked.q || reading.isPlaceholderData || !reading.data?.reading) return;
    search(rested);
  }, [composing, rested, typed, asked.q, reading.isPlaceholderData, reading.data, search]);

  // The cursor behind what was taken, before the next key: in a later frame it would move under what is typed by then.
  const place = useRef<number | null>(null);
  useLayoutEffect(() => {
    if (place.current === null) return;
    input.current?.focus();
    input.current?.setSelectionRange(place.current, place.current);
    place.current = null;
  });

  const take = (choice: LogSuggestion) => {
    const letters = [...typed];
    // Offered for what stood here a moment ago: the word it completes ends by now where the cursor is.
    const old = offered.isPlaceholderData || quick !== `${cursor} ${typed}`;
    const head = letters.slice(0, choice.from).join("") + choice.text;
    own.current = true;
    setTyped(head + letters.slice(old ? Math.max(choice.from, cursor) : choice.to).join(""));
    setMarked(null);
    setCursor(before(head, head.length));
    place.current = head.length;
  };
  const run = () => {
    setOpen(false);
    search(typed);
  };
  const keys = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return;
    const chosen = choices[active];
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && choices.length) {
      event.preventDefault();
      const next = choices.at(event.key === "ArrowDown" ? (active + 1) % choices.length : Math.max(active, 0) - 1);
      setMarked(next ? keyOf(next) : null);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (chosen) take(chosen);
      else run();
    } else if (event.key === "Tab" && chosen) {
      event.preventDefault();
      take(chosen);
    } else if (event.key === "Escape" && open) {
      event.stopPropagation();
      setOpen(false);
    }
  };
  const look = () => setCursor(before(input.current?.value ?? "", input.current?.selectionStart ?? 0));

  return (
    <form role="search" onSubmit={(event) => { event.preventDefault(); run(); }}>
      <label htmlFor={id} className="text-std-16B-170">{t("search")}</label>
      <div className="flex flex-wrap gap-2">
        <div className="relative min-w-0 grow basis-44">
          <input
            ref={input} id={id} type="text" role="combobox" autoComplete="off" spellCheck={false} maxLength={4096}
            aria-expanded={choices.length > 0} aria-controls={`${id}-list`} aria-autocomplete="list"
            aria-activedescendant={active >= 0 ? `${id}-${active}` : undefined}
            aria-describedby={`${id}-meaning`} aria-invalid={fault ? true : undefined}
            placeholder={t("placeholder")} className={CONTROL} value={typed}
            onChange={(event) => { own.current = true; setTyped(event.target.value); setOpen(true); setMarked(null); look(); }}
            onKeyDown={keys} onKeyUp={look} onClick={() => { setOpen(true); look(); }} onBlur={() => setOpen(false)}
            onCompositionStart={() => setComposing(true)} onCompositionEnd={() => setComposing(false)}
          />
          <ul id={`${id}-list`} role="listbox" aria-label={t("completion")} hidden={choices.length === 0} className="absolute inset-x-0 top-full z-30 mt-1 max-h-80 overflow-auto rounded-8 border border-solid-gray-420 bg-white py-1 shadow-2">
            {choices.map((choice, index) => (
              <li key={keyOf(choice)} id={`${id}-${index}`} role="option" aria-selected={index === active} onMouseDown={(event) => { event.preventDefault(); take(choice); }}
                className={`flex cursor-pointer flex-wrap gap-x-3 px-3 py-2 ${index === active ? "bg-key-100" : "hover:bg-key-50"}`}>
                <span className="font-mono">{choice.text}</span>
                {name(choice.label) !== choice.text && <span className="text-dns-14N-130 self-center text-solid-gray-700">{name(choice.label)}</span>}
              </li>
            ))}
          </ul>
        </div>
        <Button type="submit" kind="main" icon="search">{t("go")}</Button>
      </div>
      <div id={`${id}-meaning`} className="mt-2 mb-3 min-h-8" aria-live="polite">
        {fault ? <Fault text={rested} fault={fault} /> : explanation && rested.trim() !== "" && (
          <p className="flex items-start gap-2 text-solid-gray-800"><Icon name="check" className="mt-1 size-4 text-green-900" /><span><span className="text-dns-14N-130 me-2 text-solid-gray-700">{t("understood")}</span>{name(explanation)}</span></p>
        )}
      </div>
    </form>
  );
}

function Fault({ text, fault }: { text: string; fault: { problem: { detail?: string; title: string; advice?: string }; position: number | null; length: number | null } }) {
  const t = useWords(logWords);
  const letters = [...text];
  const at = fault.position;
  const length = Math.max(1, fault.length ?? 1);
  return (
    <div className="rounded-8 border border-error-1 px-3 py-2">
      <p className="font-bold text-error-1">{at !== null && <span className="me-2">{t("atPlace", { n: at + 1 })}</span>}{fault.problem.detail ?? fault.problem.title}</p>
      {at !== null && <p className="font-mono break-all whitespace-pre-wrap">{letters.slice(0, at).join("")}<mark className="bg-yellow-50 font-bold text-red-1000 underline decoration-wavy">{letters.slice(at, at + length).join("") || " "}</mark>{letters.slice(at + length).join("")}</p>}
      {fault.problem.advice && <p>{fault.problem.advice}</p>}
    </div>
  );
}
