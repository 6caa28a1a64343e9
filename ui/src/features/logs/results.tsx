import { useMemo } from "react";
import type { LogCounts, LogEvent, LogKinds, LogOutcome } from "../../api/contract";
import { Badge } from "../../design/badge";
import { Button } from "../../design/button";
import { Empty, Note } from "../../design/states";
import { DataTable, type Column } from "../../design/table";
import { useTime } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { condition, summary, tags, text, type useRows } from "./asking";
import { logWords } from "./words";

/** That a result is a part of what there is, why, and what to do. */
export function Partial({ outcome }: { outcome: LogOutcome | undefined }) {
  const t = useWords(logWords);
  if (!outcome?.partial) return null;
  const word = ({ out_of_time: "partialTime", too_many_rows: "partialRows", cancelled: "partialStopped", damaged: "partialDamaged", whole: "partialTime" } as const)[outcome.why];
  return <Note tone="warning" title={t(word)}>{t("rowsRead", { n: outcome.rows_read.toLocaleString() })}</Note>;
}

export function Events({ list, known, onOpen }: { list: ReturnType<typeof useRows>; known: LogKinds; onOpen: (event: LogEvent) => void }) {
  const t = useWords(logWords);
  const name = useName();
  const { at } = useTime();
  const columns = useMemo<Column<LogEvent>[]>(() => {
    const kindOf = (event: LogEvent) => known.kinds.find((one) => one.kind === event.kind);
    return [
      { id: "what", header: t("what"), cell: (one) => (
        <div className="min-w-0">
          <span className="line-clamp-2 break-all">{summary(one, kindOf(one)) || "—"}</span>
          <span className="mt-1 flex flex-wrap items-center gap-1"><Badge>{name(kindOf(one)?.title)}</Badge>{tags(one).map((tag) => <Badge key={tag} tone="info">{tag}</Badge>)}</span>
        </div>
      ) },
      { id: "when", header: t("when"), width: "11.5rem", cell: (one) => <span className="tabular">{at(one.at, "seconds")}</span> },
      { id: "where", header: t("where"), width: "9rem", cell: (one) => { const kind = kindOf(one); return <span className="break-all">{kind ? text(one, kind.source) : ""}</span>; } },
      { id: "who", header: t("who"), width: "8rem", cell: (one) => <span className="break-all">{text(one, "user")}</span> },
      { id: "details", header: t("details"), narrow: true, width: "6rem", cell: (one) => <Button small kind="quiet" onClick={() => onOpen(one)}>{t("details")}<span className="sr-only"> {at(one.at, "seconds")}</span></Button> },
    ];
  }, [known, t, name, at, onOpen]);
  // Two events may share their instant: their place tells them apart.
  const keys = useMemo(() => new Map(list.rows.map((one, index) => [one, index])), [list.rows]);
  return <DataTable caption={t("results")} columns={columns} rowKey={(one) => keys.get(one) ?? 0} rows={list.rows} hasMore={list.hasMore} loadingMore={list.loadingMore} onMore={list.onMore} empty={<Empty icon="search" title={t("none")}><p>{t("noneAdvice")}</p></Empty>} />;
}

type Group = LogCounts["groups"][number];

export function Counted({ counts, known, onAdd }: { counts: LogCounts; known: LogKinds; onAdd: (condition: string) => void }) {
  const t = useWords(logWords);
  const name = useName();
  const most = Math.max(1, ...counts.groups.map((group) => group.count));
  const columns = useMemo<Column<Group>[]>(() => {
    const titleOf = (field: string) => name(known.kinds.flatMap((kind) => kind.fields).find((one) => one.name === field)?.title) || field;
    return [
      ...counts.by.map((field, place): Column<Group> => ({ id: field, header: titleOf(field), cell: (group) => group.values[place] ? <button type="button" className="min-h-6 cursor-pointer text-start break-all text-key-900 underline" onClick={() => onAdd(condition(field, group.values[place] ?? ""))}>{group.values[place]}</button> : <span className="text-solid-gray-700">{t("noValue")}</span> })),
      { id: "count", header: t("count"), numeric: true, narrow: true, width: "8rem", cell: (group) => group.count.toLocaleString() },
      { id: "bar", header: "", width: "30%", cell: (group) => <span aria-hidden="true" className="block h-3 rounded-4 bg-key-600" style={{ width: `${Math.max(1, (group.count / most) * 100)}%` }} /> },
    ];
  }, [counts.by, known, name, onAdd, most, t]);
  return (
    <>
      <DataTable caption={t("counted")} columns={columns} rowKey={(group) => group.values.join("\n")} rows={counts.groups} total={counts.groups.length} empty={<Empty icon="search" title={t("none")}><p>{t("noneAdvice")}</p></Empty>} />
      {counts.more && <p className="text-dns-14N-130 px-3 pb-3 text-solid-gray-700">{t("countedMore")}</p>}
    </>
  );
}
