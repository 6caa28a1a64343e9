import { useState } from "react";
import { Link } from "wouter";
import type { IncidentDetail, Ticket } from "../../api/contract";
import { useList, useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Problem } from "../../app/problem";
import { useSession } from "../../app/session";
import { Badge } from "../../design/badge";
import { Button, IconButton } from "../../design/button";
import { Combobox } from "../../design/combobox";
import { FormDialog } from "../../design/dialog";
import { Checkbox, Select, TextArea, TextField, type Choice } from "../../design/field";
import { Facts, Panel } from "../../design/page";
import { Note } from "../../design/states";
import { useTime } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { FileLinks, FilesField, type KeptFile } from "../../parts/files";
import { hrefOf } from "./ticket-state";
import { deskWords } from "./words";

interface Props {
  ticket: IncidentDetail;
}

export function CallerPanel({ ticket }: Props) {
  const t = useWords(deskWords);
  const { at } = useTime();
  const { may } = useSession();
  const notices = useNotices();
  const acknowledge = useSend("POST /tickets/changes", ["/incidents", "/tickets"]);
  const caller = ticket.caller;
  const shown = (text: string | null | undefined) => (caller?.masked ? <span className="text-solid-gray-700">{t("masked")}</span> : text);
  const waits = !ticket.acknowledged_at && ticket.state !== "closed" && may("incident_write");
  return (
    <Panel title={t("caller")} actions={waits && <Button small icon="check" busy={acknowledge.isPending} onClick={() => acknowledge.mutate({ body: { act: "acknowledge", tickets: [ticket.id] } }, { onSuccess: () => notices.ok(t("acknowledged", { n: 1 })), onError: notices.fault })}>{t("acknowledge")}</Button>}>
      <Facts columns={1} facts={[
        [t("channel"), t(ticket.channel === "mail" ? "byMail" : (ticket.channel ?? "phone"))],
        [t("callerName"), shown(caller?.name)],
        [t("section"), caller?.section],
        [t("extension"), shown(caller?.extension)],
        [t("mail"), shown(caller?.mail)],
        ...(ticket.loan_name ? [[t("loan"), <Link key="loan" href={`/ledgers/loans/${ticket.loan ?? ""}`}>{ticket.loan_name}</Link>] as const] : []),
        ...(ticket.acknowledged_at ? [[t("acknowledge"), t("acknowledgedBy", { who: ticket.acknowledged_by ?? "", at: at(ticket.acknowledged_at, "short") })] as const] : []),
      ]} />
    </Panel>
  );
}

export function MessagesTab({ ticket }: Props) {
  const t = useWords(deskWords);
  const { at } = useTime();
  const { may } = useSession();
  const messages = ticket.messages ?? [];
  return (
    <div className="flex flex-col gap-4">
      {messages.length === 0 && <p className="text-solid-gray-700">{t("noMessages")}</p>}
      <ol className="flex flex-col gap-3">
        {messages.map((one) => (
          <li key={one.id} className={`max-w-200 rounded-12 border border-solid-gray-200 p-3 ${one.incoming ? "bg-white" : "ms-auto bg-key-50"}`}>
            <p className="text-dns-14N-130 mb-1 flex flex-wrap items-center gap-2 text-solid-gray-700">
              <b>{t(one.incoming ? "fromCaller" : "toCaller")}</b>
              {(one.incoming ? one.sender : one.recipient) ?? ""}
              <span className="tabular">{at(one.at, "short")}</span>
              {one.state && <Badge tone={one.state === "failed" ? "critical" : one.state === "sent" ? "ok" : "neutral"}>{t(one.state as "queued" | "sent" | "failed")}</Badge>}
            </p>
            <p className="break-words whitespace-pre-wrap">{one.body}</p>
            {(one.attachments?.length ?? 0) > 0 && <div className="mt-2"><FileLinks files={ticket.attachments?.filter((file) => one.attachments?.includes(file.id)) ?? []} /></div>}
          </li>
        ))}
      </ol>
      {may("incident_write") && <ReplyForm ticket={ticket} />}
    </div>
  );
}

