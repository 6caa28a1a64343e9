/** What must not go: placed by one person, released by two. */
import { useMemo, useState } from "react";
import type { LogHold } from "../../api/contract";
import { useGet, useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Await, Problem } from "../../app/problem";
import { useSession } from "../../app/session";
import { Badge, type Tone } from "../../design/badge";
import { Button } from "../../design/button";
import { FormDialog } from "../../design/dialog";
import { Select, TextArea, TextField } from "../../design/field";
import type { IconName } from "../../design/icon";
import { Empty } from "../../design/states";
import { DataTable, type Column } from "../../design/table";
import { useTime } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { keepingWords } from "./keeping/words";

const STALE = ["/log-holds", "/log-keeping"] as const;
const LOOKS: Record<LogHold["state"], readonly [Tone, IconName]> = { held: ["info", "key"], release_asked: ["warning", "clock"], released: ["neutral", "check"] };
type Doing = "ask" | "release" | "refuse";

export function Holds() {
  const t = useWords(keepingWords);
  const name = useName();
  const { at } = useTime();
  const { may } = useSession();
  const list = useGet("/log-holds", {});
  const kinds = useGet("/log-search/kinds", {});
  const [placing, setPlacing] = useState(false);
  const [doing, setDoing] = useState<{ hold: LogHold; what: Doing } | null>(null);
  const columns = useMemo<Column<LogHold>[]>(() => {
    const title = (kind: string) => name(kinds.data?.kinds.find((one) => one.kind === kind)?.title) || kind;
    const span = ({ from, to }: LogHold) => (from && to ? t("span", { from, to }) : from ? t("since", { from }) : to ? t("until", { to }) : t("always"));
    return [
      { id: "what", header: t("what"), cell: (one) => <><span className="font-bold">{one.kinds.length ? one.kinds.map(title).join("、") : t("allKinds")}</span><span className="tabular block">{span(one)}</span></> },
      { id: "state", header: t("state"), narrow: true, width: "11rem", cell: (one) => <Badge tone={LOOKS[one.state][0]} icon={LOOKS[one.state][1]}>{t(one.state)}</Badge> },
      { id: "why", header: t("why"), cell: (one) => (
        <>
          {one.reason}<span className="block">{t("orderedBy")}: {one.ordered_by}</span>
          <span className="text-dns-14N-130 block text-solid-gray-700">{t("placedBy", { who: one.placed_name, at: at(one.placed_at, "short") })}</span>
          {one.asked_at && <span className="text-dns-14N-130 block text-solid-gray-700">{t("askedBy", { who: one.asked_name, at: at(one.asked_at, "short"), reason: one.asked_reason })}</span>}
          {one.released_at && <span className="text-dns-14N-130 block text-solid-gray-700">{t("releasedBy", { who: one.released_name, at: at(one.released_at, "short") })}</span>}
        </>
      ) },
      { id: "actions", header: t("actions"), width: "16rem", cell: (one) => (
        <span className="flex flex-wrap gap-2">
          {one.may_ask && <Button small onClick={() => setDoing({ hold: one, what: "ask" })}>{t("ask")}<span className="sr-only">{one.reason}</span></Button>}
          {one.may_decide && <><Button small onClick={() => setDoing({ hold: one, what: "release" })}>{t("release")}<span className="sr-only">{one.reason}</span></Button><Button small kind="quiet" onClick={() => setDoing({ hold: one, what: "refuse" })}>{t("refuse")}<span className="sr-only">{one.reason}</span></Button></>}
        </span>
      ) },
    ];
  }, [t, name, at, kinds.data]);
  return (
    <>
      {may("log_hold") && <div className="flex justify-end p-3"><Button kind="main" icon="plus" onClick={() => setPlacing(true)}>{t("place")}</Button></div>}
      <Await of={list}>{(holds) => <DataTable caption={t("holds")} columns={columns} rows={holds.items} rowKey={(one) => one.id} empty={<Empty icon="key" title={t("noHolds")} />} />}</Await>
      {placing && <PlaceDialog kinds={(kinds.data?.kinds ?? []).map((one) => ({ value: one.kind, label: name(one.title) }))} onClose={() => setPlacing(false)} />}
      {doing && <ReleaseDialog {...doing} onClose={() => setDoing(null)} />}
    </>
  );
}

function PlaceDialog({ kinds, onClose }: { kinds: { value: string; label: string }[]; onClose: () => void }) {
  const t = useWords(keepingWords);
  const notices = useNotices();
  const place = useSend("POST /log-holds", STALE);
  const [kind, setKind] = useState("");
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const [reason, setReason] = useState("");
  const [ordered_by, setOrderedBy] = useState("");
  const body = { kinds: kind ? [kind] : [], from, to, reason, ordered_by };
  return (
    <FormDialog title={t("place")} submit={t("place")} busy={place.isPending} onClose={onClose} onSubmit={() => place.mutate({ body }, { onSuccess: () => { notices.ok(t("done")); onClose(); } })}>
      <p className="mb-3">{t("placeLead")}</p>
      <Problem fault={place.error} />
      <div className="flex flex-col gap-4">
        <Select label={t("kind")} value={kind} onText={setKind} choices={kinds} empty={t("allKinds")} />
        <TextField type="date" label={t("firstDay")} hint={t("dayHint")} value={from} onText={setFrom} />
        <TextField type="date" label={t("lastDay")} value={to} onText={setTo} />
        <TextArea label={t("reason")} required rows={3} maxLength={2000} value={reason} onText={setReason} />
        <TextField label={t("orderedBy")} required maxLength={200} value={ordered_by} onText={setOrderedBy} />
      </div>
    </FormDialog>
  );
}

function ReleaseDialog({ hold, what, onClose }: { hold: LogHold; what: Doing; onClose: () => void }) {
  const t = useWords(keepingWords);
  const notices = useNotices();
  const ask = useSend("POST /log-holds/{id}/release", STALE);
  const decide = useSend("POST /log-holds/{id}/decision", STALE);
  const [reason, setReason] = useState("");
  const after = { onSuccess: () => { notices.ok(t("done")); onClose(); } };
  const send = () => {
    if (what === "ask") ask.mutate({ path: { id: hold.id }, body: { reason } }, after);
    else decide.mutate({ path: { id: hold.id }, body: { release: what === "release", reason } }, after);
  };
  return (
    <FormDialog title={t(what)} submit={t(what)} kind={what === "release" ? "danger" : "main"} busy={ask.isPending || decide.isPending} onClose={onClose} onSubmit={send}>
      <p className="mb-3 font-bold">{hold.reason}</p>
      {what !== "refuse" && <p className="mb-3">{t(what === "ask" ? "askLead" : "releaseLead")}</p>}
      <Problem fault={ask.error ?? decide.error} />
      <TextArea label={t("reason")} required={what !== "release"} rows={3} maxLength={2000} value={reason} onText={setReason} />
    </FormDialog>
  );
}
