import { useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { useGet, useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Await, Problem } from "../../app/problem";
import { useSession } from "../../app/session";
import { Button } from "../../design/button";
import { Dialog, FormDialog } from "../../design/dialog";
import { TextField } from "../../design/field";
import { Code, Panel } from "../../design/page";
import { QrCode } from "../../design/qr";
import { Note } from "../../design/states";
import { useWords } from "../../i18n/words";
import { RecoveryCodes } from "../sign-in/recovery-codes";
import { ProvenDialog } from "./owner-proof";
import { accountWords } from "./words";

const FEW = 3;

export function AppPanel() {
  const t = useWords(accountWords);
  const passkeys = useGet("/account/passkeys", {});
  const [open, setOpen] = useState<"new" | "remove" | null>(null);
  const close = () => setOpen(null);
  return (
    <Panel title={t("app")}>
      <Await of={passkeys}>
        {({ authenticator, items }) => (
          <>
            <p className="mb-3">{t(authenticator ? "appLead" : "noApp")}</p>
            <div className="flex flex-wrap gap-3">
              <Button icon="key" onClick={() => setOpen("new")}>{t(authenticator ? "renewApp" : "addApp")}</Button>
              {authenticator && items.some((one) => one.state === "usable") && <Button onClick={() => setOpen("remove")}>{t("removeApp")}</Button>}
            </div>
            {open === "new" && <NewApp title={t(authenticator ? "renewApp" : "addApp")} onClose={close} />}
            {open === "remove" && <RemoveApp onClose={close} />}
          </>
        )}
      </Await>
    </Panel>
  );
}

function NewApp({ title, onClose }: { title: string; onClose: () => void }) {
  const t = useWords(accountWords);
  const begin = useSend("POST /account/totp");
  const confirm = useSend("POST /account/totp/confirm");
  const queries = useQueryClient();
  const [code, setCode] = useState("");
  // Asked again when all is done: the codes are shown once, and the panel must not change under them.
  const done = () => {
    onClose();
    void queries.invalidateQueries({ queryKey: ["/account/passkeys"] });
    void queries.invalidateQueries({ queryKey: ["/session"] });
  };
  if (confirm.data) return <Dialog title={t("codes")} onClose={done}><RecoveryCodes codes={confirm.data.codes} done={t("close")} onDone={done} /></Dialog>;
  if (!begin.data) return <ProvenDialog title={title} submit={t("goOn")} onClose={onClose} act={(proof) => begin.mutateAsync({ body: proof })} />;
  return (
    <FormDialog title={title} submit={t("confirm")} busy={confirm.isPending} onClose={onClose} onSubmit={() => confirm.mutate({ body: { code: code.replace(/\s/g, "") } })}>
      <Problem fault={confirm.error} />
      <p>{t("scan")}</p>
      <div className="flex justify-center"><QrCode text={begin.data.uri} /></div>
      <p><Code>{begin.data.secret}</Code></p>
      <TextField label={t("code")} required inputMode="numeric" autoComplete="one-time-code" value={code} onText={setCode} />
    </FormDialog>
  );
}

function RemoveApp({ onClose }: { onClose: () => void }) {
  const t = useWords(accountWords);
  const notices = useNotices();
  const remove = useSend("POST /account/totp/remove", ["/account/passkeys"]);
  return (
    <ProvenDialog title={t("removeApp")} submit={t("removeApp")} kind="danger" onClose={onClose} act={async (proof) => { await remove.mutateAsync({ body: proof }); notices.ok(t("appRemoved")); onClose(); }}>
      <p>{t("removeAppLead")}</p>
    </ProvenDialog>
  );
}

export function CodesPanel() {
  const t = useWords(accountWords);
  const { session } = useSession();
  const queries = useQueryClient();
  const renew = useSend("POST /account/recovery-codes");
  const [open, setOpen] = useState(false);
  const left = session.recovery_codes_left;
  const close = () => {
    setOpen(false);
    renew.reset();
    void queries.invalidateQueries({ queryKey: ["/session"] });
  };
  return (
    <Panel title={t("codes")}>
      {left !== undefined && <p className="mb-3">{t("codesLeft", { n: left })}</p>}
      {left !== undefined && left < FEW && <div className="mb-3"><Note tone="warning" title={t("codesFew")} /></div>}
      <Button onClick={() => setOpen(true)}>{t("renewCodes")}</Button>
      {open && (renew.data ? <Dialog title={t("codes")} onClose={close}><RecoveryCodes codes={renew.data.codes} done={t("close")} onDone={close} /></Dialog> : (
        <ProvenDialog title={t("renewCodes")} submit={t("renewCodes")} onClose={close} act={(proof) => renew.mutateAsync({ body: proof })} />
      ))}
    </Panel>
  );
}
