import { useList } from "../../api/hooks";
import { Problem } from "../../app/problem";
import { Button } from "../../design/button";
import { fromLocalParts, toLocalParts } from "../../i18n/time";
import { Select, TextField } from "../../design/field";
import { FilterBar, SearchBox } from "../../design/filter-bar";
import { PageHeader } from "../../design/page";
import { Loading } from "../../design/progress";
import { Empty } from "../../design/states";
import { useWords } from "../../i18n/words";
import { AlertTable } from "../../parts/alert-table";
import { useFilters } from "../../parts/filter-state";
import { useSeverityChoices, useStateChoices } from "../../parts/state-badges";
import { partWords } from "../../parts/words";
import { alertWords } from "./words";

export default function AlertsPage() {
  const t = useWords(alertWords);
  const p = useWords(partWords);
  const [filters, set] = useFilters();
  const { q, severity, state, device, parent, from, to } = filters;
  const list = useList("/alerts", { query: { q, severity, state, device, parent, from, to } });
  const narrowed = Boolean(device || parent);
  const day = (value: string | undefined) => (value ? toLocalParts(value).day : "");
  return (
    <>
      <PageHeader title={t("title")} lead={t("lead")} />
      <div className="overflow-hidden rounded-12 border border-solid-gray-200 bg-white">
        <FilterBar>
          <SearchBox label={p("search")} value={q ?? ""} onSearch={(text) => set({ q: text })} placeholder={p("searchHint")} />
          <Select label={p("severity")} value={severity ?? ""} onText={(value) => set({ severity: value })} choices={useSeverityChoices()} empty={p("anySeverity")} />
          <Select label={p("state")} value={state ?? ""} onText={(value) => set({ state: value })} choices={useStateChoices("alert")} empty={p("anyState")} />
          <TextField type="date" label={t("fromDay")} value={day(from)} onText={(value) => set({ from: fromLocalParts(value, "00:00") ?? undefined })} />
          <TextField type="date" label={t("toDay")} value={day(to)} onText={(value) => set({ to: fromLocalParts(value, "23:59") ?? undefined })} />
          {narrowed && <Button icon="close" onClick={() => set({ device: undefined, parent: undefined })}>{t("widen")}</Button>}
        </FilterBar>
        {list.error ? <div className="p-4"><Problem fault={list.error} onRetry={list.retry} /></div> : list.pending ? <Loading /> : (
          <AlertTable caption={t("title")} {...list} empty={<Empty title={t("none")} />} />
        )}
      </div>
    </>
  );
}
