import { useId, type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, type TextareaHTMLAttributes } from "react";
import { useWords } from "../i18n/words";
import { designWords } from "./words";

export interface FieldProps {
  label: string;
  hint?: ReactNode;
  error?: string | null | undefined;
  required?: boolean;
  /** Shows 「任意」 where most fields of the form are required. */
  markOptional?: boolean;
  hideLabel?: boolean;
  className?: string;
}

interface Wiring {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
  required: boolean | undefined;
}

/** Label, hint, control, error in the order a reader hears them. The control gets its ids through the function. */
export function Field({ label, hint, error, required, markOptional, hideLabel, className = "", children }: FieldProps & { children: (wiring: Wiring) => ReactNode }) {
  const id = useId();
  const t = useWords(designWords);
  const described = [hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ");
  return (
    <div className={`flex flex-col gap-1 ${className}`}>
      <label htmlFor={id} className={hideLabel ? "sr-only" : "text-std-16B-170 flex flex-wrap items-center gap-x-2"}>
        {label}
        {required && <span className="text-dns-14N-130 text-red-900">※{t("required")}</span>}
        {!required && markOptional && <span className="text-dns-14N-130 text-solid-gray-600">{t("optional")}</span>}
      </label>
      {hint && <p id={`${id}-hint`} className="text-dns-14N-130 text-solid-gray-700">{hint}</p>}
      {children({ id, "aria-describedby": described || undefined, "aria-invalid": error ? true : undefined, required })}
      {error && <p id={`${id}-error`} className="text-dns-14N-130 font-bold text-error-1"><span aria-hidden="true">＊</span>{error}</p>}
    </div>
  );
}

export const CONTROL =
  "w-full min-h-11 rounded-8 border border-solid-gray-600 bg-white px-3 py-2 text-oln-16N-100 hover:border-black aria-invalid:border-error-1 [&[readonly]]:bg-solid-gray-50 disabled:border-solid-gray-300 disabled:bg-solid-gray-50 disabled:text-solid-gray-420";

function split<T extends FieldProps>(props: T): [FieldProps, Omit<T, keyof FieldProps>] {
  const { label, hint, error, required, markOptional, hideLabel, className, ...rest } = props;
  return [{ label, hint, error, required, markOptional, hideLabel, className } as FieldProps, rest];
}

type Own<E> = Omit<E, "required" | "className" | "id">;

export function TextField(props: FieldProps & Own<InputHTMLAttributes<HTMLInputElement>> & { onText?: (text: string) => void }) {
  const [field, { onText, ...input }] = split(props);
  return (
    <Field {...field}>
      {(wiring) => <input className={CONTROL} onChange={onText ? (event) => onText(event.target.value) : undefined} {...input} {...wiring} />}
    </Field>
  );
}

export function TextArea(props: FieldProps & Own<TextareaHTMLAttributes<HTMLTextAreaElement>> & { onText?: (text: string) => void }) {
  const [field, { onText, rows = 3, ...input }] = split(props);
  return (
    <Field {...field}>
      {(wiring) => <textarea rows={rows} className={`${CONTROL} leading-160`} onChange={onText ? (event) => onText(event.target.value) : undefined} {...input} {...wiring} />}
    </Field>
  );
}

export interface Choice {
  value: string;
  label: string;
  note?: string;
}

export function Select(props: FieldProps & Own<SelectHTMLAttributes<HTMLSelectElement>> & { choices: readonly Choice[]; empty?: string; onText?: (text: string) => void }) {
  const [field, { choices, empty, onText, ...input }] = split(props);
  return (
    <Field {...field}>
      {(wiring) => (
        <select className={`${CONTROL} cursor-pointer`} onChange={onText ? (event) => onText(event.target.value) : undefined} {...input} {...wiring}>
          {empty !== undefined && <option value="">{empty}</option>}
          {choices.map((choice) => <option key={choice.value} value={choice.value}>{choice.label}</option>)}
        </select>
      )}
    </Field>
  );
}

export function Checkbox({ label, checked, onChange, hint, disabled }: { label: ReactNode; checked: boolean; onChange: (checked: boolean) => void; hint?: string; disabled?: boolean }) {
  const id = useId();
  return (
    <div>
      <label className="flex min-h-11 w-fit cursor-pointer items-center gap-2">
        <input type="checkbox" className="size-5 accent-key-900" checked={checked} disabled={disabled} aria-describedby={hint ? `${id}-hint` : undefined} onChange={(event) => onChange(event.target.checked)} />
        <span>{label}</span>
      </label>
      {hint && <p id={`${id}-hint`} className="text-dns-14N-130 ms-7 text-solid-gray-700">{hint}</p>}
    </div>
  );
}

export function Radios({ legend, value, choices, onChange, inline }: { legend: string; value: string; choices: readonly Choice[]; onChange: (value: string) => void; inline?: boolean }) {
  const name = useId();
  return (
    <fieldset>
      <legend className="text-std-16B-170">{legend}</legend>
      <div className={inline ? "flex flex-wrap gap-x-6" : ""}>
        {choices.map((choice) => (
          <label key={choice.value} className="flex min-h-11 w-fit cursor-pointer items-center gap-2">
            <input type="radio" name={name} className="size-5 accent-key-900" checked={value === choice.value} onChange={() => onChange(choice.value)} />
            <span>{choice.label}{choice.note && <span className="text-dns-14N-130 block text-solid-gray-700">{choice.note}</span>}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
