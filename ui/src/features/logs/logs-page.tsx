import { useCallback, useState } from "react";
import type { LogEvent, LogKinds } from "../../api/contract";
import { useAsk, useGet } from "../../api/hooks";
import { Await, Problem } from "../../app/problem";
import { Button, LinkButton } from "../../design/button";
import { Select } from "../../design/field";
import { PageHeader, Panel } from "../../design/page";
import { Loading } from "../../design/progress";
import { Note } from "../../design/states";
import { useMedia } from "../../design/use-media";
import { useName, useWords } from "../../i18n/words";
import { screenOf, useAsked, useRows, withCondition } from "./asking";
import { EventDialog } from "./event-dialog";
import { ExportDialog } from "./export-dialog";
import { Facets } from "./facets";
import { Histogram } from "./histogram";
import { useOverview } from "./overview";
import { PurposeForm, PurposeNow } from "./purpose";
import { QueryBox } from "./query-box";
import { Counted, Events, Partial } from "./results";
import { Beginning, SaveDialog } from "./saved";
import { logWords } from "./words";

/** Words of the query language that both languages share. */
const PERIODS = { "": ["", ""], lastHour: ["1h", ""], today: ["today", ""], yesterday: ["yesterday", "yesterday"], sevenDays: ["7d", ""], thirtyDays: ["30d", ""] } as const;

export default function LogsPage() {
  const t = useWords(logWords);
  const known = useGet("/log-search/kinds", {});
  return (
    <>
      <PageHeader title={t("title")} lead={t("lead")} actions={<LinkButton href="/logs/keeping" icon="key">{t("keeping")}</LinkButton>} />
      <Await of={known}>{(kinds) => <Search known={kinds} onAgain={() => void known.refetch()} />}</Await>
    </>
  );
}

function Search({ known, onAgain }: { known: LogKinds; onAgain: () => void }) {
  const { asked, order, change, something } = useAsked();
  const search = useCallback((q: string) => change({ q }), [change]);
  const seen = known.kinds.filter((kind) => kind.may);
  const personal = seen.some((kind) => kind.personal && (asked.kinds.length === 0 || asked.kinds.includes(kind.kind)));
  const devices = seen.filter((kind) => !kind.personal).map((kind) => kind.kind);
  const needsPurpose = something && personal && !known.purpose;
  return (
    <div className="flex flex-col gap-4">
      <div className="rounded-12 border border-solid-gray-200 bg-white p-4">
        <QueryBox asked={asked} onSearch={search} />
        <Beside known={known} />
        {known.purpose && <PurposeNow purpose={known.purpose} />}
        <Help />
      </div>
      {asked.subject && <TimeLineBanner known={known} />}
      {!something ? <Beginning known={known} onSearch={search} />
        : needsPurpose ? <PurposeForm known={known} onDone={onAgain} onDevicesOnly={devices.length ? () => change({ kinds: devices.join(",") }) : null} />
        : <Found known={known} order={asked.subject ? order || "oldest" : order} onAgain={onAgain} />}
    </div>
  );
}

function Help() {
  const t = useWords(logWords);
  return (
    <details className="mt-2">
      <summary className="text-dns-14N-130 w-fit cursor-pointer text-key-900 underline">{t("help")}</summary>
      <ul className="mt-1 list-disc ps-6">{(["help1", "help2", "help3", "help4", "help5"] as const).map((word) => <li key={word}>{t(word)}</li>)}</ul>
    </details>
  );
}

/** Kinds and times beside the text. */
function Beside({ known }: { known: LogKinds }) {
  const t = useWords(logWords);
  const name = useName();
  const { asked, change, something } = useAsked();
  const period = (Object.keys(PERIODS) as (keyof typeof PERIODS)[]).find((key) => PERIODS[key][0] === asked.from && PERIODS[key][1] === asked.to);
  return (
    <div className="grid grid-cols-2 items-end gap-3 md:flex md:flex-wrap">
      <Select label={t("period")} className="md:w-44" value={period ?? "chosen"} onText={(key) => { const [from, to] = PERIODS[key as keyof typeof PERIODS] ?? ["", ""]; change({ from, to }); }}
        choices={[...(Object.keys(PERIODS) as (keyof typeof PERIODS)[]).map((key) => ({ value: key, label: t(key || "anyTime") })), ...(period === undefined ? [{ value: "chosen", label: t("chosenTime") }] : [])]} />
      <Select label={t("kinds")} className="md:w-64" value={asked.kinds.join(",")} onText={(kinds) => change({ kinds })} empty={t("allKinds")}
        choices={[...known.kinds.filter((kind) => kind.may).map((kind) => ({ value: kind.kind, label: name(kind.title) })), ...(asked.kinds.length > 1 ? [{ value: asked.kinds.join(","), label: known.kinds.filter((kind) => asked.kinds.includes(kind.kind)).map((kind) => name(kind.title)).join("、") }] : [])]} />
      {something && <Button kind="quiet" className="max-md:justify-self-start" onClick={() => change({ q: undefined, from: undefined, to: undefined, kinds: undefined, subject: undefined, of: undefined, order: undefined })}>{t("clear")}</Button>}
    </div>
  );
}

