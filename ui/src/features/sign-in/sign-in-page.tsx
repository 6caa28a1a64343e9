import { useEffect, useState, type FormEvent } from "react";
import { ApiProblem, send } from "../../api/client";
import type { PasskeyQuestion } from "../../api/contract";
import { Problem } from "../../app/problem";
import { useSession } from "../../app/session";
import { appWords } from "../../app/words";
import { Button } from "../../design/button";
import { TextField } from "../../design/field";
import { Note } from "../../design/states";
import { useName, useWords } from "../../i18n/words";
import { CityPc } from "./city-pc";
import { Frame } from "./frame";
import { SignOnButtons, useProviders } from "./sign-on-buttons";
import { NoPasskeyGiven, passkeysWork, usePasskeyOf } from "./passkey";
import { signInWords } from "./words";

/** Two steps: name and password, then the second factor; or a passkey in place of both. The server decides which is due. */
export function SignInPage() {
  const t = useWords(signInWords);
  const a = useWords(appWords);
  const { session, refresh, ended, lastProvider } = useSession();
  const named = useName();
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [recovery, setRecovery] = useState(false);
  const [fault, setFault] = useState<ApiProblem | null>(null);
  const [busy, setBusy] = useState(false);
  const [none, setNone] = useState(false);
  const second = session.state === "second_factor";
  const providers = useProviders().filter((one) => one.id !== lastProvider?.id || !ended).length;
  const again = ended && !second ? lastProvider : null;
  const passkey = passkeysWork(session.passkey_address) && (!second || session.second_factors?.passkey === true);
  // Who has no authenticator app is not asked for its digits.
  const onlyPasskey = second && passkey && session.second_factors?.code === false && !recovery;

  useEffect(() => {
    document.title = `${t(onlyPasskey ? "passkeyTitle" : second ? "secondTitle" : "title")} | Yagura`;
  }, [t, second, onlyPasskey]);

  const run = async (work: () => Promise<unknown>) => {
    setBusy(true);
    setFault(null);
    setNone(false);
    try {
      await work();
      setPassword("");
      setCode("");
      await refresh();
    } catch (caught) {
      setFault(caught instanceof ApiProblem ? caught : null);
      setNone(caught instanceof NoPasskeyGiven);
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    void run(() =>
      second
        ? send("POST", "/session/second-factor", { body: recovery ? { recovery_code: code.trim() } : { code: code.replace(/\s/g, "") } })
        : send("POST", "/session", { body: { login: login.trim(), password } }),
    );
  };

  const byPasskey = async () => {
    const question = (await send("POST", "/session/passkey/options")) as PasskeyQuestion;
    return send("POST", "/session/passkey", { body: await usePasskeyOf(question) });
  };

  // A first step that has run out in the meantime is as good as ended.
  const startAgain = () => send("DELETE", "/session").catch((caught: unknown) => {
    if (!(caught instanceof ApiProblem) || caught.status !== 401) throw caught;
  });

  return (
    <Frame title={t(onlyPasskey ? "passkeyTitle" : second ? "secondTitle" : "title")} lead={t(!second ? "lead" : recovery ? "recoveryLead" : onlyPasskey ? "passkeyLead" : "secondLead")}>
      {again && (
        <div className="mb-5 flex flex-col gap-3">
          <Note tone="info" title={t("endedAtProvider", { name: named(again.name) })} />
          <SignOnButtons only={again.id} />
          <Or />
        </div>
      )}
      <form onSubmit={submit} className="flex flex-col gap-4">
        {ended && !again && !fault && <Note tone="info" title={a("sessionEnding")} />}
        <Problem fault={fault} />
        {none && <Note tone="warning" title={t("noPasskey")} />}
        {onlyPasskey ? (
          <>
            <Button kind="main" icon="key" busy={busy} onClick={() => void run(byPasskey)}>{t("factorPasskey")}</Button>
            <Button kind="quiet" onClick={() => { setRecovery(true); setFault(null); }}>{t("useRecovery")}</Button>
            <Button kind="quiet" onClick={() => void run(startAgain)}>{t("again")}</Button>
          </>
        ) : second ? (
          <>
            <TextField key={String(recovery)} autoFocus label={t(recovery ? "recovery" : "code")} value={code} onText={setCode} required autoComplete="one-time-code" inputMode={recovery ? "text" : "numeric"} />
            <Button type="submit" kind="main" busy={busy}>{t("enter")}</Button>
            {passkey && !recovery && <Button icon="key" onClick={() => void run(byPasskey)}>{t("factorPasskey")}</Button>}
            <Button kind="quiet" onClick={() => { setRecovery(!recovery); setCode(""); setFault(null); }}>{t(!recovery ? "useRecovery" : session.second_factors?.code === false ? "factorPasskey" : "useCode")}</Button>
            <Button kind="quiet" onClick={() => void run(startAgain)}>{t("again")}</Button>
          </>
        ) : (
          <>
            <TextField label={t("login")} value={login} onText={setLogin} required autoComplete="username" autoCapitalize="none" spellCheck={false} />
            <TextField type="password" label={t("password")} value={password} onText={setPassword} required autoComplete="current-password" />
            <Button type="submit" kind={again ? "plain" : "main"} busy={busy}>{t("next")}</Button>
            {(passkey || session.takes_tickets || providers > 0) && <Or />}
            {passkey && <Button icon="key" onClick={() => void run(byPasskey)}>{t("byPasskey")}</Button>}
            {session.takes_tickets && <CityPc busy={busy} onPress={() => void run(() => send("GET", "/session/kerberos"))} />}
          </>
        )}
      </form>
      {!second && <div className="mt-4"><SignOnButtons except={again?.id} /></div>}
    </Frame>
  );
}

function Or() {
  const t = useWords(signInWords);
  return <p className="flex items-center gap-3 text-solid-gray-700 before:h-px before:grow before:bg-solid-gray-300 after:h-px after:grow after:bg-solid-gray-300">{t("orPasskey")}</p>;
}
