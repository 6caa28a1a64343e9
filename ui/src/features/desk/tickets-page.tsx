import { useCallback, useMemo, useState } from "react";
import { Link, useLocation, useSearch } from "wouter";
import type { Ticket, TicketView } from "../../api/contract";
import { useGet, useList, useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Problem } from "../../app/problem";
import { useSession } from "../../app/session";
import { SeverityBadge } from "../../design/badge";
import { Button, IconButton, LinkButton } from "../../design/button";
import { Dialog, FormDialog } from "../../design/dialog";
import { Checkbox, Select, TextField } from "../../design/field";
import { FilterBar, SearchBox } from "../../design/filter-bar";
import { PageHeader } from "../../design/page";
import { Loading } from "../../design/progress";
import { Empty } from "../../design/states";
import { DataTable, type Column } from "../../design/table";
import { useTime } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { useFilters } from "../../parts/filter-state";
import { partWords } from "../../parts/words";
import { TicketDue, TicketState, KindName, hrefOf } from "./ticket-state";
import { useTriageKeys } from "./triage-keys";
import { deskWords } from "./words";

const STALE = ["/tickets", "/incidents", "/today"];
const FILTERS = ["q", "kind", "phase", "stage", "owner", "section", "device", "contact", "overdue", "sort"] as const;

