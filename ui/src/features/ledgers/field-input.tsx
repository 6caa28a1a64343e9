import { useState } from "react";
import type { LedgerField } from "../../api/contract";
import { useList, useSend } from "../../api/hooks";
import { Combobox } from "../../design/combobox";
import { CONTROL, Checkbox, Field, Select, TextArea, TextField, type Choice } from "../../design/field";
import { useName, useWords } from "../../i18n/words";
import { shown } from "../../parts/row-history";
import { partWords } from "../../parts/words";
import { ledgerWords } from "./words";

interface Props {
  field: LedgerField;
  value: unknown;
  /** What a reference is called now. */
  called?: string | undefined;
  onChange: (value: unknown) => void;
  error?: string | undefined;
}

const INPUT_TYPES: Partial<Record<LedgerField["type"], string>> = { date: "date", time: "time", mail: "email", phone: "tel", url: "url" };

/** The control for a field by its declared type. What may stand in it, the server decides; here it only gets easy to write. */
export function FieldInput({ field, value, called, onChange, error }: Props) {
  const t = useWords(ledgerWords);
  const p = useWords(partWords);
  const name = useName();
  const look = { label: name(field.name), hint: name(field.help) || undefined, required: field.required ?? false, error, markOptional: !field.required };
  const text = value === null || value === undefined ? "" : shown(value);
  const orNull = (typed: string) => onChange(typed === "" ? null : typed);
  if (field.read_only) return <TextField {...look} required={false} value={called ?? text} readOnly onChange={() => undefined} />;
  switch (field.type) {
    case "long_text": return <TextArea {...look} value={text} onText={orNull} />;
    // Neither yes nor no is an answer of its own: an empty box would look like a no.
    case "boolean": if (!field.required) return <Select {...look} value={value === true ? "true" : value === false ? "false" : ""} onText={(chosen) => onChange(chosen === "" ? null : chosen === "true")} empty={t("unset")} choices={[{ value: "true", label: p("yes") }, { value: "false", label: p("no") }]} />;
      return <Checkbox label={look.label} {...(look.hint ? { hint: look.hint } : {})} checked={value === true} onChange={onChange} />;
    case "integer": case "number": return <TextField {...look} inputMode={field.type === "integer" ? "numeric" : "decimal"} value={text} onText={(typed) => onChange(typed === "" ? null : Number.isNaN(Number(typed)) ? typed : Number(typed))} />;
    case "choice": return <Select {...look} value={text} onText={orNull} empty={t("unset")} choices={(field.choices ?? []).map((one) => ({ value: one.id, label: name(one.name) }))} />;
    case "choices": return <ManyChoices {...look} field={field} value={Array.isArray(value) ? (value as string[]) : []} onChange={onChange} />;
    case "reference": return <Reference {...look} ledger={field.ledger ?? ""} value={value == null ? null : { value: String(value), label: called ?? String(value) }} onChoose={(choice) => onChange(choice ? Number(choice.value) : null)} />;
    case "references": return <References {...look} ledger={field.ledger ?? ""} value={Array.isArray(value) ? (value as number[]) : []} called={called} onChange={onChange} />;
    case "attachment": return <AttachmentInput {...look} called={called ?? (text && t("attached", { id: text }))} onChange={onChange} />;
    default: return <TextField {...look} type={INPUT_TYPES[field.type] ?? "text"} value={text} onText={orNull} {...(field.type === "address" || field.type === "mac" ? { spellCheck: false, autoCapitalize: "none" } : {})} />;
  }
}

type Look = { label: string; hint?: string | undefined; required: boolean; error?: string | undefined };

function ManyChoices({ field, value, onChange, label }: Look & { field: LedgerField; value: readonly string[]; onChange: (value: unknown) => void }) {
  const name = useName();
  return (
    <fieldset><legend className="text-std-16B-170">{label}</legend>
      <div className="flex flex-wrap gap-x-6">{field.choices?.map((one) => <Checkbox key={one.id} label={name(one.name)} checked={value.includes(one.id)} onChange={(on) => onChange(on ? [...value, one.id] : value.filter((each) => each !== one.id))} />)}</div>
    </fieldset>
  );
}

function useRowChoices(ledger: string) {
  const [q, setQ] = useState<string | null>(null);
  const rows = useList("/ledgers/{ledger}/rows", { path: { ledger }, query: { q: q || undefined } }, { enabled: q !== null && ledger !== "", limit: 20 });
  return { choices: rows.rows.map((row) => ({ value: String(row.id), label: row.title })), onQuery: setQ };
}

function Reference({ ledger, value, onChoose, ...look }: Look & { ledger: string; value: Choice | null; onChoose: (choice: Choice | null) => void }) {
  const [picked, setPicked] = useState<Choice | null>(null);
  const shownValue = value && picked?.value === value.value ? picked : value;
  return <Combobox {...look} {...useRowChoices(ledger)} value={shownValue} onChoose={(choice) => { setPicked(choice); onChoose(choice); }} />;
}

function References({ ledger, value, called, onChange, ...look }: Look & { ledger: string; value: readonly number[]; called?: string | undefined; onChange: (value: unknown) => void }) {
  const [names, setNames] = useState<Record<string, string>>(() => Object.fromEntries((called ?? "").split("、").map((each, index) => [String(value[index] ?? ""), each])));
  return (
    <div className="flex flex-col gap-1">
      <Combobox {...look} required={false} {...useRowChoices(ledger)} value={null} onChoose={(choice) => { if (!choice) return; setNames((old) => ({ ...old, [choice.value]: choice.label })); if (!value.includes(Number(choice.value))) onChange([...value, Number(choice.value)]); }} />
      {value.map((id) => <Checkbox key={id} label={names[String(id)] || String(id)} checked onChange={() => onChange(value.filter((each) => each !== id))} />)}
    </div>
  );
}

function AttachmentInput({ called, onChange, ...look }: Look & { called: string; onChange: (value: unknown) => void }) {
  const upload = useSend("POST /attachments");
  return (
    <Field {...look} error={upload.error?.detail ?? look.error} hint={upload.data?.name ?? called}>
      {(wiring) => (
        <input type="file" {...wiring} required={false} className={CONTROL} onChange={(event) => {
          const file = event.target.files?.[0];
          if (!file) return;
          const body = new FormData();
          body.set("file", file);
          upload.mutate({ body }, { onSuccess: (made) => onChange(made.id) });
        }} />
      )}
    </Field>
  );
}
