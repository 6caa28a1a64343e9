import { useMemo, useState } from "react";
import type { Import, ImportRow } from "../../api/contract";
import { useList } from "../../api/hooks";
import { Problem } from "../../app/problem";
import { Badge, type Tone } from "../../design/badge";
import { Select } from "../../design/field";
import type { IconName } from "../../design/icon";
import { Loading } from "../../design/progress";
import { Empty } from "../../design/states";
import { DataTable, type Column } from "../../design/table";
import { useName, useWords } from "../../i18n/words";
import { useLedger } from "../../parts/ledger";
import { shown } from "../../parts/row-history";
import { importWords } from "./words";

const LOOKS: Record<ImportRow["outcome"], readonly [Tone, IconName]> = { created: ["ok", "plus"], updated: ["info", "ledger"], unchanged: ["neutral", "check"], rejected: ["critical", "alert"] };
const OUTCOMES = ["created", "updated", "unchanged", "rejected"] as const;

export function PlanRows({ plan }: { plan: Import }) {
  const t = useWords(importWords);
  const name = useName();
  const fields = useLedger(plan.ledger)?.fields;
  const [outcome, setOutcome] = useState(plan.counts.rejected > 0 && plan.state === "planned" ? "rejected" : "");
  const list = useList("/imports/{id}/rows", { path: { id: plan.id }, query: { outcome } });
  const columns = useMemo<Column<ImportRow>[]>(() => {
    const fieldName = (id: string) => name(fields?.find((field) => field.id === id)?.name) || id;
    return [
      { id: "row", header: t("row"), cell: (one) => <span className="font-bold">{one.title || "—"}</span> },
      { id: "outcome", header: t("outcome"), narrow: true, width: "9rem", cell: (one) => <Badge tone={LOOKS[one.outcome][0]} icon={LOOKS[one.outcome][1]}>{t(one.outcome)}</Badge> },
      { id: "line", header: t("line"), width: "5rem", numeric: true, cell: (one) => one.line },
      {
        id: "detail", header: t("detail"), cell: (one) => (
          <ul className="flex flex-col gap-0.5">
            {one.reasons?.map((reason, index) => <li key={`r${index}`} className="text-red-900"><strong>{fieldName(reason.field)}</strong>：{reason.message}</li>)}
            {one.outcome !== "unchanged" && one.fields?.map((field) => <li key={field.field}><strong>{fieldName(field.field)}</strong>：{one.outcome === "updated" && <><del className="text-solid-gray-700">{shown(field.before) || "—"}</del> → </>}{shown(field.after) || "—"}</li>)}
          </ul>
        ),
      },
    ];
  }, [t, name, fields]);
  return (
    <div className="border-t border-solid-gray-200">
      <div className="max-w-64 p-4"><Select label={t("outcome")} value={outcome} onText={setOutcome} empty={t("allOutcomes")} choices={OUTCOMES.map((value) => ({ value, label: `${t(value)}（${plan.counts[value].toLocaleString()}）` }))} /></div>
      {list.error ? <div className="p-4"><Problem fault={list.error} onRetry={list.retry} /></div> : list.pending ? <Loading /> : <DataTable caption={t("step2")} columns={columns} rowKey={(one) => one.line} {...list} empty={<Empty icon="search" title={t("noRows")} />} />}
    </div>
  );
}
