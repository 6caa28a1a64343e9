import { useMemo } from "react";
import { Link } from "wouter";
import type { RequestRow } from "../../api/contract";
import { useGet, useList } from "../../api/hooks";
import { Problem } from "../../app/problem";
import { useSession } from "../../app/session";
import { Button, LinkButton } from "../../design/button";
import { Select } from "../../design/field";
import { FilterBar, SearchBox } from "../../design/filter-bar";
import { PageHeader } from "../../design/page";
import { Loading } from "../../design/progress";
import { Empty } from "../../design/states";
import { DataTable, type Column } from "../../design/table";
import { Tabs } from "../../design/tabs";
import { useTime } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { useFilters } from "../../parts/filter-state";
import { Due, REQUEST_STATES, RequestState, useWaitingRequests } from "../../parts/request-state";
import { partWords } from "../../parts/words";
import { requestWords } from "./words";

const VIEWS = ["mine", "waiting", "all"] as const;
type View = (typeof VIEWS)[number];

export default function RequestsPage() {
  const t = useWords(requestWords);
  const [filters, set] = useFilters();
  const { may } = useSession();
  const waiting = useWaitingRequests();
  const views = VIEWS.filter((view) => view !== "all" || may("incident_read"));
  const view = views.find((one) => one === filters["view"]) ?? "mine";
  return (
    <>
      <PageHeader title={t("title")} lead={t("lead")} actions={<><LinkButton icon="people" href="/requests/deputies">{t("deputies")}</LinkButton><LinkButton kind="main" icon="plus" href="/requests/new">{t("newRequest")}</LinkButton></>} />
      <div className="overflow-hidden rounded-12 border border-solid-gray-200 bg-white pt-2">
        <Tabs label={t("views")} value={view} onChange={(next) => set({ view: next === "mine" ? undefined : next })} tabs={views.map((id) => ({ id, label: t(id), count: id === "waiting" && waiting.count > 0 ? waiting.count : undefined }))}>
          <RequestTable key={view} view={view} />
        </Tabs>
      </div>
    </>
  );
}

const EMPTY = { mine: ["emptyMine", "emptyMineLead"], waiting: ["emptyWaiting", "emptyWaitingLead"], all: ["emptyAll", "emptyMineLead"] } as const;

function RequestTable({ view }: { view: View }) {
  const t = useWords(requestWords);
  const p = useWords(partWords);
  const name = useName();
  const { at } = useTime();
  const [filters, set] = useFilters();
  const forms = useGet("/forms", {});
  const list = useList("/requests", { query: { view, q: filters["q"], form: filters["form"], state: view === "waiting" ? undefined : filters["state"] } }, { limit: 50 });
  const columns = useMemo<Column<RequestRow>[]>(() => [
    { id: "title", header: t("form"), cell: (one) => <Link href={`/requests/${one.id}`} className="font-bold"><span className="tabular me-2 font-normal">{one.number}</span>{name(one.title)}</Link> },
    { id: "state", header: t("state"), narrow: true, width: "8rem", cell: (one) => <RequestState state={one.state} /> },
    { id: "open", header: t("openSteps"), width: "12rem", cell: (one) => one.open?.map((step) => name(step)).join("、") || <span className="text-solid-gray-600">—</span> },
    { id: "due", header: t("due"), width: "15rem", cell: (one) => (one.state === "running" ? <Due due={one.due} /> : <span className="text-solid-gray-600">—</span>) },
    ...(view === "mine" ? [] : [{ id: "submitter", header: t("submitter"), width: "10rem", cell: (one: RequestRow) => one.submitter.name }]),
    { id: "submitted_at", header: t("submittedAt"), width: "8rem", cell: (one) => <span className="tabular whitespace-nowrap">{at(one.submitted_at, "short")}</span> },
  ], [t, name, at, view]);
  const narrowed = !!(filters["q"] || filters["form"] || (view !== "waiting" && filters["state"]));
  return (
    <>
      <FilterBar>
        <SearchBox label={p("search")} value={filters["q"] ?? ""} onSearch={(q) => set({ q })} placeholder={t("searchHint")} />
        <Select label={t("form")} value={filters["form"] ?? ""} onText={(form) => set({ form })} empty={t("anyForm")} choices={(forms.data?.items ?? []).map((form) => ({ value: form.id, label: name(form.title) }))} />
        {view !== "waiting" && <Select label={t("state")} value={filters["state"] ?? ""} onText={(state) => set({ state })} empty={t("anyState")} choices={REQUEST_STATES.map((value) => ({ value, label: t(value) }))} />}
      </FilterBar>
      {list.error ? <div className="p-4"><Problem fault={list.error} onRetry={list.retry} /></div> : list.pending ? <Loading /> : (
        <DataTable caption={t(view)} columns={columns} rowKey={(one) => one.id} rowHref={(one) => `/requests/${one.id}`} {...list} empty={narrowed
          ? <Empty icon="search" title={t("emptyFound")}><p>{t("emptyFoundLead")}</p><Button onClick={() => set({ q: undefined, form: undefined, state: undefined })}>{t("noFilters")}</Button></Empty>
          : <Empty icon={view === "waiting" ? "check" : "form"} title={t(EMPTY[view][0])}><p>{t(EMPTY[view][1])}</p>{view === "mine" && <LinkButton kind="main" icon="plus" href="/requests/new">{t("newRequest")}</LinkButton>}</Empty>} />
      )}
    </>
  );
}
