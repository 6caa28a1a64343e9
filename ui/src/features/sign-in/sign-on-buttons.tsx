import { useGet, useSend } from "../../api/hooks";
import { Problem } from "../../app/problem";
import { Button } from "../../design/button";
import { useName, useWords } from "../../i18n/words";
import { signInWords } from "./words";

const BACK = "yagura.back";

/** The page on which somebody was who went to a provider from here; once. */
export function pageBefore(): string {
  try {
    const page = sessionStorage.getItem(BACK) ?? "/";
    sessionStorage.removeItem(BACK);
    return /^\/(?!\/|\\)/.test(page) ? page : "/";
  } catch {
    return "/";
  }
}
function rememberPage() {
  try {
    sessionStorage.setItem(BACK, location.pathname + location.search);
  } catch {
    // then the first page is shown afterwards
  }
}

export function useProviders() {
  return useGet("/session/sign-on", {}).data?.items ?? [];
}

/** One button for each provider of identities; nothing where there is none. setupToken: a start link is used there. */
export function SignOnButtons({ setupToken, only, except }: { setupToken?: string; only?: string; except?: string | undefined }) {
  const t = useWords(signInWords);
  const named = useName();
  const providers = useProviders();
  const begin = useSend("POST /session/sign-on");
  const go = (provider: string) => begin.mutate({ body: { provider, ...(setupToken ? { setup_token: setupToken } : {}) } }, {
    onSuccess: ({ address }) => {
      if (!setupToken && !location.pathname.startsWith("/sign-on/")) rememberPage();
      location.assign(address);
    },
  });
  const shown = providers.filter((one) => (!only || one.id === only) && one.id !== except);
  if (shown.length === 0) return null;
  return (
    <div className="flex flex-col gap-3">
      <Problem fault={begin.error} />
      {shown.map((one) => <Button key={one.id} kind={only ? "main" : "plain"} icon="people" busy={begin.isPending || begin.isSuccess} onClick={() => go(one.id)}>{t("signOnWith", { name: named(one.name) })}</Button>)}
    </div>
  );
}
