import { useId } from "react";
import { formatEra, fromLocalParts, toLocalParts } from "../i18n/time";
import { useWords } from "../i18n/words";
import { CONTROL } from "./field";
import { designWords } from "./words";

export interface LocalMoment {
  day: string;
  time: string;
}
export const momentOf = (at: string | number | Date): LocalMoment => toLocalParts(at);
export const momentToUtc = (moment: LocalMoment): string | null => fromLocalParts(moment.day, moment.time);

/** Day and time in Japan, with the era year and the weekday spelled out below as a second check for the eye. */
export function DateTimeField({ label, value, onChange, error, required, dayOnly }: { label: string; value: LocalMoment; onChange: (value: LocalMoment) => void; error?: string | null | undefined; required?: boolean; dayOnly?: boolean }) {
  const t = useWords(designWords);
  const id = useId();
  const era = value.day ? formatEra(`${value.day}T00:00:00+09:00`) : "";
  const bad = error ? true : undefined;
  return (
    <fieldset aria-describedby={`${id}-era${error ? ` ${id}-error` : ""}`} className="min-w-0">
      <legend className="text-std-16B-170">{label}{required && <span className="text-dns-14N-130 ms-2 text-red-900">※{t("required")}</span>}</legend>
      <div className="flex flex-wrap gap-2">
        <input type="date" aria-label={`${label} ${t("day")}`} className={`${CONTROL} w-44!`} value={value.day} required={required} aria-invalid={bad} onChange={(event) => onChange({ ...value, day: event.target.value })} />
        {!dayOnly && <input type="time" aria-label={`${label} ${t("time")}`} className={`${CONTROL} w-32!`} value={value.time} required={required} aria-invalid={bad} onChange={(event) => onChange({ ...value, time: event.target.value })} />}
      </div>
      <p id={`${id}-era`} className="text-dns-14N-130 min-h-5 pt-1 text-solid-gray-700">{era}</p>
      {error && <p id={`${id}-error`} className="text-dns-14N-130 font-bold text-error-1">{error}</p>}
    </fieldset>
  );
}