function ReplyForm({ ticket }: Props) {
  const t = useWords(deskWords);
  const name = useName();
  const notices = useNotices();
  const send = useSend("POST /incidents/{id}/replies", ["/incidents", "/tickets"]);
  const [text, setText] = useState("");
  const [template, setTemplate] = useState("");
  const [answers, setAnswers] = useState(false);
  const [toMerged, setToMerged] = useState(true);
  const [files, setFiles] = useState<readonly KeptFile[]>([]);
  const caller = ticket.caller;
  const reachable = caller?.masked || caller?.mail || caller?.from_portal;
  if (!reachable) return <Note>{t("unreachable")}</Note>;
  const texts = ticket.texts ?? [];
  return (
    <form className="flex flex-col gap-3 border-t border-solid-gray-200 pt-4" onSubmit={(event) => {
      event.preventDefault();
      send.mutate({ path: { id: ticket.id }, body: { text, answers, to_merged: toMerged, attachments: files.map((file) => file.id) } }, { onSuccess: () => { setText(""); setFiles([]); setTemplate(""); setAnswers(false); notices.ok(t("replied")); } });
    }}>
      <Problem fault={send.error} />
      {texts.length > 0 && <Select label={t("template")} value={template} choices={texts.map((one) => ({ value: one.id, label: name(one.title) }))} empty={t("templateNone")}
        onText={(id) => { setTemplate(id); const found = texts.find((one) => one.id === id); if (found) setText(name(found.text)); }} />}
      <TextArea required label={t("replyText")} rows={6} value={text} onText={setText} maxLength={20000} hint={caller?.mail ? t("byMailTo", { to: caller.mail }) : t("byPortal")} />
      {(ticket.merged_from?.length ?? 0) > 0 && <Checkbox label={t("alsoTo", { numbers: ticket.merged_from?.map((one) => one.number).join(", ") ?? "" })} checked={toMerged} onChange={setToMerged} />}
      <FilesField label={t("files")} button={t("addFiles")} files={files} onChange={setFiles} />
      {ticket.events?.some((one) => one.id === "answered") && <Checkbox label={t("answers")} checked={answers} onChange={setAnswers} />}
      <div><Button type="submit" kind="main" busy={send.isPending}>{t("reply")}</Button></div>
    </form>
  );
}

/** Finds another ticket or request by number or any word of it. */
function TicketPicker({ label, value, onChoose, not, requests }: { label: string; value: Choice | null; onChoose: (choice: Choice | null) => void; not: number; requests: boolean }) {
  const [q, setQ] = useState<string | null>(null);
  const found = useList("/tickets", { query: { q: q || undefined } }, { enabled: q !== null, limit: 20 });
  const fits = (one: Ticket) => one.id !== not && (requests || !one.request);
  return <Combobox required label={label} value={value} onQuery={setQ} onChoose={onChoose} choices={found.rows.filter(fits).map((one) => ({ value: String(one.id), label: `${one.number} ${one.title}` }))} />;
}

export function LinksPanel({ ticket }: Props) {
  const t = useWords(deskWords);
  const { may } = useSession();
  const notices = useNotices();
  const [adding, setAdding] = useState(false);
  const unlink = useSend("DELETE /incidents/{id}/links/{other}", ["/incidents"]);
  const links = ticket.links ?? [];
  return (
    <Panel title={t("links")} actions={may("incident_write") && <Button small icon="plus" onClick={() => setAdding(true)}>{t("addLink")}</Button>}>
      {links.length === 0 && <p className="text-solid-gray-700">{t("noLinks")}</p>}
      <ul className="flex flex-col gap-2">
        {links.map((one) => (
          <li key={one.id} className="flex items-start gap-2">
            <Badge>{t(one.relation)}</Badge>
            <Link href={hrefOf(one)} className="min-w-0 grow"><span className="tabular me-1">{one.number}</span>{one.title}</Link>
            {may("incident_write") && <IconButton icon="close" className="-my-2" label={t("unlink", { number: one.number })} onClick={() => unlink.mutate({ path: { id: ticket.id, other: one.id } }, { onError: notices.fault })} />}
          </li>
        ))}
      </ul>
      {adding && <LinkDialog ticket={ticket} onClose={() => setAdding(false)} />}
    </Panel>
  );
}

