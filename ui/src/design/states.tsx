import type { ReactNode } from "react";
import { useWords } from "../i18n/words";
import { Button } from "./button";
import { Icon, type IconName } from "./icon";
import { designWords } from "./words";

export function Empty({ icon = "check", title, children }: { icon?: IconName; title: string; children?: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-2 px-4 py-8 text-center text-solid-gray-700">
      <Icon name={icon} className="size-8 text-solid-gray-500" />
      <p className="font-bold">{title}</p>
      {children}
    </div>
  );
}

/** What went wrong and what to do, in the words the server chose for the person (problem+json title, detail, advice). */
export function ErrorState({ title, detail, advice, code, onRetry }: { title?: string; detail?: string | undefined; advice?: string | undefined; code?: string | undefined; onRetry?: () => void }) {
  const t = useWords(designWords);
  return (
    <div role="alert" className="flex gap-3 rounded-8 border-2 border-error-1 bg-white p-4">
      <Icon name="alert" className="mt-0.5 size-6 text-error-1" />
      <div className="flex flex-col items-start gap-1">
        <p className="font-bold text-error-1">{title || t("failed")}</p>
        {detail && <p>{detail}</p>}
        {advice && <p>{advice}</p>}
        {code && <p className="text-dns-14N-130 font-mono text-solid-gray-700">{code}</p>}
        {onRetry && <Button small onClick={onRetry} className="mt-1">{t("retry")}</Button>}
      </div>
    </div>
  );
}

const NOTES = {
  info: ["border-light-blue-800 bg-light-blue-50", "info"],
  warning: ["border-yellow-900 bg-yellow-50", "alert"],
  ok: ["border-green-800 bg-green-50", "check"],
} as const;

export function Note({ tone = "info", title, children }: { tone?: keyof typeof NOTES; title?: string; children?: ReactNode }) {
  const [look, icon] = NOTES[tone];
  return (
    <div className={`flex gap-3 rounded-8 border p-3 ${look}`}>
      <Icon name={icon} className="mt-0.5" />
      <div className="min-w-0 grow">{title && <p className="font-bold">{title}</p>}{children}</div>
    </div>
  );
}
