import { useGet, useSend } from "../../api/hooks";
import { Problem } from "../../app/problem";
import { Button } from "../../design/button";
import { useName, useWords } from "../../i18n/words";
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