function LinkDialog({ ticket, onClose }: Props & { onClose: () => void }) {
  const t = useWords(deskWords);
  const notices = useNotices();
  const link = useSend("POST /incidents/{id}/links", ["/incidents"]);
  const [other, setOther] = useState<Choice | null>(null);
  const [relation, setRelation] = useState<"related" | "duplicate" | "caused_by" | "causes">("related");
  return (
    <FormDialog title={t("addLink")} submit={t("addLink")} busy={link.isPending} disabled={!other} onClose={onClose}
      onSubmit={() => link.mutate({ path: { id: ticket.id }, body: { other: Number(other?.value), relation } }, { onSuccess: () => { notices.ok(t("linked")); onClose(); } })}>
      <Problem fault={link.error} />
      <TicketPicker label={t("otherTicket")} value={other} onChoose={setOther} not={ticket.id} requests />
      <Select label={t("relation")} value={relation} onText={(text) => setRelation(text as typeof relation)} choices={(["related", "duplicate", "caused_by", "causes"] as const).map((value) => ({ value, label: t(value) }))} />
    </FormDialog>
  );
}

export function MergeDialog({ ticket, onClose }: Props & { onClose: () => void }) {
  const t = useWords(deskWords);
  const notices = useNotices();
  const merge = useSend("POST /incidents/{id}/merge", ["/incidents", "/tickets", "/today"]);
  const [into, setInto] = useState<Choice | null>(null);
  const [reason, setReason] = useState("");
  return (
    <FormDialog title={t("merge")} submit={t("merge")} busy={merge.isPending} disabled={!into} onClose={onClose}
      onSubmit={() => merge.mutate({ path: { id: ticket.id }, body: { into: Number(into?.value), reason } }, { onSuccess: () => { notices.ok(t("merged")); onClose(); } })}>
      <p>{t("mergeLead")}</p>
      <Problem fault={merge.error} />
      <TicketPicker label={t("mergeInto")} value={into} onChoose={setInto} not={ticket.id} requests={false} />
      <TextField required label={t("mergeWhy")} value={reason} onText={setReason} maxLength={4000} error={merge.error?.field("reason")} />
    </FormDialog>
  );
}

export function MergedNote({ ticket }: Props) {
  const t = useWords(deskWords);
  const { may } = useSession();
  const notices = useNotices();
  const apart = useSend("POST /incidents/{id}/unmerge", ["/incidents", "/tickets", "/today"]);
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState("");
  if (!ticket.merged_into) return null;
  return (
    <div className="mb-4">
      <Note title={t("mergedInto", { number: ticket.merged_number ?? "" })}>
        <span className="flex flex-wrap items-center gap-3">
          <Link href={`/incidents/${ticket.merged_into}`}>{ticket.merged_number}</Link>
          {may("incident_write") && <Button small icon="undo" onClick={() => setAsking(true)}>{t("unmerge")}</Button>}
        </span>
      </Note>
      {asking && (
        <FormDialog title={t("unmerge")} submit={t("unmerge")} busy={apart.isPending} onClose={() => setAsking(false)}
          onSubmit={() => apart.mutate({ path: { id: ticket.id }, body: { reason } }, { onSuccess: () => { notices.ok(t("unmerged")); setAsking(false); } })}>
          <Problem fault={apart.error} />
          <TextField required label={t("unmergeWhy")} value={reason} onText={setReason} maxLength={4000} />
        </FormDialog>
      )}
    </div>
  );
}
