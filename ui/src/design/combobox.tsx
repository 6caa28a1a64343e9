/**
 * Choose one of many by typing. ARIA combobox with a list: arrows move, Enter takes, Escape closes. The choices may come
 * from the server: the page answers `onQuery` with new `choices`; kana and width variants are the server's to match.
 */
import { useEffect, useId, useState, type KeyboardEvent } from "react";
import { useWords } from "../i18n/words";
import { CONTROL, Field, type Choice, type FieldProps } from "./field";
import { designWords } from "./words";

export interface ComboboxProps extends FieldProps {
  value: Choice | null;
  choices: readonly Choice[];
  onQuery: (text: string) => void;
  onChoose: (choice: Choice | null) => void;
  placeholder?: string;
}

const FIRST = Symbol("first");
const plain = (text: string) => text.normalize("NFKC").replace(/\s/g, "").toLowerCase();

export function Combobox({ value, choices, onQuery, onChoose, placeholder, ...field }: ComboboxProps) {
  const t = useWords(designWords);
  const list = useId();
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState<string | null>(null);
  // Marked by what it is, as the list changes under it; while a name is being typed it is the first, whichever that is.
  const [marked, setMarked] = useState<string | typeof FIRST | null>(null);
  const active = marked === FIRST ? Math.min(0, choices.length - 1) : choices.findIndex((choice) => choice.value === marked);
  useEffect(() => {
    if (active < 0) setMarked((mark) => (mark === FIRST ? mark : null));
  }, [active]);

  const take = (choice: Choice) => {
    onChoose(choice);
    setTyped(null);
    setOpen(false);
    setMarked(null);
  };
  const keys = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return; // Enter that ends a kana conversion is not a choice
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setOpen(true);
      setMarked(choices.at(event.key === "ArrowDown" ? (active + 1) % choices.length : Math.max(active, 0) - 1)?.value ?? null);
    } else if (event.key === "Enter" && open && choices[active]) {
      event.preventDefault();
      take(choices[active]);
    } else if (event.key === "Escape" && open) {
      event.stopPropagation();
      setOpen(false);
    }
  };

  /** Whoever wrote a whole name and went on has chosen it, if only one is called so. */
  const leave = () => {
    const same = typed === null || typed.trim() === "" ? [] : choices.filter((choice) => plain(choice.label) === plain(typed));
    if (same.length === 1 && same[0]) onChoose(same[0]);
    setOpen(false);
    setTyped(null);
  };

  return (
    <Field {...field}>
      {(wiring) => (
        <div className="relative">
          <input
            {...wiring}
            role="combobox"
            aria-expanded={open}
            aria-controls={list}
            aria-autocomplete="list"
            aria-activedescendant={open && active >= 0 ? `${list}-${active}` : undefined}
            autoComplete="off"
            placeholder={placeholder}
            className={CONTROL}
            value={typed ?? value?.label ?? ""}
            onFocus={() => onQuery(typed ?? "")}
            onKeyDown={keys}
            onBlur={leave}
            onChange={(event) => {
              setTyped(event.target.value);
              setOpen(true);
              setMarked(FIRST);
              onQuery(event.target.value);
              if (event.target.value === "") onChoose(null);
            }}
            onClick={() => setOpen(true)}
          />
          <ul id={list} role="listbox" aria-label={field.label} hidden={!open} className="absolute inset-x-0 top-full z-30 mt-1 max-h-72 overflow-auto rounded-8 border border-solid-gray-420 bg-white py-1 shadow-2">
            {choices.map((choice, index) => (
              <li
                key={choice.value}
                id={`${list}-${index}`}
                role="option"
                aria-selected={index === active}
                className={`cursor-pointer px-3 py-2 ${index === active ? "bg-key-100" : "hover:bg-key-50"}`}
                onMouseDown={(event) => { event.preventDefault(); take(choice); }}
              >
                {choice.label}
                {choice.note && <span className="text-dns-14N-130 ms-2 text-solid-gray-700">{choice.note}</span>}
              </li>
            ))}
            {choices.length === 0 && <li role="option" aria-disabled="true" aria-selected="false" className="px-3 py-2 text-solid-gray-700">{t("noChoice")}</li>}
          </ul>
          <span className="sr-only" role="status">{open ? t("choices", { n: choices.length }) : ""}</span>
        </div>
      )}
    </Field>
  );
}