export default function TicketsPage() {
  const t = useWords(deskWords);
  const p = useWords(partWords);
  const name = useName();
  const { at } = useTime();
  const { may, session } = useSession();
  const notices = useNotices();
  const [, navigate] = useLocation();
  const [filters, set] = useFilters();
  const asked = filters["kind"] ?? "";
  const [help, setHelp] = useState(false);
  const [keeping, setKeeping] = useState(false);
  const [assigning, setAssigning] = useState<number[] | null>(null);
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const desk = useGet("/desk", {}, { keep: true });
  const list = useList("/tickets", { query: Object.fromEntries(FILTERS.map((key) => [key, filters[key]])) });
  const change = useSend("POST /tickets/changes", STALE);
  const works = may("incident_write");

  const toggle = useCallback((id: number) => setChosen((old) => {
    const next = new Set(old);
    if (!next.delete(id)) next.add(id);
    return next;
  }), []);
  const done = (text: string) => { notices.ok(text); setChosen(new Set()); };
  const acknowledge = (tickets: number[]) => change.mutate({ body: { act: "acknowledge", tickets } }, { onSuccess: () => done(t("acknowledged", { n: tickets.length })), onError: notices.fault });
  const own = (tickets: number[]) => change.mutate({ body: { act: "assign", tickets, owner: session.account?.id ?? null } }, { onSuccess: () => done(t("owned", { n: tickets.length })), onError: notices.fault });
  const ticketAt = (index: number) => { const row = list.rows[index]; return row && !row.request ? [row.id] : []; };
  useTriageKeys({
    acknowledge: (index) => { const ids = ticketAt(index); if (works && ids.length) acknowledge(ids); },
    own: (index) => { const ids = ticketAt(index); if (works && ids.length) own(ids); },
    select: (index) => ticketAt(index).forEach(toggle),
    create: () => { if (works) navigate(asked ? `/tickets/new?kind=${asked}` : "/tickets/new"); },
    help: () => setHelp(true),
  }, true);

  const columns = useMemo<Column<Ticket>[]>(() => [
    { id: "title", header: t("number"), cell: (one) => (
      <span className="flex items-start gap-2">
        {works && !one.request && <input type="checkbox" className="mt-0.5 size-5 shrink-0 accent-key-900" aria-label={t("select", { number: one.number })} checked={chosen.has(one.id)} onChange={() => toggle(one.id)} />}
        <Link href={hrefOf(one)} className="font-bold"><span className="tabular me-2 font-normal">{one.number}</span>{one.title}</Link>
      </span>
    ) },
    { id: "kind", header: t("kind"), width: "8.5rem", cell: (one) => <KindName kind={one.kind} desk={desk.data} /> },
    { id: "state", header: t("state"), narrow: true, width: "9rem", cell: (one) => <span className="flex flex-wrap gap-1"><TicketState ticket={one} desk={desk.data} />{one.severity && (one.kind === "incident" || one.kind === "fault") && <SeverityBadge severity={one.severity} />}</span> },
    { id: "due", header: t("due"), width: "13rem", cell: (one) => <TicketDue ticket={one} /> },
    { id: "owner", header: t("owner"), width: "8rem", cell: (one) => one.owner_name || <span className="text-solid-gray-700">—</span> },
    { id: "section", header: t("place"), width: "9rem", cell: (one) => [one.section, one.device_name].filter(Boolean).join(" / ") },
    { id: "opened", header: t("openedAt"), width: "8rem", cell: (one) => <span className="tabular whitespace-nowrap">{at(one.opened_at, "short")}</span> },
  ], [t, at, desk.data, chosen, works, toggle]);

  const every = [...(desk.data?.kinds.map((kind) => ({ value: kind.id, label: name(kind.title) })) ?? []), { value: "request", label: t("request") }];
  // A view may ask for several kinds at once; then it stands among the choices as they are called together.
  const kinds = asked === "" || every.some((one) => one.value === asked) ? every : [...every, { value: asked, label: asked.split(",").map((id) => every.find((one) => one.value === id)?.label ?? id).join("・") }];
  const ids = [...chosen];
  return (
    <>
      <PageHeader title={t("title")} lead={t("lead")} actions={
        <>
          <Button icon="question" kind="quiet" className="max-md:hidden" onClick={() => setHelp(true)}>{t("keys")}</Button>
          <LinkButton href="/tickets/board" icon="next">{t("board")}</LinkButton>
          {works && <LinkButton href={asked ? `/tickets/new?kind=${asked}` : "/tickets/new"} icon="plus" kind="main">{t("create")}</LinkButton>}
        </>
      } />
      <Views views={desk.data?.views ?? []} onKeep={() => setKeeping(true)} />
      <div className="overflow-hidden rounded-12 border border-solid-gray-200 bg-white">
        <FilterBar>
          <SearchBox label={p("search")} value={filters["q"] ?? ""} onSearch={(q) => set({ q })} placeholder={t("searchHint")} />
          <Select label={t("kind")} value={filters["kind"] ?? ""} onText={(kind) => set({ kind })} choices={kinds} empty={t("anyKind")} />
          <Select label={t("phase")} value={filters["phase"] ?? ""} onText={(phase) => set({ phase })} choices={[{ value: "open", label: t("phaseOpen") }, { value: "done", label: t("phaseDone") }]} empty={t("phaseAny")} />
          <Select label={t("owner")} value={filters["owner"] ?? ""} onText={(owner) => set({ owner })} choices={[{ value: "me", label: t("ownerMe") }, { value: "none", label: t("ownerNone") }]} empty={t("ownerAny")} />
          <Select label={t("sort")} value={filters["sort"] ?? "newest"} onText={(sort) => set({ sort })} choices={[{ value: "newest", label: t("sortNewest") }, { value: "due", label: t("sortDue") }, { value: "changed", label: t("sortChanged") }, { value: "oldest", label: t("sortOldest") }]} />
        </FilterBar>
        {ids.length > 0 && (
          <div className="flex flex-wrap items-center gap-2 border-b border-solid-gray-200 bg-key-50 px-4 py-2" role="status">
            <span className="font-bold">{t("chosen", { n: ids.length })}</span>
            <Button small icon="check" onClick={() => acknowledge(ids)}>{t("acknowledge")}</Button>
            <Button small icon="account" onClick={() => own(ids)}>{t("own")}</Button>
            <Button small icon="people" onClick={() => setAssigning(ids)}>{t("assign")}</Button>
            <Button small kind="quiet" onClick={() => setChosen(new Set())}>{t("clearChoice")}</Button>
          </div>
        )}
        {list.error ? <div className="p-4"><Problem fault={list.error} onRetry={list.retry} /></div> : list.pending ? <Loading /> : (
          <>
            <DataTable caption={t("title")} columns={columns} rowKey={(one) => one.id} rowHref={hrefOf} {...list} total={list.first?.total_is_least ? undefined : list.total} empty={<Empty title={t("none")} />} />
            {list.first?.total_is_least && <p className="text-dns-14N-130 px-3 pb-2 text-solid-gray-700">{t("moreThan", { n: (list.total ?? 0).toLocaleString() })}</p>}
          </>
        )}
      </div>
      {help && <KeyHelp onClose={() => setHelp(false)} />}
      {keeping && <KeepView onClose={() => setKeeping(false)} />}
      {assigning && <AssignDialog tickets={assigning} onClose={() => setAssigning(null)} onDone={() => { done(t("assigned", { n: assigning.length })); setAssigning(null); }} />}
    </>
  );
}

