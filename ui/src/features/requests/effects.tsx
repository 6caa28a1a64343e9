import type { FormRequest } from "../../api/contract";
import { Link } from "wouter";
import { useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { useSession } from "../../app/session";
import { Badge } from "../../design/badge";
import { Button } from "../../design/button";
import { Panel } from "../../design/page";
import { useName, useWords } from "../../i18n/words";
import { requestPageWords } from "./words";

const LOOKS = { pending: ["neutral", "clock"], done: ["ok", "check"], failed: ["critical", "alert"] } as const;

/** A number of a work order or a campaign leads to it. */
function Outcome({ text }: { text: string }) {
  const { may } = useSession();
  const found = /^R\d+-(WK|CP)-\d+$/.exec(text);
  if (!found || !may("work_read")) return <>{text}</>;
  return <Link href={found[1] === "WK" ? `/work?state=all&q=${text}` : "/work?view=campaigns"}>{text}</Link>;
}

/** What the approval led to, each with its outcome; what failed can be tried again by those who mend things. */
export function Effects({ request, mends, onActed }: { request: FormRequest; mends: boolean; onActed: (done?: boolean) => void }) {
  const t = useWords(requestPageWords);
  const name = useName();
  const notices = useNotices();
  const retry = useSend("POST /requests/{id}/effects", ["/requests"]);
  const effects = request.effects ?? [];
  if (effects.length === 0) return null;
  return (
    <Panel title={t("effects")}>
      <ul className="flex flex-col divide-y divide-solid-gray-200">
        {effects.map((effect) => (
          <li key={`${effect.step}.${effect.effect}`} className="flex flex-wrap items-center gap-x-4 gap-y-2 py-2.5">
            <div className="min-w-0 grow basis-60"><p className="font-bold">{name(effect.title)}</p>{effect.outcome && <p className={effect.state === "failed" ? "text-red-900" : ""}><Outcome text={effect.outcome} /></p>}</div>
            <Badge tone={LOOKS[effect.state][0]} icon={LOOKS[effect.state][1]}>{t(effect.state)}</Badge>
            {effect.state === "failed" && mends && <Button small busy={retry.isPending} onClick={() => { onActed(); retry.mutate({ path: { id: request.id }, body: { version: request.version, step: effect.step, effect: effect.effect } }, { onSuccess: () => notices.ok(t("retried")), onError: (fault) => { onActed(false); notices.fault(fault); } }); }}>{t("retry")}<span className="sr-only">{name(effect.title)}</span></Button>}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
