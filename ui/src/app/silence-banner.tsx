import { Link } from "wouter";
import { useList } from "../api/hooks";
import { Icon } from "../design/icon";
import { useTime } from "../i18n/time";
import { useWords } from "../i18n/words";
import { useSession } from "./session";
import { appWords } from "./words";

/** On every screen while a silence is in force: an operator must never wonder why nothing rings. */
export function SilenceBanner() {
  const t = useWords(appWords);
  const { at } = useTime();
  const { contract, may } = useSession();
  const { rows } = useList("/silences", { query: { state: "running" } }, { enabled: contract !== "" && may("watch_read") });
  if (rows.length === 0) return null;
  const places = rows.slice(0, 2).map((one) => `${[...(one.site_names ?? []), ...(one.device_names ?? [])].slice(0, 2).join("、")}（${t("silenceUntil", { at: at(one.to, "short") })}）`);
  return (
    <section aria-label={t("silences")} className="flex flex-wrap items-center gap-x-3 gap-y-0.5 border-b border-yellow-900 bg-yellow-50 px-3 py-1.5 text-dns-14N-130 md:px-5">
      <strong className="flex items-start gap-2"><Icon name="silence" className="size-4.5" />{t("silenceOn", { n: rows.length })}</strong>
      <span className="min-w-0">{places.join(" ")}{rows.length > 2 ? " …" : ""}</span>
      <Link href="/silences" className="md:ms-auto">{t("silenceSee")}</Link>
    </section>
  );
}
