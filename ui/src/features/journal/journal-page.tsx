import { useMemo, useState } from "react";
import type { JournalEntry } from "../../api/contract";
import { useFileAddress, useList, useSend } from "../../api/hooks";
import { Problem } from "../../app/problem";
import { Button, DownloadLink } from "../../design/button";
import { Dialog } from "../../design/dialog";
import { TextField } from "../../design/field";
import { FilterBar, SearchBox } from "../../design/filter-bar";
import { Code, Facts, PageHeader } from "../../design/page";
import { Loading } from "../../design/progress";
import { Empty, ErrorState, Note } from "../../design/states";
import { DataTable, type Column } from "../../design/table";
import { fromLocalParts, toLocalParts, useTime } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { useFilters } from "../../parts/filter-state";
import { partWords } from "../../parts/words";
import { journalWords } from "./words";

export default function JournalPage() {
  const t = useWords(journalWords);
  const p = useWords(partWords);
  const name = useName();
  const { at } = useTime();
  const file = useFileAddress();
  const [filters, set] = useFilters();
  const [open, setOpen] = useState<JournalEntry | null>(null);
  const { q, from, to, kind, subject, account } = filters;
  const list = useList("/journal", { query: { q, from, to, kind, subject, account } });
  const verify = useSend("POST /journal/verification");
  const day = (value: string | undefined) => (value ? toLocalParts(value).day : "");

  const columns = useMemo<Column<JournalEntry>[]>(() => [
    { id: "words", header: t("what"), cell: (one) => <><span>{name(one.words)}</span>{one.subject && <span className="text-dns-14N-130 block text-solid-gray-700">{one.subject}</span>}</> },
    { id: "who", header: t("who"), width: "11rem", cell: (one) => one.who },
    { id: "time", header: t("time"), width: "12rem", cell: (one) => <span className="tabular">{at(one.time, "seconds")}</span> },
    { id: "origin", header: t("origin"), width: "10rem", cell: (one) => <Code>{one.origin}</Code> },
    { id: "seq", header: t("number"), width: "6rem", numeric: true, cell: (one) => <Button small kind="quiet" onClick={() => setOpen(one)}>{one.seq}<span className="sr-only">{t("show")}</span></Button> },
  ], [t, name, at]);

  return (
    <>
      <PageHeader title={t("title")} lead={t("lead")} actions={<Button icon="check" busy={verify.isPending} onClick={() => verify.mutate({})}>{t("verify")}</Button>} />
      <div className="mb-4 empty:hidden">
        {verify.error && <Problem fault={verify.error} />}
        {verify.data && (verify.data.first_broken
          ? <ErrorState title={t("broken", { n: verify.data.first_broken })} />
          : <Note tone="ok" title={t("sound", { n: verify.data.entries.toLocaleString() })}>{t("root")} <Code>{verify.data.root}</Code></Note>)}
      </div>
      <div className="overflow-hidden rounded-12 border border-solid-gray-200 bg-white">
        <FilterBar>
          <SearchBox label={p("search")} value={q ?? ""} onSearch={(text) => set({ q: text })} />
          <TextField type="date" label={t("fromDay")} value={day(from)} onText={(value) => set({ from: fromLocalParts(value, "00:00") ?? undefined })} />
          <TextField type="date" label={t("toDay")} value={day(to)} onText={(value) => set({ to: fromLocalParts(value, "23:59") ?? undefined })} />
          {from && to ? <div className="md:w-auto!"><DownloadLink href={file("/journal/export", { query: { from, to } })}>{t("exportIt")}</DownloadLink></div> : <p className="text-dns-14N-130 self-center text-solid-gray-700">{t("exportLead")}</p>}
        </FilterBar>
        {list.error ? <div className="p-4"><Problem fault={list.error} onRetry={list.retry} /></div> : list.pending ? <Loading /> : <DataTable caption={t("title")} columns={columns} rowKey={(one) => one.seq} {...list} empty={<Empty icon="journal" title={t("none")} />} />}
      </div>
      {open && (
        <Dialog title={`${t("number")} ${open.seq}`} onClose={() => setOpen(null)}>
          <Facts facts={[[t("time"), at(open.time, "seconds")], [t("who"), open.who], [t("what"), name(open.words)], [t("kind"), <Code key="k">{open.kind}</Code>], [t("subject"), open.subject], [t("origin"), open.origin], [t("hash"), open.hash && <Code>{open.hash}</Code>]]} />
          {open.data && <><h3 className="mt-4 font-bold">{t("data")}</h3><pre tabIndex={0} className="overflow-auto rounded-8 bg-solid-gray-50 p-3 font-mono text-[0.85rem] whitespace-pre-wrap">{JSON.stringify(open.data, null, 2)}</pre></>}
        </Dialog>
      )}
    </>
  );
}