function TimeLineBanner({ known }: { known: LogKinds }) {
  const t = useWords(logWords);
  const name = useName();
  const { asked, change } = useAsked();
  const subject = name(known.subjects.find((one) => one.id === asked.subject)?.title);
  return (
    <Note title={t("timeLine", { subject, name: asked.of })}>
      <p>{t("timeLineLead")}</p>
      <Button small className="mt-2" onClick={() => change({ subject: undefined, of: undefined, order: undefined })}>{t("endTimeLine")}</Button>
    </Note>
  );
}

function Found({ known, order, onAgain }: { known: LogKinds; order: string; onAgain: () => void }) {
  const t = useWords(logWords);
  const name = useName();
  const wide = useMedia("(min-width: 64rem)");
  const { asked, change } = useAsked();
  const [open, setOpen] = useState<LogEvent | null>(null);
  const [dialog, setDialog] = useState<"save" | "export" | null>(null);
  // The box above asks the same: what cannot be read is said there and not searched.
  const read = useAsk("POST /log-search/reading", { body: asked });
  const list = useRows(asked, order === "" ? null : order === "newest", Boolean(read.data?.reading));
  const reading = list.first?.reading;
  const ready = Boolean(reading);
  const shows = reading?.shows ?? "events";
  const overview = useOverview(asked, Boolean(read.data?.reading));
  const counted = useAsk("POST /log-search/counts", { body: { ...asked, screen: screenOf("counts") } }, { enabled: ready && shows === "counts", keep: true });

  const add = useCallback((condition: string) => { setOpen(null); change({ q: withCondition(asked.q, condition) }); }, [asked.q, change]);
  const follow = useCallback((subject: string, of: string) => { setOpen(null); change({ subject, of, q: undefined, kinds: undefined, order: undefined }); }, [change]);
  const range = useCallback((from: string, to: string) => change({ from, to }), [change]);
  const oldest = order === "oldest" || (order === "" && reading?.newest_first === false);

  if (list.error?.code === "log_search.purpose_missing") return <PurposeForm known={known} onDone={() => { onAgain(); list.retry(); }} onDevicesOnly={null} />;
  if (read.data?.fault) return null;
  if (list.error) return <Problem fault={list.error} onRetry={list.retry} />;
  if (list.pending || !list.first) return <Loading />;
  const side = overview.seen && <Facets facets={overview.seen.facets} counting={!overview.seen.last} kinds={known.kinds} onAdd={add} onKind={(kind) => change({ kinds: kind })} />;
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_17rem]">
      <div className="flex min-w-0 flex-col gap-4">
        {overview.fault ? <Problem fault={overview.fault} onRetry={overview.retry} /> : overview.seen && (overview.seen.counts.total > 0 || !overview.seen.last) && <div className="rounded-12 border border-solid-gray-200 bg-white p-4">{overview.seen.counts.total === 0 ? <p>{t("countingSoFar", { n: "0" })}</p> : <Histogram counts={overview.seen.counts} counting={!overview.seen.last} onRange={range} />}</div>}
        <Partial outcome={shows === "counts" ? counted.data?.outcome : list.last?.outcome} />
        {!wide && side && <details className="rounded-12 border border-solid-gray-200 bg-white p-3"><summary className="cursor-pointer font-bold text-key-900">{t("facets")}</summary><div className="mt-3">{side}</div></details>}
        <Panel flush title={shows === "counts" ? t("counted") : t("results")} actions={
          <>
            {shows !== "counts" && <Button small onClick={() => change({ order: oldest ? "newest" : "oldest" })}>{oldest ? t("newestFirst") : t("oldestFirst")}</Button>}
            {asked.q.trim() && <Button small icon="plus" onClick={() => setDialog("save")}>{t("save")}</Button>}
            <Button small icon="download" onClick={() => setDialog("export")}>{t("exportIt")}</Button>
          </>
        }>
          {reading && reading.withheld.length > 0 && <p className="text-dns-14N-130 px-4 pb-2 text-solid-gray-700">{t("withheld", { kinds: reading.withheld.map((kind) => name(known.kinds.find((one) => one.kind === kind)?.title) || kind).join("、") })}</p>}
          {shows === "counts" ? (counted.error ? <Problem fault={counted.error} /> : counted.data ? <Counted counts={counted.data} known={known} onAdd={add} /> : <Loading />) : <Events list={list} known={known} onOpen={setOpen} />}
        </Panel>
      </div>
      {wide && <aside aria-label={t("facets")} className="rounded-12 border border-solid-gray-200 bg-white p-3"><h2 className="text-std-18B-160 px-2 pb-2">{t("facets")}</h2>{side ?? <Loading />}</aside>}
      {open && <EventDialog event={open} known={known} onClose={() => setOpen(null)} onAdd={add} onFollow={follow} />}
      {dialog === "save" && <SaveDialog text={asked.q} onClose={() => setDialog(null)} />}
      {dialog === "export" && <ExportDialog asked={asked} purpose={known.purpose?.said ?? ""} onClose={() => setDialog(null)} />}
    </div>
  );
}
