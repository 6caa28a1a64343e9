import { useState } from "react";
import type { FormField, NamedChoice } from "../../api/contract";
import { useGet, useSend } from "../../api/hooks";
import { Badge } from "../../design/badge";
import { Button } from "../../design/button";
import { Combobox } from "../../design/combobox";
import { momentOf, momentToUtc, type LocalMoment } from "../../design/date-time";
import { CONTROL, Field, Select, TextArea, TextField, type Choice } from "../../design/field";
import { designWords } from "../../design/words";
import { useName, useWords } from "../../i18n/words";
import { formatEra } from "../../i18n/time";
import { formWords } from "./words";

interface Props {
  form: string;
  field: FormField;
  value: string;
  called: string;
  onChange: (value: string, called?: string) => void;
  error?: string | undefined;
}

export const anchorOf = (field: string) => `field-${field}`;

/** The control for a field of a form by its declared type. What may stand in it, the server decides. */
export function FormFieldInput(props: Props) {
  const t = useWords(formWords);
  const { field } = props;
  return (
    <div id={anchorOf(field.id)} className="flex max-w-160 flex-col gap-1">
      <Control {...props} />
      {field.personal && <p className="text-dns-14N-130 flex flex-wrap items-center gap-2 text-solid-gray-700"><Badge icon="key">{t("personal")}</Badge>{t("personalNote")}</p>}
    </div>
  );
}

function Control({ form, field, value, called, onChange, error }: Props) {
  const t = useWords(formWords);
  const name = useName();
  const hint = name(field.hint) || undefined;
  const look = { label: name(field.title), hint, required: field.required, markOptional: !field.required, error };
  const choices = (field.choices ?? []).map((one) => ({ value: one.id, label: name(one.title) }));
  switch (field.type) {
    case "long_text": return <TextArea {...look} rows={5} value={value} onText={onChange} />;
    case "integer": return <TextField {...look} inputMode="numeric" className="max-w-60" value={value} onText={onChange} />;
    case "number": return <TextField {...look} inputMode="decimal" className="max-w-60" value={value} onText={onChange} />;
    case "date": return <DateField {...look} value={value} onChange={onChange} />;
    case "time": return <TimeField {...look} value={value} onChange={onChange} />;
    case "bool": return <Options {...look} value={value} onChange={onChange} choices={[{ value: "true", label: t("yes") }, { value: "false", label: t("no") }]} />;
    case "choice": return choices.length <= 6 ? <Options {...look} value={value} onChange={onChange} choices={choices} /> : <Select {...look} value={value} onText={onChange} empty={t("choose")} choices={choices} />;
    case "ledger_row": return <RowPicker {...look} hint={hint ?? t("findRow")} form={form} field={field.id} value={value} called={called} onChange={onChange} />;
    case "person": return <PersonPicker {...look} hint={hint ?? t("findPerson")} value={value} called={called} onChange={onChange} />;
    case "attachment": return <FileField {...look} value={value} called={called} onChange={onChange} />;
    default: return <TextField {...look} value={value} onText={onChange} />;
  }
}

interface Look {
  label: string;
  hint?: string | undefined;
  required: boolean;
  markOptional?: boolean;
  error?: string | undefined;
}
type Change = { value: string; onChange: (value: string, called?: string) => void };

/** Few choices stand side by side, each with a whole line to press; what is optional can be taken back. */
export function Options({ label, hint, required, error, value, onChange, choices }: Look & Change & { choices: readonly Choice[] }) {
  const t = useWords(formWords);
  return (
    <Field label={label} hint={hint} required={required} markOptional={!required} error={error}>
      {({ id, "aria-describedby": described, "aria-invalid": invalid }) => (
        <div role="radiogroup" id={id} tabIndex={-1} aria-label={label} aria-describedby={described} aria-invalid={invalid} aria-required={required} className="flex flex-col gap-2">
          {choices.map((choice) => (
            <label key={choice.value} className={`flex min-h-12 cursor-pointer items-center gap-3 rounded-8 border px-3 py-2 ${value === choice.value ? "border-key-900 bg-key-50" : "border-solid-gray-420 bg-white hover:bg-solid-gray-50"}`}>
              <input type="radio" name={id} className="size-5 shrink-0 accent-key-900" checked={value === choice.value} onChange={() => onChange(choice.value)} />
              <span>{choice.label}{choice.note && <span className="text-dns-14N-130 block text-solid-gray-700">{choice.note}</span>}</span>
            </label>
          ))}
          {!required && value !== "" && <div><Button small kind="quiet" onClick={() => onChange("")}>{t("clearChoice")}<span className="sr-only">{label}</span></Button></div>}
        </div>
      )}
    </Field>
  );
}

