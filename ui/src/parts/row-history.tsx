import { Link } from "wouter";
import type { LedgerField, RowChange } from "../api/contract";
import { useGet } from "../api/hooks";
import { Await } from "../app/problem";
import { Badge } from "../design/badge";
import { Empty } from "../design/states";
import { Timeline } from "../design/timeline";
import { useName, useWords } from "../i18n/words";
import { useLedger } from "./ledger";
import { historyWords, partWords } from "./words";


export function shown(value: unknown): string {
  if (value === null || value === undefined || value === "") return "";
  if (Array.isArray(value)) return value.map(shown).join("、");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Every change of every field of a ledger row, newest first: who, when, why, from what to what. */
export function RowHistory({ ledger, id }: { ledger: string; id: number }) {
  const t = useWords(historyWords);
  const history = useGet("/ledgers/{ledger}/rows/{id}/history", { path: { ledger, id } });
  return (
    <Await of={history}>
      {({ items }) => items.length === 0 ? <Empty icon="journal" title={t("none")} /> : (
        <Timeline label={t("label")} items={[...items].sort((a, b) => b.version - a.version).map((change) => ({
          key: change.version, at: change.time, who: change.who, icon: change.import ? "upload" : "ledger", tone: "info",
          title: <span className="flex flex-wrap items-center gap-2">{t("version", { n: change.version })}{change.import && <Badge icon="upload">{t("imported")}</Badge>}</span>,
          body: <Changes ledger={ledger} change={change} />,
        }))} />
      )}
    </Await>
  );
}

function Changes({ ledger, change }: { ledger: string; change: RowChange }) {
  const t = useWords(historyWords);
  const name = useName();
  const fields = useLedger(ledger)?.fields;
  return (
    <>
      {change.why && <p>{t("why", { why: change.why })}</p>}
      <ul className="mt-1 flex flex-col gap-1">
        {change.fields.map((one) => {
          const field = fields?.find((each) => each.id === one.field);
          return <li key={one.field}>
            <span className="font-bold">{name(field?.name) || one.field}</span>：
            <del className="text-solid-gray-700"><span className="sr-only">{t("before")}</span><Value field={field} value={one.before} /></del>{" → "}<ins className="no-underline"><span className="sr-only">{t("after")}</span><Value field={field} value={one.after} /></ins>
          </li>;
        })}
      </ul>
    </>
  );
}

/** A reference by the name its row has now, a choice by its words; the rest as it was written. */
function Value({ field, value }: { field: LedgerField | undefined; value: unknown }) {
  const t = useWords(historyWords);
  const p = useWords(partWords);
  const name = useName();
  const all = (Array.isArray(value) ? value : [value]).filter((one) => one !== null && one !== undefined && one !== "");
  if (all.length === 0) return <>{t("empty")}</>;
  if (field?.ledger) return <>{all.map((id, index) => <span key={index}>{index > 0 && "、"}<RowName ledger={field.ledger ?? ""} id={Number(id)} /></span>)}</>;
  return <>{all.map((one) => (typeof one === "boolean" ? p(one ? "yes" : "no") : name(field?.choices?.find((choice) => choice.id === one)?.name) || shown(one))).join("、")}</>;
}

function RowName({ ledger, id }: { ledger: string; id: number }) {
  const row = useGet("/ledgers/{ledger}/rows/{id}", { path: { ledger, id } });
  return <Link href={`/ledgers/${ledger}/${id}`}>{row.data?.title ?? String(id)}</Link>;
}
