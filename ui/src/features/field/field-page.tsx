import { useState } from "react";
import { useSearch } from "wouter";
import { Badge } from "../../design/badge";
import { Button } from "../../design/button";
import { Loading } from "../../design/progress";
import { Note } from "../../design/states";
import { useTime } from "../../i18n/time";
import { useLanguage, useWords } from "../../i18n/words";
import { FieldList } from "./field-list";
import { FieldOrder } from "./field-order";
import { forgetKept } from "./field-store";
import { Unsent } from "./unsent";
import { useField } from "./use-field";
import { fieldWords } from "./words";

/** Stands alone, without the shell and its session: it must open where nothing answers. */
export default function FieldPage() {
  const t = useWords(fieldWords);
  const { language, setLanguage } = useLanguage();
  const { at } = useTime();
  const field = useField();
  const order = Number(new URLSearchParams(useSearch()).get("order") ?? 0);
  const [showing, setShowing] = useState(false);
  const waits = field.mine.filter((one) => !one.refused).length;
  const refused = field.mine.length - waits;
  return (
    <div className="mx-auto flex min-h-dvh max-w-160 flex-col bg-solid-gray-50">
      <header className="sticky top-0 z-20 border-b border-solid-gray-200 bg-white px-4 py-2">
        <div className="flex flex-wrap items-center gap-2">
          <h1 className="text-std-18B-160 grow">{t("title")}</h1>
          <button type="button" className="text-oln-14N-100 min-h-11 cursor-pointer px-2 underline" lang={language === "ja" ? "en" : "ja"} onClick={() => setLanguage(language === "ja" ? "en" : "ja")}>{t("otherLanguage")}</button>
          <a href="/" className="text-oln-14N-100 flex min-h-11 items-center px-2">{t("office")}</a>
        </div>
        <div role="status" className="flex flex-wrap items-center gap-2">
          {field.reach === "checking" ? <Badge icon="clock">{t("checking")}</Badge> : field.reach === "online" ? <Badge tone="ok" icon="check">{t("online")}</Badge> : field.reach === "offline" ? <Badge tone="warning" icon="pause">{t("offline")}</Badge> : field.reach === "sign_in" ? <Badge tone="warning" icon="key">{t("signIn")}</Badge> : <Badge icon="question">{t("notAllowed")}</Badge>}
          {waits > 0 && <Badge tone="info" icon="upload">{t("waiting", { n: waits })}</Badge>}
          {refused > 0 && <Badge tone="critical" icon="alert">{t("refusedCount", { n: refused })}</Badge>}
          {field.mine.length === 0 && field.kept && <span className="text-dns-14N-130 text-solid-gray-700">{t("allSent")}</span>}
        </div>
        {field.mine.length > 0 && <Button small className="mt-2 w-full" aria-expanded={showing} onClick={() => setShowing(!showing)}>{t("unsentTitle")}</Button>}
      </header>
      <main className="flex grow flex-col gap-4 p-4">
        {field.reach === "sign_in" && <Note tone="warning" title={t("signIn")}><a href="/">{t("toSignIn")}</a></Note>}
        {field.others > 0 && <Note title={t("others", { n: field.others })} />}
        {showing && field.mine.length > 0 && <Unsent field={field} />}
        {!field.loaded ? <Loading /> : !field.work || !field.kept ? <Note tone="info" title={t("nothingKept")} /> : order > 0 ? <FieldOrder key={order} field={field} id={order} /> : <FieldList field={field} work={field.work} />}
        {field.kept && (
          <footer className="text-dns-14N-130 mt-auto flex flex-col items-start gap-2 pt-6 text-solid-gray-700">
            <p>{field.kept.name}　{t("fetched", { at: at(field.kept.fetched, "short") })}</p>
            <div className="flex flex-wrap gap-2">
              <Button small icon="undo" onClick={() => void field.refresh()}>{t("refresh")}</Button>
              <Button small kind="quiet" onClick={() => void forgetKept().then(() => location.assign("/"))}>{t("forget")}</Button>
            </div>
          </footer>
        )}
      </main>
    </div>
  );
}
