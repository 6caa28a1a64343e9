import { Link } from "wouter";
import { useGet, useList } from "../../api/hooks";
import { Await, Problem } from "../../app/problem";
import type { Desk } from "../../api/contract";
import { PageHeader } from "../../design/page";
import { Loading } from "../../design/progress";
import { useTime } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { useFilters } from "../../parts/filter-state";
import { Select } from "../../design/field";
import { TicketDue } from "./ticket-state";
import { deskWords } from "./words";

const MOST = 300;

export default function BoardPage() {
  const desk = useGet("/desk", {});
  return <Await of={desk}>{(data) => <Board desk={data} />}</Await>;
}

/** Tickets of a kind by stage, as their pack lays them out. */
function Board({ desk }: { desk: Desk }) {
  const t = useWords(deskWords);
  const name = useName();
  const { at } = useTime();
  const [filters, set] = useFilters();
  const kinds = desk.kinds.filter((kind) => kind.stages.length > 0);
  const kind = kinds.find((one) => one.id === filters["kind"]) ?? kinds.find((one) => one.lends_on) ?? kinds[0];
  const list = useList("/tickets", { query: { kind: kind?.id, phase: "open", sort: "oldest" } }, { limit: MOST, enabled: !!kind });
  return (
    <>
      <PageHeader title={t("board")} lead={t("boardLead")} crumbs={[{ label: t("title"), href: "/tickets" }]} actions={<Select label={t("kind")} hideLabel value={kind?.id ?? ""} onText={(id) => set({ kind: id })} choices={kinds.map((one) => ({ value: one.id, label: name(one.title) }))} />} />
      {list.error ? <Problem fault={list.error} onRetry={list.retry} /> : list.pending ? <Loading /> : (
        <div className="grid gap-3 md:grid-flow-col md:auto-cols-[minmax(14rem,1fr)] md:overflow-x-auto md:pb-2" tabIndex={0} role="group" aria-label={t("board")}>
          {kind?.stages.map((stage) => {
            const here = list.rows.filter((one) => one.stage === stage.id);
            return (
              <section key={stage.id} aria-label={name(stage.title)} className="rounded-12 border border-solid-gray-200 bg-solid-gray-50 p-3">
                <h2 className="text-std-16B-170 mb-2 flex items-center justify-between">{name(stage.title)}<span className="tabular font-normal">{here.length}</span></h2>
                {here.length === 0 && <p className="text-dns-14N-130 text-solid-gray-700">{t("boardEmpty")}</p>}
                <ul className="flex flex-col gap-2">
                  {here.map((one) => (
                    <li key={one.id} className="rounded-8 border border-solid-gray-200 bg-white p-3">
                      <Link href={`/incidents/${one.id}`} className="font-bold"><span className="tabular me-2 font-normal">{one.number}</span>{one.title}</Link>
                      <p className="text-dns-14N-130 text-solid-gray-800">{[one.device_name, one.section].filter(Boolean).join(" / ")}</p>
                      <p className="text-dns-14N-130 text-solid-gray-700">{at(one.opened_at, "short")}{one.owner_name && `　${one.owner_name}`}</p>
                      {one.next_due && <div className="text-dns-14N-130 mt-1"><TicketDue ticket={one} /></div>}
                    </li>
                  ))}
                </ul>
              </section>
            );
          })}
        </div>
      )}
      {list.hasMore && <p className="mt-3"><Link href={`/tickets?kind=${kind?.id ?? ""}&phase=open`}>{t("boardMore", { n: Math.max(0, (list.total ?? MOST) - MOST) })}</Link></p>}
    </>
  );
}
