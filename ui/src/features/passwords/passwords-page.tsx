import { useMemo, useState } from "react";
import { Link } from "wouter";
import type { PasswordTarget, Release } from "../../api/contract";
import { useGet, useList, useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Problem } from "../../app/problem";
import { Badge, type Tone } from "../../design/badge";
import { Button, LinkButton } from "../../design/button";
import { Dialog, FormDialog } from "../../design/dialog";
import { TextArea, TextField } from "../../design/field";
import type { IconName } from "../../design/icon";
import { Code, PageHeader } from "../../design/page";
import { Loading } from "../../design/progress";
import { Empty, Note } from "../../design/states";
import { DataTable, type Column } from "../../design/table";
import { Tabs } from "../../design/tabs";
import { serverNow, toLocalParts, useTime } from "../../i18n/time";
import { useWords } from "../../i18n/words";
import { useFilters } from "../../parts/filter-state";
import { passwordWords } from "./words";

export default function PasswordsPage() {
  const t = useWords(passwordWords);
  const [filters, set] = useFilters();
  const view = filters["view"] === "releases" ? "releases" : "targets";
  const releases = useList("/releases", {}, { limit: 50 });
  const waiting = releases.rows.filter((one) => one.may_decide || one.may_show).length;
  return (
    <>
      <PageHeader title={t("title")} lead={t("lead")} actions={<LinkButton href="/ledgers/privileged_ids" icon="ledger">{t("toLedger")}</LinkButton>} />
      <div className="overflow-hidden rounded-12 border border-solid-gray-200 bg-white pt-2">
        <Tabs label={t("views")} value={view} onChange={(next) => set({ view: next === "targets" ? undefined : next })} tabs={[{ id: "targets", label: t("targets") }, { id: "releases", label: t("releases"), count: waiting || undefined }]}>
          {view === "targets" ? <Targets /> : <Releases list={releases} />}
        </Tabs>
      </div>
    </>
  );
}

function Targets() {
  const t = useWords(passwordWords);
  const { at } = useTime();
  const about = useGet("/passwords", { query: { limit: 1 } }, { keep: true });
  const list = useList("/passwords", {}, { limit: 100 });
  const [changing, setChanging] = useState<PasswordTarget | null>(null);
  const [asking, setAsking] = useState<PasswordTarget | null>(null);
  const mayChange = about.data?.may_change ?? false;
  const mayAsk = about.data?.may_ask ?? false;
  const columns = useMemo<Column<PasswordTarget>[]>(() => {
    const day = (text: string) => at(`${text}T00:00:00+09:00`, "date");
    return [
      { id: "name", header: t("name"), cell: (one) => <><Link href={`/ledgers/privileged_ids/${one.row}`} className="font-bold">{one.name}</Link><span className="text-dns-14N-130 block text-solid-gray-700">{one.machine} · {one.login}</span></> },
      { id: "next", header: t("nextChange"), narrow: true, width: "15rem", cell: (one) => <span className="inline-flex flex-wrap items-center gap-2">{one.late && <Badge tone="critical" icon="alert">{t("late")}</Badge>}<span className="tabular">{one.next_change ? day(one.next_change) : t("noRotation")}</span></span> },
      { id: "changed", header: t("changed"), width: "16rem", cell: (one) => (one.changed ? t("by", { day: day(one.changed), who: one.changed_by }) : t("never")) },
      { id: "kept", header: t("kept"), width: "6rem", cell: (one) => t(one.kept ? "yes" : "no") },
      { id: "actions", header: t("actions"), width: "20rem", cell: (one) => (
        <span className="flex flex-wrap gap-2">
          {mayChange && <Button small onClick={() => setChanging(one)}>{t("change")}<span className="sr-only">{one.name}</span></Button>}
          {mayAsk && one.kept && <Button small kind="quiet" onClick={() => setAsking(one)}>{t("ask")}<span className="sr-only">{one.name}</span></Button>}
        </span>
      ) },
    ];
  }, [t, at, mayChange, mayAsk]);
  return (
    <>
      {about.data && <p className="px-4 pb-3 tabular">{t("progress", { all: about.data.all, late: about.data.late, never: about.data.never })}</p>}
      {list.error ? <div className="p-4"><Problem fault={list.error} onRetry={list.retry} /></div> : list.pending ? <Loading /> : <DataTable caption={t("targets")} columns={columns} rowKey={(one) => one.row} {...list} empty={<Empty icon="key" title={t("none")}><p>{t("noneLead")}</p></Empty>} />}
      {changing && <ChangeDialog target={changing} onClose={() => setChanging(null)} />}
      {asking && <AskDialog target={asking} onClose={() => setAsking(null)} />}
    </>
  );
}

function ChangeDialog({ target, onClose }: { target: PasswordTarget; onClose: () => void }) {
  const t = useWords(passwordWords);
  const notices = useNotices();
  const change = useSend("POST /passwords/{row}", ["/passwords", "/ledgers", "/expiring"]);
  const [secret, setSecret] = useState("");
  const [again, setAgain] = useState("");
  const [on, setOn] = useState(() => toLocalParts(serverNow()).day);
  const [tried, setTried] = useState(false);
  const differ = tried && secret !== again;
  return (
    <FormDialog title={t("changeTitle", { name: target.name })} submit={t("save")} busy={change.isPending} onClose={onClose} onSubmit={() => {
      setTried(true);
      if (secret && secret === again) change.mutate({ path: { row: target.row }, body: { secret, on } }, { onSuccess: () => { notices.ok(t("changedNow")); onClose(); } });
    }}>
      <p className="mb-3">{t("changeLead")}</p>
      <Problem fault={change.error} />
      <div className="flex flex-col gap-4">
        <TextField type="password" autoComplete="new-password" label={t("secret")} required value={secret} onText={setSecret} />
        <TextField type="password" autoComplete="new-password" label={t("again")} required value={again} onText={setAgain} error={differ ? t("differ") : undefined} />
        <TextField type="date" label={t("on")} required value={on} onText={setOn} />
      </div>
    </FormDialog>
  );
}

