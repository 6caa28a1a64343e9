import { useState, type ReactNode } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { ApiProblem, send } from "../../api/client";
import type { OwnerProof, PasskeyQuestion } from "../../api/contract";
import { useGet } from "../../api/hooks";
import { Await, Problem } from "../../app/problem";
import { useSession } from "../../app/session";
import { Dialog, FormDialog } from "../../design/dialog";
import type { ButtonKind } from "../../design/button";
import { Radios, TextField } from "../../design/field";
import { Note } from "../../design/states";
import { useWords } from "../../i18n/words";
import { NoPasskeyGiven, passkeysWork, usePasskeyOf } from "../sign-in/passkey";
import { accountWords } from "./words";

type Way = "code" | "passkey" | "recovery_code";
interface DialogProps {
  title: string;
  submit: string;
  kind?: ButtonKind;
  /** Goes on with the proof in hand; what it throws is shown here. */
  act: (proof: OwnerProof) => Promise<unknown>;
  onClose: () => void;
  children?: ReactNode;
}

/** A form that changes the ways into the account: the password once more, and a second factor there is. */
export function ProvenDialog(props: DialogProps) {
  const { session } = useSession();
  const passkeys = useGet("/account/passkeys", {});
  if (!passkeys.data) return <Dialog title={props.title} onClose={props.onClose}><Await of={passkeys}>{() => null}</Await></Dialog>;
  const { authenticator, items } = passkeys.data;
  const ways: Way[] = [];
  if (authenticator) ways.push("code");
  if (passkeysWork(session.passkey_address) && items.some((one) => one.state === "usable")) ways.push("passkey");
  const has = authenticator || items.length > 0;
  if (has && (session.recovery_codes_left ?? 0) > 0) ways.push("recovery_code");
  return <ProofForm {...props} ways={ways} stuck={has && ways.length === 0} />;
}

function ProofForm({ title, submit, kind, act, onClose, children, ways, stuck }: DialogProps & { ways: Way[]; stuck: boolean }) {
  const t = useWords(accountWords);
  const queries = useQueryClient();
  const [way, setWay] = useState<Way | undefined>(ways[0]);
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [fault, setFault] = useState<ApiProblem | null>(null);
  const [none, setNone] = useState<"noPasskeyUsed" | "noPasskeyMade" | null>(null);
  const [busy, setBusy] = useState(false);

  const proof = async (): Promise<OwnerProof> => {
    if (way === "code") return { password, code: code.replace(/\s/g, "") };
    if (way === "recovery_code") return { password, recovery_code: code.trim() };
    if (way === "passkey") return { password, passkey: await usePasskeyOf((await send("POST", "/account/passkeys/proof")) as PasskeyQuestion) };
    return { password };
  };
  const run = async () => {
    setBusy(true);
    setFault(null);
    setNone(null);
    let proven = false;
    try {
      const given = await proof();
      proven = true;
      await act(given);
    } catch (caught) {
      if (caught instanceof ApiProblem) setFault(caught);
      else if (caught instanceof NoPasskeyGiven) setNone(proven ? "noPasskeyMade" : "noPasskeyUsed");
      else throw caught;
    } finally {
      setCode(""); // it serves once
      setBusy(false);
      if (way === "recovery_code") void queries.invalidateQueries({ queryKey: ["/session"] });
    }
  };
  const choose = (chosen: string) => { setWay(chosen as Way); setCode(""); };
  return (
    <FormDialog title={title} submit={submit} {...(kind ? { kind } : {})} busy={busy} disabled={stuck} onClose={onClose} onSubmit={() => void run()}>
      <Problem fault={fault} />
      {none && <Note tone="warning" title={t(none)} />}
      {children}
      <OwnPassword value={password} onText={setPassword} />
      {stuck && <Note tone="warning" title={t("noWayToProve")} />}
      {ways.length > 1 && <Radios legend={t("proveBy")} value={way ?? ""} onChange={choose} choices={ways.map((one) => ({ value: one, label: t(`by_${one}`) }))} />}
      {way === "code" && <TextField label={t("code")} required inputMode="numeric" autoComplete="one-time-code" value={code} onText={setCode} />}
      {way === "recovery_code" && <TextField label={t("recoveryCode")} hint={t("recoveryCodeHint")} required autoComplete="off" autoCapitalize="characters" spellCheck={false} value={code} onText={setCode} />}
      {way === "passkey" && <p>{t("proveByPasskey")}</p>}
    </FormDialog>
  );
}

/** The password once more; where it is nobody's here, a sign-in that has just been. */
function OwnPassword({ value, onText }: { value: string; onText: (text: string) => void }) {
  const t = useWords(accountWords);
  const { session } = useSession();
  if (session.account?.directory?.kind === "sign_on") return <p>{t("afresh")}</p>;
  return <TextField type="password" label={t("current")} required autoComplete="current-password" value={value} onText={onText} />;
}