/** The same filters written the same way, whatever the browser made of their letters. */
const plain = (query: string) => new URLSearchParams(query).toString();

function Views({ views, onKeep }: { views: readonly TicketView[]; onKeep: () => void }) {
  const t = useWords(deskWords);
  const name = useName();
  const here = useSearch();
  const notices = useNotices();
  const remove = useSend("DELETE /ticket-views/{id}", ["/desk"]);
  return (
    <nav aria-label={t("views")} className="mb-3 flex items-center gap-2 max-md:-mx-3 max-md:overflow-x-auto max-md:px-3 max-md:py-1 md:flex-wrap">
      {views.map((view) => {
        const chosen = plain(here) === plain(view.query);
        return (
          <span key={`${view.id ?? ""}/${view.query}`} className="inline-flex shrink-0 items-center">
            <Link href={`/tickets?${view.query}`} aria-current={chosen ? "page" : undefined} className={`plain-link text-oln-14B-100 inline-flex min-h-10 items-center rounded-full border px-4 ${chosen ? "border-key-900 bg-key-900 text-white" : "border-solid-gray-420 bg-white hover:bg-key-50"}`}>{name(view.title)}</Link>
            {view.own && view.id !== null && <IconButton icon="close" className="size-9" label={t("removeView", { name: name(view.title) })} onClick={() => remove.mutate({ path: { id: view.id as number } }, { onSuccess: () => notices.ok(t("viewGone")), onError: notices.fault })} />}
          </span>
        );
      })}
      <Button small kind="quiet" icon="plus" className="shrink-0" onClick={onKeep}>{t("saveView")}</Button>
    </nav>
  );
}

function KeepView({ onClose }: { onClose: () => void }) {
  const t = useWords(deskWords);
  const { may } = useSession();
  const notices = useNotices();
  const query = plain(useSearch());
  const save = useSend("POST /ticket-views", ["/desk"]);
  const [name, setName] = useState("");
  const [shared, setShared] = useState(false);
  return (
    <FormDialog title={t("saveView")} submit={t("saveView")} busy={save.isPending} onClose={onClose}
      onSubmit={() => save.mutate({ body: { name, query, shared } }, { onSuccess: () => { notices.ok(t("viewSaved")); onClose(); } })}>
      <Problem fault={save.error} />
      <TextField required label={t("viewName")} value={name} onText={setName} maxLength={60} />
      {may("incident_write") && <Checkbox label={t("viewShared")} checked={shared} onChange={setShared} />}
    </FormDialog>
  );
}

function AssignDialog({ tickets, onClose, onDone }: { tickets: number[]; onClose: () => void; onDone: () => void }) {
  const t = useWords(deskWords);
  const change = useSend("POST /tickets/changes", STALE);
  const people = useList("/owners", {}, { limit: 200 });
  const [owner, setOwner] = useState("");
  return (
    <FormDialog title={t("assign")} submit={t("assign")} busy={change.isPending} onClose={onClose}
      onSubmit={() => change.mutate({ body: { act: "assign", tickets, owner: owner ? Number(owner) : null } }, { onSuccess: onDone })}>
      <Problem fault={change.error ?? people.error} />
      <Select label={t("owner")} value={owner} onText={setOwner} choices={people.rows.map((one) => ({ value: String(one.id), label: one.name }))} empty={t("ownerNone")} />
    </FormDialog>
  );
}

function KeyHelp({ onClose }: { onClose: () => void }) {
  const t = useWords(deskWords);
  const keys = [["j", "keyDown"], ["k", "keyUp"], ["Enter", "keyOpen"], ["a", "keyAck"], ["o", "keyOwn"], ["x", "keySelect"], ["/", "keySearch"], ["n", "keyNew"], ["?", "keyHelp"]] as const;
  return (
    <Dialog title={t("keys")} onClose={onClose}>
      <p className="mb-3">{t("keysLead")}</p>
      <dl className="grid grid-cols-[6rem_1fr] gap-y-2">
        {keys.map(([key, word]) => (
          <div key={key} className="contents"><dt><kbd className="rounded-4 border border-solid-gray-420 bg-solid-gray-50 px-2 py-0.5 font-mono">{key}</kbd></dt><dd>{t(word)}</dd></div>
        ))}
      </dl>
    </Dialog>
  );
}