function AskDialog({ target, onClose }: { target: PasswordTarget; onClose: () => void }) {
  const t = useWords(passwordWords);
  const notices = useNotices();
  const ask = useSend("POST /passwords/{row}/releases", ["/releases"]);
  const [reason, setReason] = useState("");
  return (
    <FormDialog title={t("askTitle", { name: target.name })} submit={t("send")} busy={ask.isPending} onClose={onClose} onSubmit={() => ask.mutate({ path: { row: target.row }, body: { reason } }, { onSuccess: () => { notices.ok(t("askedNow")); onClose(); } })}>
      <p className="mb-3">{t("askLead")}</p>
      <Problem fault={ask.error} />
      <TextArea label={t("reason")} required rows={3} maxLength={2000} value={reason} onText={setReason} />
    </FormDialog>
  );
}

const LOOKS: Record<Release["state"], readonly [Tone, IconName]> = { asked: ["info", "clock"], approved: ["warning", "key"], refused: ["neutral", "close"], shown: ["ok", "check"], expired: ["neutral", "clock"] };

function Releases({ list }: { list: ReturnType<typeof useReleases> }) {
  const t = useWords(passwordWords);
  const { at } = useTime();
  const notices = useNotices();
  const decide = useSend("POST /releases/{id}/decision", ["/releases"]);
  const [refusing, setRefusing] = useState<Release | null>(null);
  const [showing, setShowing] = useState<Release | null>(null);
  const columns = useMemo<Column<Release>[]>(() => [
    { id: "name", header: t("name"), cell: (one) => <span className="font-bold">{one.name}</span> },
    { id: "state", header: t("state"), narrow: true, width: "11rem", cell: (one) => <><Badge tone={LOOKS[one.state][0]} icon={LOOKS[one.state][1]}>{t(one.state)}</Badge>{one.state === "approved" && one.until && <span className="text-dns-14N-130 tabular block">{t("until", { at: at(one.until, "time") })}</span>}</> },
    { id: "reason", header: t("reason"), cell: (one) => <>{one.reason}<span className="text-dns-14N-130 block text-solid-gray-700">{t("askedBy", { who: one.asked_name, at: at(one.asked_at, "short") })}{one.decided_name && ` → ${one.decided_name}`}{one.refusal && ` · ${one.refusal}`}</span></> },
    { id: "actions", header: t("actions"), width: "17rem", cell: (one) => (
      <span className="flex flex-wrap gap-2">
        {one.may_decide && <><Button small busy={decide.isPending} onClick={() => decide.mutate({ path: { id: one.id }, body: { approve: true } }, { onSuccess: () => notices.ok(t("decided")) })}>{t("approve")}<span className="sr-only">{one.name}</span></Button><Button small kind="quiet" onClick={() => setRefusing(one)}>{t("refuse")}<span className="sr-only">{one.name}</span></Button></>}
        {one.may_show && <Button small kind="main" onClick={() => setShowing(one)}>{t("show")}<span className="sr-only">{one.name}</span></Button>}
      </span>
    ) },
  ], [t, at, decide, notices]);
  return (
    <>
      <div className="px-4"><Problem fault={decide.error} /></div>
      {list.error ? <div className="p-4"><Problem fault={list.error} onRetry={list.retry} /></div> : list.pending ? <Loading /> : <DataTable caption={t("releases")} columns={columns} rowKey={(one) => one.id} {...list} empty={<Empty icon="key" title={t("noReleases")} />} />}
      {refusing && <RefuseDialog release={refusing} onClose={() => setRefusing(null)} />}
      {showing && <ShowDialog release={showing} onClose={() => setShowing(null)} />}
    </>
  );
}
const useReleases = () => useList("/releases", {}, { limit: 50 });

function RefuseDialog({ release, onClose }: { release: Release; onClose: () => void }) {
  const t = useWords(passwordWords);
  const notices = useNotices();
  const decide = useSend("POST /releases/{id}/decision", ["/releases"]);
  const [reason, setReason] = useState("");
  return (
    <FormDialog title={t("refuse")} submit={t("refuse")} kind="danger" busy={decide.isPending} onClose={onClose} onSubmit={() => decide.mutate({ path: { id: release.id }, body: { approve: false, reason } }, { onSuccess: () => { notices.ok(t("decided")); onClose(); } })}>
      <Problem fault={decide.error} />
      <TextArea label={t("refuseTitle")} required rows={3} maxLength={2000} value={reason} onText={setReason} />
    </FormDialog>
  );
}

/** The secret lives in this dialog alone and goes with it. */
function ShowDialog({ release, onClose }: { release: Release; onClose: () => void }) {
  const t = useWords(passwordWords);
  const show = useSend("POST /releases/{id}/secret", ["/releases"]);
  return (
    <Dialog title={release.name} onClose={onClose}>
      <Note tone="warning">{t("showLead")}</Note>
      <Problem fault={show.error} />
      <div className="my-4">{show.data ? <p className="text-std-20B-150 break-all"><Code>{show.data.secret}</Code></p> : <Button kind="main" icon="key" busy={show.isPending} onClick={() => show.mutate({ path: { id: release.id } })}>{t("show")}</Button>}</div>
      <Button onClick={onClose}>{t("close")}</Button>
    </Dialog>
  );
}
