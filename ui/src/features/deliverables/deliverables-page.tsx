import { useMemo, useState } from "react";
import { Link } from "wouter";
import type { Deliverable } from "../../api/contract";
import { useFileAddress, useGet, useList, useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Problem } from "../../app/problem";
import { Button, DownloadLink } from "../../design/button";
import { FormDialog } from "../../design/dialog";
import { Select, TextField } from "../../design/field";
import { FilterBar } from "../../design/filter-bar";
import { PageHeader } from "../../design/page";
import { Loading } from "../../design/progress";
import { Empty, Note } from "../../design/states";
import { DataTable, type Column } from "../../design/table";
import { Tabs } from "../../design/tabs";
import { serverNow, toLocalParts } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { DELIVERABLE_STATES, DeliverableDue, DeliverableState, usePeriod } from "../../parts/deliverable-state";
import { useFilters } from "../../parts/filter-state";
import { MonthView } from "./month-view";
import { deliverableStateWords } from "../../parts/words";
import { deliverableWords } from "./words";

const VIEWS = ["open", "late", "waiting", "calendar", "year"] as const;
type View = (typeof VIEWS)[number];
const EMPTY = { open: "noneOpen", late: "noneLate", waiting: "noneWaiting", year: "noneYear" } as const;

/** The fiscal year of a day: April begins it. */
const fiscalYearOf = (day: string) => Number(day.slice(0, 4)) - (Number(day.slice(5, 7)) < 4 ? 1 : 0);

export default function DeliverablesPage() {
  const t = useWords(deliverableWords);
  const [filters, set] = useFilters();
  const now = useGet("/deliverables/now", {}, { keep: true });
  const kinds = useGet("/deliverables/kinds", {});
  const file = useFileAddress();
  const [opening, setOpening] = useState(false);
  const view: View = VIEWS.find((one) => one === filters["view"]) ?? "open";
  const year = filters["year"] ?? String(fiscalYearOf(toLocalParts(serverNow()).day));
  const counts: Partial<Record<View, number>> = now.data ? { late: now.data.late, waiting: now.data.waiting } : {};
  const mayOpen = kinds.data?.items.some((one) => one.may_open) ?? false;
  return (
    <>
      <PageHeader title={t("title")} lead={t("lead")} actions={<>
        <DownloadLink href={file("/deliverables/export", { query: { fiscal_year: year } })}>{t("export")}</DownloadLink>
        {mayOpen && <Button kind="main" icon="plus" onClick={() => setOpening(true)}>{t("openOne")}</Button>}
      </>} />
      <div className="overflow-hidden rounded-12 border border-solid-gray-200 bg-white pt-2">
        <Tabs label={t("views")} value={view} onChange={(next) => set({ view: next === "open" ? undefined : next })} tabs={VIEWS.map((id) => ({ id, label: t(id), count: counts[id] || undefined }))}>
          {view === "calendar" ? <MonthView /> : <DeliverableTable key={view} view={view} year={year} onYear={(next) => set({ year: next })} />}
        </Tabs>
      </div>
      {opening && <OpenDialog onClose={() => setOpening(false)} />}
    </>
  );
}

function DeliverableTable({ view, year, onYear }: { view: Exclude<View, "calendar">; year: string; onYear: (year: string) => void }) {
  const t = useWords(deliverableWords);
  const s = useWords(deliverableStateWords);
  const name = useName();
  const period = usePeriod();
  const [filters, set] = useFilters();
  const state = DELIVERABLE_STATES.find((one) => one === filters["state"]);
  const list = useList("/deliverables", { query: view === "year" ? { fiscal_year: year, state } : { view } }, { limit: 100 });
  const columns = useMemo<Column<Deliverable>[]>(() => [
    { id: "name", header: t("name"), cell: (one) => <Link href={`/deliverables/${one.id}`} className="font-bold">{one.kind ? name(one.kind.title) : one.deliverable}</Link> },
    { id: "due", header: t("due"), narrow: true, width: "18rem", cell: (one) => <DeliverableDue one={one} /> },
    { id: "period", header: t("period"), width: "14rem", cell: (one) => period(one) },
    { id: "state", header: t("state"), width: "12rem", cell: (one) => <DeliverableState one={one} /> },
    { id: "side", header: t("side"), width: "16rem", cell: (one) => (one.kind ? `${name(one.kind.submitted_by.title)} → ${name(one.kind.accepted_by.title)}` : "—") },
  ], [t, name, period]);
  const years = Array.from({ length: 8 }, (_, back) => fiscalYearOf(toLocalParts(serverNow()).day) + 2 - back);
  return (
    <>
      {view === "year" && (
        <FilterBar>
          <Select label={t("fiscalYear")} value={year} onText={onYear} choices={years.map((one) => ({ value: String(one), label: t("fiscal", { year: one }) }))} />
          <Select label={t("state")} value={state ?? ""} onText={(next) => set({ state: next })} empty={t("anyState")} choices={DELIVERABLE_STATES.map((value) => ({ value, label: s(value) }))} />
        </FilterBar>
      )}
      {list.error ? <div className="p-4"><Problem fault={list.error} onRetry={list.retry} /></div> : list.pending ? <Loading /> : (
        <DataTable caption={t(view)} columns={columns} rowKey={(one) => one.id} rowHref={(one) => `/deliverables/${one.id}`} {...list} empty={<Empty icon="check" title={t(EMPTY[view])} />} />
      )}
    </>
  );
}

function OpenDialog({ onClose }: { onClose: () => void }) {
  const t = useWords(deliverableWords);
  const name = useName();
  const notices = useNotices();
  const kinds = useGet("/deliverables/kinds", {});
  const open = useSend("POST /deliverables", ["/deliverables"]);
  const [which, setWhich] = useState("");
  const [day, setDay] = useState(() => toLocalParts(serverNow()).day);
  const [note, setNote] = useState("");
  const [missing, setMissing] = useState(false);
  const chosen = kinds.data?.items.find((one) => one.id === which);
  return (
    <FormDialog title={t("openOne")} submit={t("save")} busy={open.isPending} onClose={onClose} onSubmit={() => {
      setMissing(!which || !day);
      if (which && day) open.mutate({ body: { deliverable: which, event: day, note } }, { onSuccess: () => { notices.ok(t("opened")); onClose(); } });
    }}>
      <p className="mb-3">{t("openLead")}</p>
      {missing && <div role="alert"><Note tone="warning" title={t("missing")} /></div>}
      <Problem fault={open.error} />
      <div className="flex flex-col gap-4">
        <Select label={t("which")} required value={which} onText={setWhich} empty="—" choices={(kinds.data?.items ?? []).filter((one) => one.may_open).map((one) => ({ value: one.id, label: name(one.title) }))} {...(chosen ? { hint: name(chosen.due_rule) } : {})} />
        <TextField type="date" label={t("when")} required value={day} onText={setDay} error={open.error?.field("event")} />
        <TextField label={t("note")} markOptional value={note} onText={setNote} maxLength={4000} />
      </div>
    </FormDialog>
  );
}
