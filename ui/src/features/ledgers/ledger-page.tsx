import { useMemo } from "react";
import { Link } from "wouter";
import type { Ledger, Row } from "../../api/contract";
import { useFileAddress, useGet, useList } from "../../api/hooks";
import { Await, Problem } from "../../app/problem";
import { useSession } from "../../app/session";
import { Badge } from "../../design/badge";
import { Button, DownloadLink, LinkButton } from "../../design/button";
import { Select } from "../../design/field";
import { FilterBar, SearchBox } from "../../design/filter-bar";
import { PageHeader } from "../../design/page";
import { Loading } from "../../design/progress";
import { Empty } from "../../design/states";
import { DataTable, type Column } from "../../design/table";
import { useName, useWords } from "../../i18n/words";
import { useFilters } from "../../parts/filter-state";
import { partWords } from "../../parts/words";
import { FieldValue } from "./field-value";
import { chartWords, ledgerWords } from "./words";
import { YearChart } from "./year-chart";

export default function LedgerPage({ ledger }: { ledger: string }) {
  const t = useWords(ledgerWords);
  const ledgers = useGet("/ledgers", {});
  return (
    <Await of={ledgers}>
      {({ items }) => {
        const found = items.find((one) => one.id === ledger);
        return found ? <Rows ledger={found} /> : <Empty icon="question" title={t("noLedger")}><Button onClick={() => history.back()}>←</Button></Empty>;
      }}
    </Await>
  );
}

/** Columns, filters and order come from the ledger's declaration: a new ledger needs no new screen. */
function Rows({ ledger }: { ledger: Ledger }) {
  const t = useWords(ledgerWords);
  const p = useWords(partWords);
  const c = useWords(chartWords);
  const name = useName();
  const file = useFileAddress();
  const [filters, set] = useFilters();
  const { may } = useSession();
  const titleField = ledger.title_field ?? ledger.fields[0]?.id ?? "";
  const { q } = filters;
  const sort = filters["sort"] ?? titleField;
  const narrowed = Object.fromEntries(Object.entries(filters).filter(([key]) => key.startsWith("filter.")));
  const list = useList("/ledgers/{ledger}/rows", { path: { ledger: ledger.id }, query: { q, sort, ...narrowed } });
  const asChart = !!ledger.timeline && filters["view"] === "year";
  const choosable = ledger.fields.filter((field) => (field.type === "choice" || field.type === "boolean") && field.in_list !== false);

  const columns = useMemo<Column<Row>[]>(() => [
    { id: titleField, header: name(ledger.fields.find((field) => field.id === titleField)?.name), sortable: true, cell: (row) => <Link className="font-bold" href={`/ledgers/${ledger.id}/${row.id}`}>{row.title}</Link> },
    ...ledger.fields.filter((field) => field.id !== titleField && field.in_list !== false).map((field) => ({
      id: field.id, header: name(field.name), sortable: true, numeric: field.type === "integer" || field.type === "number", cell: (row: Row) => <FieldValue field={field} row={row} />,
    })),
  ], [ledger, titleField, name]);

  return (
    <>
      <PageHeader
        title={name(ledger.name)}
        crumbs={[{ label: t("title"), href: "/ledgers" }]}
        badge={ledger.personal && <Badge tone="warning" icon="account">{t("personal")}</Badge>}
        actions={ledger.may_write !== false && (
          <>
            {may("ledger_import") && <LinkButton icon="upload" href={`/ledgers/${ledger.id}/import`}>{t("importIt")}</LinkButton>}
            <LinkButton kind="main" icon="plus" href={`/ledgers/${ledger.id}/new`}>{t("add")}</LinkButton>
          </>
        )}
      />
      <div className="overflow-hidden rounded-12 border border-solid-gray-200 bg-white">
        <FilterBar>
          <SearchBox label={p("search")} value={q ?? ""} onSearch={(text) => set({ q: text })} />
          {choosable.slice(0, 2).map((field) => (
            <Select key={field.id} label={name(field.name)} value={filters[`filter.${field.id}`] ?? ""} onText={(value) => set({ [`filter.${field.id}`]: value })} empty={p("all")}
              choices={field.type === "boolean" ? [{ value: "true", label: t("yes") }, { value: "false", label: t("no") }] : (field.choices ?? []).map((one) => ({ value: one.id, label: name(one.name) }))} />
          ))}
          <div className="flex flex-wrap gap-2 max-md:col-span-2 md:ms-auto md:w-auto!">
            {(["xlsx", "csv"] as const).map((format) => <DownloadLink key={format} small href={file("/ledgers/{ledger}/export", { path: { ledger: ledger.id }, query: { format, q } })}>{t(format === "xlsx" ? "exportXlsx" : "exportCsv")}</DownloadLink>)}
          </div>
        </FilterBar>
        {ledger.timeline && <div className="px-4 pt-3"><Button small icon="today" onClick={() => set({ view: asChart ? undefined : "year" })}>{c(asChart ? "asList" : "asChart")}</Button></div>}
        {asChart ? <YearChart ledger={ledger} query={{ q, ...narrowed }} /> : list.error ? <div className="p-4"><Problem fault={list.error} onRetry={list.retry} /></div> : list.pending ? <Loading /> : (
          <DataTable caption={name(ledger.name)} columns={columns} rowKey={(row) => row.id} rowHref={(row) => `/ledgers/${ledger.id}/${row.id}`} {...list} sort={sort} onSort={(next) => set({ sort: next })} empty={<Empty icon="search" title={t("noRows")} />} />
        )}
      </div>
    </>
  );
}
