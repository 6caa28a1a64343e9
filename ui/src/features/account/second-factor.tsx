import { useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { useSend } from "../../api/hooks";
import { Problem } from "../../app/problem";
import { useSession } from "../../app/session";
import { Button } from "../../design/button";
import { Dialog, FormDialog } from "../../design/dialog";
import { TextField } from "../../design/field";
import { Code, Panel } from "../../design/page";
import { QrCode } from "../../design/qr";
import { Note } from "../../design/states";
import { useWords } from "../../i18n/words";
import { RecoveryCodes } from "../sign-in/recovery-codes";
import { accountWords } from "./words";

const FEW = 3;

export function AppPanel() {
  const t = useWords(accountWords);
  const [open, setOpen] = useState(false);
  return (
    <Panel title={t("app")}>
      <p className="mb-3">{t("appLead")}</p>
      <Button icon="key" onClick={() => setOpen(true)}>{t("renewApp")}</Button>
      {open && <NewApp onClose={() => setOpen(false)} />}
    </Panel>
  );
}

/** The password once more; where it is nobody's here, a sign-in that has just been. */
export function OwnPassword({ value, onText }: { value: string; onText: (text: string) => void }) {
  const t = useWords(accountWords);
  const { session } = useSession();
  if (session.account?.directory?.kind === "sign_on") return <p>{t("afresh")}</p>;
  return <TextField type="password" label={t("current")} required autoComplete="current-password" value={value} onText={onText} />;
}

function NewApp({ onClose }: { onClose: () => void }) {
  const t = useWords(accountWords);
  const begin = useSend("POST /account/totp");
  const confirm = useSend("POST /account/totp/confirm");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  if (confirm.data) return <Dialog title={t("codes")} onClose={onClose}><RecoveryCodes codes={confirm.data.codes} done={t("close")} onDone={onClose} /></Dialog>;
  if (!begin.data) {
    return (
      <FormDialog title={t("renewApp")} submit={t("renewApp")} busy={begin.isPending} onClose={onClose} onSubmit={() => begin.mutate({ body: { password } })}>
        <Problem fault={begin.error} />
        <OwnPassword value={password} onText={setPassword} />
      </FormDialog>
    );
  }
  return (
    <FormDialog title={t("renewApp")} submit={t("confirm")} busy={confirm.isPending} onClose={onClose} onSubmit={() => confirm.mutate({ body: { code: code.replace(/\s/g, "") } })}>
      <Problem fault={confirm.error} />
      <p>{t("scan")}</p>
      <div className="flex justify-center"><QrCode text={begin.data.uri} /></div>
      <p><Code>{begin.data.secret}</Code></p>
      <TextField label={t("code")} required inputMode="numeric" autoComplete="one-time-code" value={code} onText={setCode} />
    </FormDialog>
  );
}

export function CodesPanel() {
  const t = useWords(accountWords);
  const { session } = useSession();
  const queries = useQueryClient();
  const renew = useSend("POST /account/recovery-codes");
  const [open, setOpen] = useState(false);
  const [password, setPassword] = useState("");
  const left = session.recovery_codes_left;
  const close = () => {
    setOpen(false);
    setPassword("");
    renew.reset();
    void queries.invalidateQueries({ queryKey: ["/session"] });
  };
  return (
    <Panel title={t("codes")}>
      {left !== undefined && <p className="mb-3">{t("codesLeft", { n: left })}</p>}
      {left !== undefined && left < FEW && <div className="mb-3"><Note tone="warning" title={t("codesFew")} /></div>}
      <Button onClick={() => setOpen(true)}>{t("renewCodes")}</Button>
      {open && (renew.data ? <Dialog title={t("codes")} onClose={close}><RecoveryCodes codes={renew.data.codes} done={t("close")} onDone={close} /></Dialog> : (
        <FormDialog title={t("renewCodes")} submit={t("renewCodes")} busy={renew.isPending} onClose={close} onSubmit={() => renew.mutate({ body: { password } })}>
          <Problem fault={renew.error} />
          <OwnPassword value={password} onText={setPassword} />
        </FormDialog>
      ))}
    </Panel>
  );
}
