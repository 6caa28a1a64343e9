import { useState } from "react";
import { send } from "../../api/client";
import type { OwnerProof, Passkey, PasskeyQuestion } from "../../api/contract";
import { useGet, useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Await, Problem } from "../../app/problem";
import { useSession } from "../../app/session";
import { Badge } from "../../design/badge";
import { Button } from "../../design/button";
import { FormDialog } from "../../design/dialog";
import { TextField } from "../../design/field";
import { Panel } from "../../design/page";
import { Note } from "../../design/states";
import { useTime } from "../../i18n/time";
import { useWords } from "../../i18n/words";
import { makePasskey, passkeysWork } from "../sign-in/passkey";
import { ProvenDialog } from "./owner-proof";
import { accountWords } from "./words";

export function PasskeysPanel() {
  const t = useWords(accountWords);
  const { at } = useTime();
  const { session } = useSession();
  const passkeys = useGet("/account/passkeys", {});
  const [open, setOpen] = useState<{ kind: "new" } | { kind: "rename" | "remove"; passkey: Passkey } | null>(null);
  const works = passkeysWork(session.passkey_address);
  const close = () => setOpen(null);
  return (
    <Panel title={t("passkeys")} actions={works && <Button small icon="plus" onClick={() => setOpen({ kind: "new" })}>{t("addPasskey")}</Button>}>
      <p className="mb-3">{t("passkeysLead")}</p>
      {!works && <div className="mb-3"><Note tone="info" title={t(session.passkey_address ? "passkeysElsewhere" : "passkeysNowhere", { address: session.passkey_address ?? "" })} /></div>}
      <Await of={passkeys}>
        {({ items }) => (
          <>
            {items.length === 0 && <p className="text-solid-gray-700">{t("noPasskeys")}</p>}
            <ul className="flex flex-col divide-y divide-solid-gray-200">
              {items.map((one) => (
                <li key={one.id} className="flex flex-wrap items-center gap-3 py-2">
                  <span className="min-w-0 grow">
                    <span className="font-bold break-words">{one.name}</span>{" "}
                    {one.state !== "usable" && <Badge tone={one.state === "copied" ? "critical" : "warning"} icon="info">{t(one.state)}</Badge>}
                    <span className="text-dns-14N-130 block text-solid-gray-700">{t("made", { at: at(one.made) })}　{one.last_used ? t("lastUsed", { at: at(one.last_used) }) : t("neverUsed")}</span>
                    {one.state === "other_address" && <span className="text-dns-14N-130 block">{t("otherAddressLead", { address: one.address })}</span>}
                    {one.state === "copied" && <span className="text-dns-14N-130 block">{t("copiedLead")}</span>}
                  </span>
                  <span className="flex gap-2">
                    <Button small onClick={() => setOpen({ kind: "rename", passkey: one })}>{t("rename")}<span className="sr-only">{one.name}</span></Button>
                    <Button small onClick={() => setOpen({ kind: "remove", passkey: one })}>{t("remove")}<span className="sr-only">{one.name}</span></Button>
                  </span>
                </li>
              ))}
            </ul>
            {open?.kind === "new" && <NewPasskey onClose={close} onDone={() => { close(); void passkeys.refetch(); }} />}
          </>
        )}
      </Await>
      {open?.kind === "rename" && <RenamePasskey passkey={open.passkey} onClose={close} />}
      {open?.kind === "remove" && <RemovePasskey passkey={open.passkey} onClose={close} />}
    </Panel>
  );
}

/** The proof of the owner, then the browser's own question. */
function NewPasskey({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const t = useWords(accountWords);
  const notices = useNotices();
  const [name, setName] = useState("");
  const make = async (proof: OwnerProof) => {
    const question = (await send("POST", "/account/passkeys/options", { body: proof })) as PasskeyQuestion;
    await send("POST", "/account/passkeys", { body: { name, ...(await makePasskey(question)) } });
    notices.ok(t("passkeyAdded"));
    onDone();
  };
  return (
    <ProvenDialog title={t("addPasskey")} submit={t("makePasskey")} onClose={onClose} act={make}>
      <TextField label={t("passkeyName")} hint={t("passkeyNameHint")} required maxLength={60} value={name} onText={setName} />
    </ProvenDialog>
  );
}

function RenamePasskey({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const t = useWords(accountWords);
  const rename = useSend("PATCH /account/passkeys/{id}", ["/account/passkeys"]);
  const [name, setName] = useState(passkey.name);
  return (
    <FormDialog title={t("rename")} submit={t("rename")} busy={rename.isPending} onClose={onClose} onSubmit={() => rename.mutate({ path: { id: passkey.id }, body: { name } }, { onSuccess: onClose })}>
      <Problem fault={rename.error} />
      <TextField label={t("passkeyName")} hint={t("passkeyNameHint")} required maxLength={60} value={name} onText={setName} />
    </FormDialog>
  );
}

function RemovePasskey({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const t = useWords(accountWords);
  const notices = useNotices();
  const remove = useSend("POST /account/passkeys/{id}/remove", ["/account/passkeys"]);
  return (
    <ProvenDialog title={t("removePasskey")} submit={t("removePasskey")} kind="danger" onClose={onClose} act={async (proof) => { await remove.mutateAsync({ path: { id: passkey.id }, body: proof }); notices.ok(t("passkeyRemoved")); onClose(); }}>
      <p>{t("removeLead", { name: passkey.name })}</p>
    </ProvenDialog>
  );
}
