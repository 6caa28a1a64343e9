import { useEffect, useState, type FormEvent } from "react";
import { ApiProblem, send } from "../../api/client";
import type { PasskeyQuestion } from "../../api/contract";
import { useGet, useSend } from "../../api/hooks";
import { Problem } from "../../app/problem";
import { Button } from "../../design/button";
import { TextField } from "../../design/field";
import { Code } from "../../design/page";
import { Loading } from "../../design/progress";
import { QrCode } from "../../design/qr";
import { Note } from "../../design/states";
import { useTime } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { Frame } from "./frame";
import { NewPassword, passwordReady } from "./new-password";
import { makePasskey, NoPasskeyGiven, passkeysWork } from "./passkey";
import { RecoveryCodes } from "./recovery-codes";
import { SignOnButtons } from "./sign-on-buttons";
import { signInWords } from "./words";

const STEPS = ["stepPassword", "stepApp", "stepCodes"] as const;

/** A one-time link (the first administrator's, an invitation, a lost phone): password, authenticator app, recovery codes. */
export default function SetupPage({ token }: { token: string }) {
  const t = useWords(signInWords);
  const { at } = useTime();
  const named = useName();
  const { mutate: look, ...looked } = useSend("POST /setup/look");
  const begin = useSend("POST /setup");
  const confirm = useSend("POST /setup/confirm");
  const [step, setStep] = useState(0);
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const [code, setCode] = useState("");
  const session = useGet("/session", {});
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const [fault, setFault] = useState<ApiProblem | null>(null);
  const [none, setNone] = useState(false);

  useEffect(() => {
    look({ body: { token } });
  }, [look, token]);
  useEffect(() => {
    document.title = `${t("setupTitle")} | Yagura`;
  }, [t]);

  if (looked.error) {
    return <Frame title={t("setupTitle")}><Note tone="warning" title={t("linkUsed")}>{t("linkUsedLead")}</Note><div className="mt-4"><Problem fault={looked.error} /></div></Frame>;
  }
  if (!looked.data) return <Frame title={t("setupTitle")}><Loading /></Frame>;
  const { login, name, directory, proven, expires } = looked.data;
  const elsewhere = directory?.kind === "sign_on";

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (step === 0) begin.mutate({ body: { token, password } }, { onSuccess: () => setStep(1) });
    else confirm.mutate({ body: { token, code: code.replace(/\s/g, "") } }, { onSuccess: () => setStep(2) });
  };

  const passkey = async () => {
    setFault(null);
    setNone(false);
    try {
      const made = await makePasskey((await send("POST", "/setup/passkey", { body: { token } })) as PasskeyQuestion);
      const done = (await send("POST", "/setup/passkey/confirm", { body: { token, name: t("thisDevice"), ...made } })) as { codes: string[] };
      setCodes(done.codes);
      setStep(2);
    } catch (caught) {
      if (caught instanceof ApiProblem) setFault(caught);
      else if (caught instanceof NoPasskeyGiven) setNone(true);
      else throw caught;
    }
  };
  const kept = codes ?? confirm.data?.codes;

  return (
    <Frame title={t("setupTitle")} lead={t("setupLead")}>
      <p className="text-dns-14N-130 text-solid-gray-700" role="status">{t("step", { n: step + 1 })}</p>
      <h2 className="text-std-20B-150 mb-4">{t(step === 0 && elsewhere ? "stepSignOn" : step === 0 && directory ? "stepCityPassword" : STEPS[step] ?? "stepPassword")}</h2>
      {step === 2 && kept ? <RecoveryCodes codes={kept} done={t("finish")} onDone={() => location.assign("/")} /> : (
        <form onSubmit={submit} className="flex flex-col gap-4">
          <Problem fault={step === 0 ? begin.error : (fault ?? confirm.error)} />
          {none && <Note tone="warning" title={t("noPasskey")} />}
          {step === 0 ? (
            <>
              <p>{t("forWhom", { name, login, at: at(expires) })}</p>
              <input type="text" autoComplete="username" value={login} readOnly hidden />
              {elsewhere ? (
                <>
                  <p>{t(proven ? "signOnProven" : "signOnLead", { name: named(directory.name) })}</p>
                  {proven ? <Button type="submit" kind="main" busy={begin.isPending}>{t("goOn")}</Button> : <SignOnButtons setupToken={token} only={directory.id} />}
                </>
              ) : directory ? (
                <>
                  <p>{t("cityPasswordLead", { name: named(directory.name) })}</p>
                  <TextField type="password" label={t("password")} value={password} onText={setPassword} required autoComplete="current-password" error={begin.error?.field("password")} />
                  <Button type="submit" kind="main" busy={begin.isPending}>{t("provePassword")}</Button>
                </>
              ) : (
                <>
                  <NewPassword value={password} again={again} onValue={setPassword} onAgain={setAgain} fault={begin.error?.field("password")} />
                  <Button type="submit" kind="main" busy={begin.isPending} disabled={!passwordReady(password, again)}>{t("setPassword")}</Button>
                </>
              )}
            </>
          ) : begin.data && (
            <>
              <p>{t("scan")}</p>
              <div className="flex justify-center"><QrCode text={begin.data.uri} /></div>
              <p className="text-dns-14N-130">{t("byHand")}<br /><Code>{begin.data.secret}</Code></p>
              <TextField label={t("code")} value={code} onText={setCode} required inputMode="numeric" autoComplete="one-time-code" error={confirm.error?.field("code")} />
              <Button type="submit" kind="main" busy={confirm.isPending}>{t("register")}</Button>
              {passkeysWork(session.data?.passkey_address) && (
                <div className="flex flex-col gap-2 border-t border-solid-gray-200 pt-4">
                  <p>{t("setupPasskeyLead")}</p>
                  <Button icon="key" onClick={() => void passkey()}>{t("setupPasskey")}</Button>
                </div>
              )}
            </>
          )}
        </form>
      )}
    </Frame>
  );
}
