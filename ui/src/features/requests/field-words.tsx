import type { FormField } from "../../api/contract";
import { useFileAddress } from "../../api/hooks";
import { useTime } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { formWords, requestPageWords } from "./words";

/** One filled-in field as text: what was chosen by its words, what is hidden as hidden. With `request` a file can be saved. */
export function FieldWords({ field, value, called, request }: { field: FormField | undefined; value: string | null | undefined; called?: string | undefined; request?: number }) {
  const t = useWords(formWords);
  const r = useWords(requestPageWords);
  const name = useName();
  const { at } = useTime();
  const file = useFileAddress();
  if (value === null) return <span className="text-solid-gray-700">{t("hidden")}</span>;
  if (value === undefined || value === "") return <span className="text-solid-gray-700">{r("nothing")}</span>;
  switch (field?.type) {
    case "bool": return <>{t(value === "true" ? "yes" : "no")}</>;
    case "choice": return <>{name(field.choices?.find((one) => one.id === value)?.title) || value}</>;
    case "date": return <span className="tabular">{/^\d{4}-\d{2}-\d{2}$/.test(value) ? at(`${value}T00:00:00+09:00`, "date") : value}</span>;
    case "time": return <span className="tabular">{at(value)}</span>;
    case "ledger_row": case "person": return <>{called || value}</>;
    case "attachment": return request ? <a href={file("/requests/{id}/files/{field}", { path: { id: request, field: field.id } })}>{called || t("fileAttached")}</a> : <>{called || t("fileAttached")}</>;
    default: return <span className="whitespace-pre-wrap">{value}</span>;
  }
}
