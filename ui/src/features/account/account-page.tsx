import { useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Problem } from "../../app/problem";
import { useSession } from "../../app/session";
import { Button } from "../../design/button";
import { Select, TextField } from "../../design/field";
import { Facts, PageHeader, Panel } from "../../design/page";
import { useLanguage, useName, useWords, type Language } from "../../i18n/words";
import { peopleWords } from "../people/words";
import { NewPassword, passwordReady } from "../sign-in/new-password";
import { PasskeysPanel } from "./passkeys";
import { AppPanel, CodesPanel } from "./second-factor";
import { SessionsPanel, TokensPanel } from "./sessions-and-tokens";
import { accountWords } from "./words";

export default function AccountPage() {
  const t = useWords(accountWords);
  return (
    <>
      <PageHeader title={t("title")} />
      <div className="grid items-start gap-5 xl:grid-cols-2">
        <MePanel />
        <PasswordPanel />
        <AppPanel />
        <PasskeysPanel />
        <CodesPanel />
        <SessionsPanel />
        <TokensPanel />
      </div>
    </>
  );
}

function MePanel() {
  const t = useWords(accountWords);
  const p = useWords(peopleWords);
  const { session, contract } = useSession();
  const { language, setLanguage } = useLanguage();
  const notices = useNotices();
  const queries = useQueryClient();
  const account = session.account;
  const role = session.contracts?.find((one) => one.id === contract)?.role;
  const [mail, setMail] = useState(account?.mail ?? "");
  const [chosen, setChosen] = useState<string>(language);
  const save = useSend("PATCH /account");
  return (
    <Panel title={t("me")}>
      <form className="flex flex-col items-start gap-4" onSubmit={(event) => {
        event.preventDefault();
        save.mutate({ body: { mail, language: chosen as Language } }, { onSuccess: () => { setLanguage(chosen as Language); notices.ok(t("saved")); void queries.invalidateQueries({ queryKey: ["/session"] }); } });
      }}>
        <Problem fault={save.error} />
        <Facts facts={[[p("name"), account?.name], [p("login"), account?.login], [p("role"), role && p(role)]]} />
        <TextField className="w-full" type="email" label={t("mail")} value={mail} onText={setMail} error={save.error?.field("mail")} />
        <Select label={t("language")} value={chosen} onText={setChosen} choices={[{ value: "ja", label: "日本語" }, { value: "en", label: "English" }]} />
        <Button type="submit" busy={save.isPending}>{t("save")}</Button>
      </form>
    </Panel>
  );
}

function PasswordPanel() {
  const t = useWords(accountWords);
  const named = useName();
  const directory = useSession().session.account?.directory;
  return directory ? <Panel title={t("password")}><p>{t(directory.kind === "sign_on" ? "ofProvider" : "ofDirectory", { name: named(directory.name) })}</p></Panel> : <OwnPasswordPanel />;
}

function OwnPasswordPanel() {
  const t = useWords(accountWords);
  const notices = useNotices();
  const change = useSend("POST /account/password");
  const [form, setForm] = useState({ current: "", password: "", again: "" });
  const set = (key: keyof typeof form) => (text: string) => setForm((old) => ({ ...old, [key]: text }));
  return (
    <Panel title={t("password")}>
      <form className="flex flex-col gap-4" onSubmit={(event) => {
        event.preventDefault();
        change.mutate({ body: { current: form.current, password: form.password } }, { onSuccess: () => { setForm({ current: "", password: "", again: "" }); notices.ok(t("changed")); } });
      }}>
        <Problem fault={change.error} />
        <TextField type="password" label={t("current")} required autoComplete="current-password" value={form.current} onText={set("current")} error={change.error?.field("current")} />
        <NewPassword label={t("newPassword")} value={form.password} again={form.again} onValue={set("password")} onAgain={set("again")} fault={change.error?.field("password")} />
        <div><Button type="submit" busy={change.isPending} disabled={!form.current || !passwordReady(form.password, form.again)}>{t("change")}</Button></div>
      </form>
    </Panel>
  );
}