function DateField({ value, onChange, ...look }: Look & Change) {
  return (
    <Field {...look}>
      {(wiring) => (
        <>
          <input type="date" {...wiring} required={false} aria-required={wiring.required} className={`${CONTROL} max-w-52`} value={value} onChange={(event) => onChange(event.target.value)} />
          {value && <p className="text-dns-14N-130 text-solid-gray-700">{formatEra(`${value}T00:00:00+09:00`)}</p>}
        </>
      )}
    </Field>
  );
}

/** Day and time of day together are one value; half of it is none. */
function TimeField({ value, onChange, ...look }: Look & Change) {
  const d = useWords(designWords);
  const [moment, setMoment] = useState<LocalMoment>(() => (value && !Number.isNaN(Date.parse(value)) ? momentOf(value) : { day: "", time: "" }));
  const set = (next: LocalMoment) => {
    setMoment(next);
    onChange(momentToUtc(next) ?? "");
  };
  return (
    <Field {...look}>
      {({ id, "aria-describedby": described, "aria-invalid": invalid }) => (
        <div role="group" aria-label={look.label} aria-describedby={described} className="flex flex-wrap gap-2">
          <input id={id} type="date" aria-label={`${look.label} ${d("day")}`} aria-required={look.required} aria-invalid={invalid} className={`${CONTROL} w-48!`} value={moment.day} onChange={(event) => set({ ...moment, day: event.target.value })} />
          <input type="time" aria-label={`${look.label} ${d("time")}`} aria-required={look.required} aria-invalid={invalid} className={`${CONTROL} w-36!`} value={moment.time} onChange={(event) => set({ ...moment, time: event.target.value })} />
          {moment.day && <p className="text-dns-14N-130 w-full text-solid-gray-700">{formatEra(`${moment.day}T00:00:00+09:00`)}</p>}
        </div>
      )}
    </Field>
  );
}

function toChoice(one: NamedChoice): Choice {
  return { value: String(one.id), label: one.name, ...(one.note ? { note: one.note } : {}) };
}
const chosen = (value: string, called: string): Choice | null => (value ? { value, label: called || value } : null);

function RowPicker({ form, field, value, called, onChange, ...look }: Look & Change & { form: string; field: string; called: string }) {
  const [q, setQ] = useState<string | null>(null);
  const found = useGet("/forms/{form}/fields/{field}/rows", { path: { form, field }, query: { q: q || undefined } }, { enabled: q !== null, keep: true });
  return <Combobox {...look} value={chosen(value, called)} choices={(found.data?.items ?? []).map(toChoice)} onQuery={setQ} onChoose={(choice) => onChange(choice?.value ?? "", choice?.label)} />;
}

export function PersonPicker({ value, called, onChange, ...look }: Look & Change & { called: string }) {
  const [q, setQ] = useState<string | null>(null);
  const found = useGet("/colleagues", { query: { q: q || undefined } }, { enabled: q !== null, keep: true });
  return <Combobox {...look} value={chosen(value, called)} choices={(found.data?.items ?? []).map(toChoice)} onQuery={setQ} onChoose={(choice) => onChange(choice?.value ?? "", choice?.label)} />;
}

function FileField({ value, called, onChange, ...look }: Look & Change & { called: string }) {
  const t = useWords(formWords);
  const upload = useSend("POST /attachments");
  if (value) {
    return (
      <Field {...look}>
        {({ id, "aria-describedby": described }) => (
          <div id={id} tabIndex={-1} aria-describedby={described} className="flex flex-wrap items-center gap-3 rounded-8 border border-solid-gray-420 bg-white px-3 py-2">
            <span className="min-w-0 grow">{t("fileChosen", { name: called || value })}</span>
            <Button small onClick={() => { upload.reset(); onChange(""); }}>{t("fileTakeOut")}<span className="sr-only">{look.label}</span></Button>
          </div>
        )}
      </Field>
    );
  }
  return (
    <Field {...look} hint={[look.hint, t("fileHint")].filter(Boolean).join(" ")} error={upload.error?.detail ?? upload.error?.title ?? look.error}>
      {(wiring) => (
        <>
          <input type="file" {...wiring} required={false} className={CONTROL} onChange={(event) => {
            const file = event.target.files?.[0];
            if (!file) return;
            const body = new FormData();
            body.set("file", file);
            upload.mutate({ body }, { onSuccess: (made) => onChange(String(made.id), made.name) });
          }} />
          <p role="status" className="text-dns-14N-130">{upload.isPending ? t("uploading") : ""}</p>
        </>
      )}
    </Field>
  );
}
