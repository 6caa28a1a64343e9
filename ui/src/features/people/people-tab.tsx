import { useMemo, useState } from "react";
import type { Person } from "../../api/contract";
import { useGet, useList, useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Problem } from "../../app/problem";
import { useSession } from "../../app/session";
import { Badge, type Tone } from "../../design/badge";
import { Button } from "../../design/button";
import { SearchBox } from "../../design/filter-bar";
import { Loading } from "../../design/progress";
import { Empty } from "../../design/states";
import { DataTable, type Column } from "../../design/table";
import { useTime } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { useFilters } from "../../parts/filter-state";
import { partWords } from "../../parts/words";
import { InviteDialog, PersonDialog, SubmitDialog } from "./person-dialogs";
import { peopleWords } from "./words";

const TONES: Record<Person["state"], Tone> = { active: "ok", invited: "info", no_roster: "warning", locked: "critical", disabled: "neutral" };

export function PeopleTab() {
  const t = useWords(peopleWords);
  const p = useWords(partWords);
  const { at } = useTime();
  const named = useName();
  const notices = useNotices();
  const [filters, set] = useFilters();
  const { may } = useSession();
  const manages = may("people_manage");
  const submits = may("roster_submit");
  const [open, setOpen] = useState<{ kind: "new" } | { kind: "edit" | "invite" | "roster"; person: Person } | null>(null);
  const elsewhere = (useGet("/people/directories", {}, { enabled: manages }).data?.items.length ?? 0) > 0;
  const list = useList("/people", { query: { q: filters["q"] } });
  const { mutate: unlock } = useSend("POST /people/{id}/unlock", ["/people"]);

  const columns = useMemo<Column<Person>[]>(() => [
    { id: "name", header: t("name"), cell: (one) => <><span className="font-bold">{one.name}</span> <span className="text-dns-14N-130 text-solid-gray-700">{one.login}</span>{one.organisation && <span className="text-dns-14N-130 block">{one.organisation}</span>}</> },
    { id: "state", header: t("state"), narrow: true, width: "9rem", cell: (one) => <Badge tone={TONES[one.state]} icon={one.state === "active" ? "check" : one.state === "locked" ? "key" : "info"}>{t(one.state)}</Badge> },
    { id: "role", header: t("role"), width: "7rem", cell: (one) => <span className="md:whitespace-nowrap">{one.role ? t(one.role) : "—"}</span> },
    ...(elsewhere ? [{ id: "way", header: t("passwordOf"), width: "10rem", cell: (one: Person) => (one.directory === undefined ? "—" : one.directory ? named(one.directory.name) + (one.directory.kind === "sign_on" && !one.linked ? t("notLinked") : "") : t("wayHere")) }] : []),
    { id: "second_factor", header: t("secondFactor"), width: "7rem", cell: (one) => t(one.second_factor ? "on" : "off") },
    { id: "last_seen", header: t("lastSeen"), width: "6rem", cell: (one) => <span className="tabular">{at(one.last_seen, "short") || "—"}</span> },
    {
      id: "actions", header: t("actions"), width: "12rem", cell: (one) => (
        <span className="flex flex-wrap gap-2 md:w-max md:max-w-44 2xl:max-w-none">
          {manages && <Button small onClick={() => setOpen({ kind: "edit", person: one })}>{p("edit")}<span className="sr-only">{one.name}</span></Button>}
          {manages && one.state === "locked" && <Button small onClick={() => unlock({ path: { id: one.id } }, { onSuccess: () => notices.ok(t("unlocked")), onError: notices.fault })}>{t("unlock")}</Button>}
          {one.state === "no_roster" && one.roster?.some((entry) => entry.state === "submitted") ? <span className="self-center">{t("submitted")}</span> : one.state === "no_roster" ? submits && <Button small onClick={() => setOpen({ kind: "roster", person: one })}>{t("submitRoster")}</Button> : manages && one.state !== "disabled" && <Button small onClick={() => setOpen({ kind: "invite", person: one })}>{t("invite")}</Button>}
        </span>
      ),
    },
  ], [t, p, at, named, unlock, notices, manages, submits, elsewhere]);

  return (
    <>
      <div className="mb-3 flex flex-wrap items-end justify-between gap-3">
        <div className="w-72"><SearchBox label={p("search")} value={filters["q"] ?? ""} onSearch={(q) => set({ q })} /></div>
        {manages && <Button kind="main" icon="plus" onClick={() => setOpen({ kind: "new" })}>{t("add")}</Button>}
      </div>
      {list.error ? <Problem fault={list.error} onRetry={list.retry} /> : list.pending ? <Loading /> : <DataTable caption={t("tabPeople")} columns={columns} rowKey={(one) => one.id} {...list} empty={<Empty icon="people" title={t(filters["q"] ? "nobody" : "noPeople")} />} />}
      {open?.kind === "new" && <PersonDialog onClose={() => setOpen(null)} />}
      {open?.kind === "edit" && <PersonDialog person={open.person} onClose={() => setOpen(null)} />}
      {open?.kind === "invite" && <InviteDialog person={open.person} onClose={() => setOpen(null)} />}
      {open?.kind === "roster" && <SubmitDialog person={open.person} onClose={() => setOpen(null)} />}
    </>
  );
}
