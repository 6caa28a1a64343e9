import { useEffect, useRef, useState } from "react";
import { ApiProblem, send } from "../../api/client";
import { useGet, useSend } from "../../api/hooks";
import { Problem } from "../../app/problem";
import { Button, LinkButton } from "../../design/button";
import { Loading } from "../../design/progress";
import { useName, useWords } from "../../i18n/words";
import { Frame } from "./frame";
import { signInWords } from "./words";

/** One button for each provider of identities; nothing where there is none. setupToken: a start link is used there. */
export function SignOnButtons({ setupToken, only }: { setupToken?: string; only?: string }) {
  const t = useWords(signInWords);
  const named = useName();
  const providers = useGet("/session/sign-on", {}).data?.items ?? [];
  const begin = useSend("POST /session/sign-on");
  const go = (provider: string) => begin.mutate({ body: { provider, ...(setupToken ? { setup_token: setupToken } : {}) } }, { onSuccess: ({ address }) => location.assign(address) });
  const shown = providers.filter((one) => !only || one.id === only);
  if (shown.length === 0) return null;
  return (
    <div className="flex flex-col gap-3">
      <Problem fault={begin.error} />
      {shown.map((one) => <Button key={one.id} kind={only ? "main" : "plain"} icon="key" busy={begin.isPending || begin.isSuccess} onClick={() => go(one.id)}>{t("signOnWith", { name: named(one.name) })}</Button>)}
    </div>
  );
}

interface Finished {
  state: "second_factor" | "signed_in" | "setup";
  setup_token?: string;
}

/** Where a provider sends the browser back to. What it brought is used once, and leaves the address at once. */
export default function SignOnPage({ provider }: { provider: string }) {
  const t = useWords(signInWords);
  const [fault, setFault] = useState<ApiProblem | null>(null);
  const begun = useRef(false);
  useEffect(() => {
    document.title = `${t("title")} | Yagura`;
  }, [t]);
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    const brought = new URLSearchParams(location.search);
    history.replaceState(null, "", location.pathname);
    const body: Record<string, string> = { provider, state: brought.get("state") ?? "" };
    for (const name of ["code", "iss", "error"]) {
      const value = brought.get(name);
      if (value) body[name] = value;
    }
    send("POST", "/session/sign-on/finish", { body })
      .then((answer) => {
        const { state, setup_token: token } = answer as Finished;
        location.replace(state === "setup" && token ? `/setup#${token}` : "/");
      })
      .catch((caught: unknown) => setFault(caught instanceof ApiProblem ? caught : new ApiProblem(0, "ui.unreachable", t("signOnFailed"), undefined, undefined)));
  }, [provider, t]);
  return (
    <Frame title={t("title")}>
      {fault ? <div className="flex flex-col gap-4"><Problem fault={fault} /><LinkButton href="/" kind="main">{t("toSignIn")}</LinkButton></div> : <Loading />}
    </Frame>
  );
}
