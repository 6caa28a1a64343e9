import { useState } from "react";
import type { Person, Role } from "../../api/contract";
import { useGet, useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Problem } from "../../app/problem";
import { Button } from "../../design/button";
import { DateTimeField, momentOf } from "../../design/date-time";
import { Dialog, FormDialog } from "../../design/dialog";
import { Checkbox, Select, TextField } from "../../design/field";
import { useSession } from "../../app/session";
import { designWords } from "../../design/words";
import { serverNow, useTime } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { peopleWords, ROLES } from "./words";

/** Roles that a roster entry can have; with `administrator` also the one that stands outside the roster. */
export function useRoleChoices(administrator = false) {
  const t = useWords(peopleWords);
  return ROLES.filter((value) => administrator || value !== "administrator").map((value) => ({ value, label: t(value) }));
}

/** Whether who is signed in is an administrator of the installation: only they make another. */
export function useAdministrator(): boolean {
  const { session, contract } = useSession();
  return session.contracts?.some((one) => one.id === contract && one.role === "administrator") ?? false;
}

export function PersonDialog({ person, onClose }: { person?: Person; onClose: () => void }) {
  const t = useWords(peopleWords);
  const notices = useNotices();
  const { session, may } = useSession();
  const named = useName();
  const administrator = useAdministrator();
  const directories = useGet("/people/directories", {}, { enabled: may("people_manage") }).data?.items ?? [];
  const choices = useRoleChoices(administrator);
  const create = useSend("POST /people", ["/people"]);
  const change = useSend("PATCH /people/{id}", ["/people"]);
  const [form, setForm] = useState({ login: person?.login ?? "", name: person?.name ?? "", kana: person?.kana ?? "", mail: person?.mail ?? "", organisation: person?.organisation ?? "", role: person?.role ?? "operator", disabled: person?.state === "disabled", administrator: person?.role === "administrator", directory: person?.directory?.id ?? "" });
  const set = (key: keyof typeof form) => (text: string) => setForm((old) => ({ ...old, [key]: text }));
  const fault = create.error ?? change.error;
  const submit = () => {
    const { login, role, disabled, administrator: gives, directory, ...written } = form;
    const rest = directory === (person?.directory?.id ?? "") ? written : { ...written, directory };
    const given = person && gives !== (person.role === "administrator") ? { administrator: gives } : {};
    if (person) change.mutate({ path: { id: person.id }, body: { ...rest, disabled, ...given } }, { onSuccess: () => { notices.ok(t("saved")); onClose(); } });
    else create.mutate({ body: { login, role: role as Role, ...rest } }, { onSuccess: (made) => { notices.ok(t(role === "administrator" ? "addedAdministrator" : "added", { name: made.name })); onClose(); } });
  };
  return (
    <FormDialog title={t(person ? "edit" : "add")} submit={t(person ? "edit" : "add")} busy={create.isPending || change.isPending} onClose={onClose} onSubmit={submit}>
      <Problem fault={fault} />
      <TextField label={t("name")} required value={form.name} onText={set("name")} error={fault?.field("name")} />
      <TextField label={t("kana")} markOptional value={form.kana} onText={set("kana")} error={fault?.field("kana")} />
      {!person && <TextField label={t("login")} required autoCapitalize="none" spellCheck={false} value={form.login} onText={set("login")} error={fault?.field("login")} />}
      <TextField type="email" label={t("mail")} markOptional value={form.mail} onText={set("mail")} error={fault?.field("mail")} />
      <TextField label={t("organisation")} markOptional value={form.organisation} onText={set("organisation")} />
      {directories.length > 0 && <Select label={t("passwordOf")} hint={person && t("passwordMoves")} value={form.directory} onText={set("directory")} empty={t("passwordHere")} choices={directories.map((one) => ({ value: one.id, label: t(one.kind === "sign_on" ? "signOnThere" : "passwordThere", { name: named(one.name) }) }))} error={fault?.field("directory")} />}
      {!person && <Select label={t("role")} required value={form.role} onText={set("role")} choices={choices} />}
      {person && administrator && person.id !== session.account?.id && <Checkbox label={t("makeAdministrator")} checked={form.administrator} onChange={(yes) => setForm((old) => ({ ...old, administrator: yes }))} />}
      {person && <Checkbox label={t("disable")} checked={form.disabled} onChange={(disabled) => setForm((old) => ({ ...old, disabled }))} />}
    </FormDialog>
  );
}

export function InviteDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const t = useWords(peopleWords);
  const d = useWords(designWords);
  const { at } = useTime();
  const invite = useSend("POST /people/{id}/invite", ["/people"]);
  const [copied, setCopied] = useState(false);
  const [lost, setLost] = useState(false);
  return (
    <Dialog title={`${t("invite")}（${person.name}）`} onClose={onClose}>
      <div className="flex flex-col items-start gap-4">
        <Problem fault={invite.error} />
        {invite.data ? (
          <>
            <p>{t("inviteLead", { at: at(invite.data.expires) })}</p>
            <p className="w-full rounded-8 border border-solid-gray-420 p-3 font-mono break-all">{invite.data.link}</p>
            <Button onClick={() => void navigator.clipboard?.writeText(invite.data?.link ?? "").then(() => setCopied(true))}>{d(copied ? "copied" : "copy")}</Button>
          </>
        ) : (
          <>
            {(person.passkeys ?? 0) > 0 && <Checkbox label={t("lostDevice", { n: person.passkeys ?? 0 })} hint={t("lostDeviceHint")} checked={lost} onChange={setLost} />}
            <Button kind="main" busy={invite.isPending} onClick={() => invite.mutate({ path: { id: person.id }, ...(lost ? { query: { remove_passkeys: true } } : {}) })}>{t("invite")}</Button>
          </>
        )}
      </div>
    </Dialog>
  );
}

export function SubmitDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const t = useWords(peopleWords);
  const notices = useNotices();
  const send = useSend("POST /roster", ["/roster", "/people", "/today"]);
  const [role, setRole] = useState<string>(person.role && person.role !== "administrator" ? person.role : "operator");
  const [from, setFrom] = useState(() => momentOf(serverNow()));
  const [until, setUntil] = useState({ day: "", time: "" });
  const [note, setNote] = useState("");
  return (
    <FormDialog title={`${t("submitRoster")}（${person.name}）`} submit={t("submitRoster")} busy={send.isPending} onClose={onClose}
      onSubmit={() => send.mutate({ body: { person: person.id, role: role as Role, from: from.day, until: until.day || null, ...(note ? { note } : {}) } }, { onSuccess: () => { notices.ok(t("submittedNow")); onClose(); } })}>
      <Problem fault={send.error} />
      <Select label={t("role")} required value={role} onText={setRole} choices={useRoleChoices()} />
      <DateTimeField dayOnly label={t("from")} required value={from} onChange={setFrom} error={send.error?.field("from")} />
      <DateTimeField dayOnly label={t("until")} value={until} onChange={setUntil} error={send.error?.field("until")} />
      <TextField label={t("note")} markOptional value={note} onText={setNote} />
    </FormDialog>
  );
}
