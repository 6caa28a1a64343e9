import { useState } from "react";
import { Button } from "../../design/button";
import { Checkbox } from "../../design/field";
import { designWords } from "../../design/words";
import { useWords } from "../../i18n/words";
import { signInWords } from "./words";

/** Shown once. Going on needs the tick, because there is no second look. */
export function RecoveryCodes({ codes, done, onDone }: { codes: readonly string[]; done: string; onDone: () => void }) {
  const t = useWords(signInWords);
  const d = useWords(designWords);
  const [kept, setKept] = useState(false);
  const [copied, setCopied] = useState(false);
  return (
    <div className="flex flex-col gap-4">
      <p>{t("codesLead")}</p>
      <ul className="grid grid-cols-2 gap-2 rounded-8 border border-solid-gray-420 p-4 font-mono text-[1.05rem]">{codes.map((code) => <li key={code}>{code}</li>)}</ul>
      <div className="no-print flex flex-wrap gap-3">
        <Button onClick={() => void navigator.clipboard?.writeText(codes.join("\n")).then(() => setCopied(true))}>{copied ? d("copied") : t("copyCodes")}</Button>
        <Button onClick={() => window.print()}>{t("printCodes")}</Button>
      </div>
      <Checkbox label={t("kept")} checked={kept} onChange={setKept} />
      <Button kind="main" disabled={!kept} onClick={onDone}>{done}</Button>
    </div>
  );
}
