import { Link } from "wouter";
import type { LedgerField, Row } from "../../api/contract";
import { useFileAddress } from "../../api/hooks";
import { Code } from "../../design/page";
import { useTime } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { shown } from "../../parts/row-history";
import { ledgerWords } from "./words";

/** One field of one row as text or link; references and choices by the name that the server says they have. */
export function FieldValue({ field, row }: { field: LedgerField; row: Row }) {
  const t = useWords(ledgerWords);
  const name = useName();
  const { at } = useTime();
  const file = useFileAddress();
  const value = row.fields[field.id];
  if (value === null || value === undefined || value === "") return <span className="text-solid-gray-600">—</span>;
  const called = row.shown?.[field.id];
  switch (field.type) {
    case "boolean": return <>{t(value ? "yes" : "no")}</>;
    case "reference": return <Link href={`/ledgers/${field.ledger ?? ""}/${String(value)}`}>{called ?? String(value)}</Link>;
    case "choice": return <>{called ?? (name(field.choices?.find((one) => one.id === value)?.name) || String(value))}</>;
    case "choices": return <>{called ?? shown((value as string[]).map((each) => name(field.choices?.find((one) => one.id === each)?.name) || each))}</>;
    case "references": return <>{called ?? shown(value)}</>;
    case "address": case "mac": return <Code>{String(value)}</Code>;
    case "mail": return <a href={`mailto:${String(value)}`}>{String(value)}</a>;
    case "phone": return <a href={`tel:${String(value).replace(/[^\d+]/g, "")}`}>{String(value)}</a>;
    case "url": return /^https?:/i.test(String(value)) ? <a href={String(value)} rel="noreferrer noopener" target="_blank">{String(value)}</a> : <>{String(value)}</>;
    case "date": return <span className="tabular">{at(`${String(value)}T00:00:00+09:00`, "date")}</span>;
    case "time": return <span className="tabular">{/T/.test(String(value)) ? at(String(value)) : String(value)}</span>;
    case "attachment": return <a href={file("/attachments/{id}", { path: { id: Number(value) } })}>{called ?? t("attached", { id: String(value) })}</a>;
    default: return <span className="whitespace-pre-wrap">{shown(value)}</span>;
  }
}
