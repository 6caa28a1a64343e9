import { useState } from "react";
import type { Credential, SendCall } from "../../api/contract";
import { useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Problem } from "../../app/problem";
import { FormDialog } from "../../design/dialog";
import { Select, TextArea, TextField } from "../../design/field";
import { useWords } from "../../i18n/words";
import { systemWords } from "./words";

type Body = SendCall<"POST /credentials">["body"];
const KINDS: readonly Credential["kind"][] = ["snmp_v3", "snmp_community", "ssh_password", "ssh_key", "directory", "sign_on"];
const AUTH = { sha512: "SHA-512", sha384: "SHA-384", sha256: "SHA-256", sha224: "SHA-224", sha1: "SHA-1", md5: "MD5" } as const;
const PRIVACY = { aes256: "AES-256", aes192: "AES-192", aes128: "AES-128", des: "DES" } as const;
const choicesOf = (all: Readonly<Record<string, string>>) => Object.entries(all).map(([value, label]) => ({ value, label }));
// A browser must not offer the operator's own password for a device, nor keep the device's.
const SECRET = { type: "password", autoComplete: "new-password", spellCheck: false } as const;

export function StoreDialog({ onClose }: { onClose: () => void }) {
  const t = useWords(systemWords);
  const notices = useNotices();
  const store = useSend("POST /credentials", ["/credentials"]);
  const [kind, setKind] = useState<Credential["kind"]>("snmp_v3");
  const [name, setName] = useState("");
  const [user, setUser] = useState("");
  const [secret, setSecret] = useState("");
  const [auth, setAuth] = useState("sha256");
  const [authPassword, setAuthPassword] = useState("");
  const [privacy, setPrivacy] = useState("aes128");
  const [privacyPassword, setPrivacyPassword] = useState("");
  const v3 = kind === "snmp_v3";
  const body: Body = {
    name, kind,
    ...(kind === "snmp_community" ? {} : { user }),
    ...(v3 ? {
      ...(auth ? { auth: auth as keyof typeof AUTH, auth_password: authPassword } : {}),
      ...(auth && privacy ? { privacy: privacy as keyof typeof PRIVACY, privacy_password: privacyPassword } : {}),
    } : { secret }),
  };
  const fault = (field: string) => store.error?.field(field);
  return (
    <FormDialog title={t("add")} submit={t("add")} busy={store.isPending} onClose={onClose} onSubmit={() => store.mutate({ body }, { onSuccess: () => { notices.ok(t("stored")); onClose(); } })}>
      <Problem fault={store.error} />
      <p>{t("addLead")}</p>
      <TextField label={t("name")} hint={t("nameHint")} required pattern="[a-z0-9_.\-]{1,64}" maxLength={64} autoComplete="off" spellCheck={false} value={name} onText={setName} error={fault("name")} />
      <Select label={t("kind")} required value={kind} onText={(chosen) => setKind(chosen as Credential["kind"])} choices={KINDS.map((value) => ({ value, label: t(value) }))} error={fault("kind")} />
      {kind !== "snmp_community" && <TextField label={t("user")} required autoComplete="off" spellCheck={false} value={user} onText={setUser} error={fault("user")} />}
      {kind === "ssh_key"
        ? <TextArea label={t("key")} required rows={6} autoComplete="off" spellCheck={false} value={secret} onText={setSecret} error={fault("secret")} />
        : !v3 && <TextField {...SECRET} label={t(kind === "snmp_community" ? "community" : "password")} required value={secret} onText={setSecret} error={fault("secret")} />}
      {v3 && (
        <>
          <Select label={t("auth")} value={auth} onText={setAuth} empty={t("none")} choices={choicesOf(AUTH)} error={fault("auth")} />
          {auth && <TextField {...SECRET} label={t("authPassword")} required value={authPassword} onText={setAuthPassword} error={fault("auth_password")} />}
          {auth && <Select label={t("privacy")} value={privacy} onText={setPrivacy} empty={t("none")} choices={choicesOf(PRIVACY)} error={fault("privacy")} />}
          {auth && privacy && <TextField {...SECRET} label={t("privacyPassword")} required value={privacyPassword} onText={setPrivacyPassword} error={fault("privacy_password")} />}
        </>
      )}
    </FormDialog>
  );
}
