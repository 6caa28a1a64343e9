import { useMemo } from "react";
import { Link } from "wouter";
import type { WorkKind, WorkOrder } from "../../api/contract";
import { useList } from "../../api/hooks";
import { Problem } from "../../app/problem";
import { Button } from "../../design/button";
import { Checkbox, Select } from "../../design/field";
import { FilterBar, SearchBox } from "../../design/filter-bar";
import { Loading } from "../../design/progress";
import { Empty } from "../../design/states";
import { DataTable, type Column } from "../../design/table";
import { useTime } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { useFilters } from "../../parts/filter-state";
import { Due } from "../../parts/request-state";
import { partWords } from "../../parts/words";
import { OPEN_STATES, StepsBar, WORK_STATES, WorkState } from "./state";
import { workStateWords, workWords } from "./words";

/** Columns of a list of orders; `siteless` where all stand at one site. */
export function useOrderColumns(siteless = false): Column<WorkOrder>[] {
  const t = useWords(workWords);
  const name = useName();
  const { at } = useTime();
  return useMemo<Column<WorkOrder>[]>(() => [
    { id: "title", header: t("work"), cell: (one) => <Link href={`/work/${one.id}`} className="font-bold"><span className="tabular me-2 font-normal">{one.number}</span>{one.title}<span className="text-dns-14N-130 block font-normal text-solid-gray-700">{name(one.kind_title)}</span></Link> },
    { id: "state", header: t("state"), narrow: true, width: "10rem", cell: (one) => <WorkState order={{ ...one, overdue: false }} /> },
    ...(siteless ? [] : [{ id: "site", header: t("site"), width: "12rem", cell: (one: WorkOrder) => one.site_name ?? <span className="text-solid-gray-600">{one.targets > 1 ? t("several") : "—"}</span> }]),
    { id: "planned", header: t("planned"), width: "9rem", cell: (one) => one.planned_from ? <span className="tabular whitespace-nowrap">{at(one.planned_from, "short")}</span> : <span className="text-solid-gray-600">—</span> },
    { id: "due", header: t("due"), width: "12rem", cell: (one) => OPEN_STATES.includes(one.state) && one.due ? <Due due={one.due} /> : <span className="text-solid-gray-600">—</span> },
    { id: "progress", header: t("progress"), width: "13rem", cell: (one) => <StepsBar label={t("progress")} total={one.steps_total} answered={one.steps_answered} failed={one.steps_failed} /> },
  ], [t, name, at, siteless]);
}

export function OrderList({ kinds }: { kinds: readonly WorkKind[] }) {
  const t = useWords(workWords);
  const s = useWords(workStateWords);
  const p = useWords(partWords);
  const name = useName();
  const [filters, set] = useFilters();
  const state = filters["state"] ?? "open";
  const late = filters["overdue"] === "true";
  const list = useList("/work-orders", { query: { q: filters["q"], kind: filters["kind"], overdue: late ? "true" : undefined, state: state === "open" ? OPEN_STATES.join(",") : state === "all" ? undefined : state } }, { limit: 50 });
  const columns = useOrderColumns();
  const narrowed = !!(filters["q"] || filters["kind"] || filters["state"] || late);
  return (
    <>
      <FilterBar>
        <SearchBox label={p("search")} value={filters["q"] ?? ""} onSearch={(q) => set({ q })} placeholder={t("searchHint")} />
        <Select label={t("kind")} value={filters["kind"] ?? ""} onText={(kind) => set({ kind })} empty={t("anyKind")} choices={kinds.map((kind) => ({ value: kind.id, label: name(kind.title) }))} />
        <Select label={t("state")} value={state} onText={(next) => set({ state: next === "open" ? undefined : next })} choices={[{ value: "open", label: t("stillOpen") }, { value: "all", label: t("anyState") }, ...WORK_STATES.map((value) => ({ value, label: s(value) }))]} />
        <Checkbox label={t("late")} checked={late} onChange={(on) => set({ overdue: on ? "true" : undefined })} />
      </FilterBar>
      {list.error ? <div className="p-4"><Problem fault={list.error} onRetry={list.retry} /></div> : list.pending ? <Loading /> : (
        <DataTable caption={t("list")} columns={columns} rowKey={(one) => one.id} rowHref={(one) => `/work/${one.id}`} {...list} empty={narrowed
          ? <Empty icon="search" title={t("noneFound")}><Button onClick={() => set({ q: undefined, kind: undefined, state: undefined, overdue: undefined })}>{t("noFilters")}</Button></Empty>
          : <Empty icon="form" title={kinds.length > 0 ? t("none") : t("noKinds")}>{kinds.length > 0 && <p>{t("noneLead")}</p>}</Empty>} />
      )}
    </>
  );
}
