import { useState } from "react";
import { useGet, useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Await, Problem } from "../../app/problem";
import { useSession } from "../../app/session";
import { Badge } from "../../design/badge";
import { Button } from "../../design/button";
import { Dialog, FormDialog } from "../../design/dialog";
import { Checkbox, TextField } from "../../design/field";
import { Code, Panel } from "../../design/page";
import { useTime } from "../../i18n/time";
import { useWords, type Say } from "../../i18n/words";
import { accountWords } from "./words";

function permissionName(t: Say<typeof accountWords>, id: string): string {
  return `may_${id}` in accountWords ? t(`may_${id}` as keyof typeof accountWords) : id;
}

/** "Chrome 141（Windows）" of a User-Agent; what is not a known browser stands as it came. */
function browserName(agent: string | undefined): string {
  const browser = /(Edg|Firefox|Chrome|Version)\/(\d+)/.exec(agent ?? "");
  if (!agent || !browser) return agent ?? "";
  const name = { Edg: "Edge", Version: "Safari" }[browser[1] ?? ""] ?? browser[1];
  const system = /Windows|Android|iPhone|iPad|Mac OS X|Linux/.exec(agent)?.[0];
  return `${name} ${browser[2]}${system ? ` (${system})` : ""}`;
}

export function SessionsPanel() {
  const t = useWords(accountWords);
  const { at } = useTime();
  const notices = useNotices();
  const sessions = useGet("/account/sessions", {});
  const end = useSend("DELETE /account/sessions/{id}", ["/account/sessions"]);
  return (
    <Panel title={t("sessions")}>
      <Await of={sessions}>
        {({ items }) => (
          <ul className="flex flex-col divide-y divide-solid-gray-200">
            {items.map((one) => (
              <li key={one.id} className="flex flex-wrap items-center gap-3 py-2">
                <span className="min-w-0 grow"><Code>{one.origin}</Code> <span title={one.agent}>{browserName(one.agent)}</span><span className="text-dns-14N-130 block text-solid-gray-700">{t("since", { at: at(one.started) })}　{t("lastSeen", { at: at(one.last_seen) })}</span></span>
                {one.current ? <Badge tone="info" icon="check">{t("thisOne")}</Badge> : <Button small onClick={() => end.mutate({ path: { id: one.id } }, { onSuccess: () => notices.ok(t("ended")), onError: notices.fault })}>{t("end")}<span className="sr-only">{one.origin}</span></Button>}
              </li>
            ))}
          </ul>
        )}
      </Await>
    </Panel>
  );
}

export function TokensPanel() {
  const t = useWords(accountWords);
  const { at } = useTime();
  const notices = useNotices();
  const tokens = useGet("/account/tokens", {});
  const revoke = useSend("DELETE /account/tokens/{id}", ["/account/tokens"]);
  const [making, setMaking] = useState(false);
  return (
    <Panel title={t("tokens")} actions={<Button small icon="plus" onClick={() => setMaking(true)}>{t("makeToken")}</Button>}>
      <p className="text-solid-gray-700">{t("tokensLead")}</p>
      <Await of={tokens}>
        {({ items }) => items.length === 0 ? <p className="py-3">{t("noTokens")}</p> : (
          <ul className="flex flex-col divide-y divide-solid-gray-200">
            {items.map((one) => (
              <li key={one.id} className="flex flex-wrap items-center gap-3 py-2">
                <span className="min-w-0 grow"><strong>{one.name}</strong> <span className="text-dns-14N-130">{one.scopes.map((scope) => permissionName(t, scope)).join("・")}</span><span className="text-dns-14N-130 block text-solid-gray-700">{t("until", { at: at(one.expires, "date") })}　{one.last_used ? t("lastUsed", { at: at(one.last_used) }) : t("neverUsed")}</span></span>
                <Button small onClick={() => revoke.mutate({ path: { id: one.id } }, { onSuccess: () => notices.ok(t("revoked")), onError: notices.fault })}>{t("revoke")}<span className="sr-only">{one.name}</span></Button>
              </li>
            ))}
          </ul>
        )}
      </Await>
      {making && <MakeToken onClose={() => setMaking(false)} />}
    </Panel>
  );
}

function MakeToken({ onClose }: { onClose: () => void }) {
  const t = useWords(accountWords);
  const { session, contract } = useSession();
  const permissions = session.contracts?.find((one) => one.id === contract)?.permissions ?? [];
  const make = useSend("POST /account/tokens", ["/account/tokens"]);
  const [name, setName] = useState("");
  const [days, setDays] = useState("90");
  const [scopes, setScopes] = useState<readonly string[]>([]);
  if (make.data) return <Dialog title={make.data.name} onClose={onClose}><p>{t("secretLead")}</p><p className="mt-3 rounded-8 border border-solid-gray-420 p-3 font-mono break-all">{make.data.secret}</p></Dialog>;
  return (
    <FormDialog title={t("makeToken")} submit={t("makeToken")} busy={make.isPending} onClose={onClose} disabled={scopes.length === 0} onSubmit={() => make.mutate({ body: { name, scopes: [...scopes], days: Number(days) } })}>
      <Problem fault={make.error} />
      <TextField label={t("tokenName")} required maxLength={100} value={name} onText={setName} error={make.error?.field("name")} />
      <TextField label={t("days")} required type="number" min={1} max={365} value={days} onText={setDays} error={make.error?.field("days")} />
      <fieldset><legend className="text-std-16B-170">{t("scopes")}</legend>
        <div className="grid gap-x-4 sm:grid-cols-2">{permissions.map((one) => <Checkbox key={one} label={permissionName(t, one)} checked={scopes.includes(one)} onChange={(on) => setScopes(on ? [...scopes, one] : scopes.filter((each) => each !== one))} />)}</div>
      </fieldset>
    </FormDialog>
  );
}
