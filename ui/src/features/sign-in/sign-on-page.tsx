import { useCallback, useEffect, useRef, useState } from "react";
import { ApiProblem, send } from "../../api/client";
import { Problem } from "../../app/problem";
import { LinkButton } from "../../design/button";
import { Loading } from "../../design/progress";
import { useWords } from "../../i18n/words";
import { Frame } from "./frame";
import { pageBefore } from "./sign-on-buttons";
import { signInWords } from "./words";

interface Finished {
  state: "second_factor" | "signed_in" | "setup";
  setup_token?: string;
}

/** Where a provider sends the browser back to. What it brought is used once, and leaves the address at once. */
export default function SignOnPage({ provider }: { provider: string }) {
  const t = useWords(signInWords);
  const [fault, setFault] = useState<ApiProblem | null>(null);
  const begun = useRef<Record<string, string> | null>(null);
  useEffect(() => {
    document.title = `${t("title")} | Yagura`;
  }, [t]);
  const finish = useCallback((body: Record<string, string>) => {
    setFault(null);
    send("POST", "/session/sign-on/finish", { body })
      .then((answer) => {
        const { state, setup_token: token } = answer as Finished;
        location.replace(state === "setup" && token ? `/setup#${token}` : pageBefore());
      })
      .catch((caught: unknown) => setFault(caught instanceof ApiProblem ? caught : new ApiProblem(0, "ui.unreachable", t("signOnFailed"), undefined, undefined)));
  }, [t]);
  // Nothing was used up: the server had no turn for it.
  const again = fault?.code === "people.outside_busy" ? { onRetry: () => begun.current && finish(begun.current) } : {};
  useEffect(() => {
    if (begun.current) return;
    const brought = new URLSearchParams(location.search);
    history.replaceState(null, "", location.pathname);
    const body: Record<string, string> = { provider, state: brought.get("state") ?? "" };
    for (const name of ["code", "iss", "error"]) {
      const value = brought.get(name);
      if (value) body[name] = value;
    }
    begun.current = body;
    finish(body);
  }, [provider, finish]);
  return (
    <Frame title={t("title")}>
      {fault ? <div className="flex flex-col gap-4"><Problem fault={fault} {...again} /><LinkButton href="/" kind="main">{t("toSignIn")}</LinkButton></div> : <Loading />}
    </Frame>
  );
}
