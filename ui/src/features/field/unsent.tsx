import { Button } from "../../design/button";
import { useTime } from "../../i18n/time";
import { useWords } from "../../i18n/words";
import type { Field } from "./use-field";
import { fieldWords } from "./words";

/** Everything that is not sent yet, and why where the server said no. */
export function Unsent({ field }: { field: Field }) {
  const t = useWords(fieldWords);
  const { at } = useTime();
  return (
    <section aria-labelledby="unsent" className="rounded-12 border border-solid-gray-300 bg-white p-4">
      <div className="mb-2 flex flex-wrap items-center justify-between gap-2"><h2 id="unsent" className="text-std-16B-170">{t("unsentTitle")}</h2><Button small onClick={() => void field.refresh()}>{t("sendNow")}</Button></div>
      <ul className="flex flex-col divide-y divide-solid-gray-200">
        {field.mine.map((one) => (
          <li key={one.id} className="flex flex-col gap-1 py-2">
            <span>{one.act.label}</span>
            <span className="text-dns-14N-130 text-solid-gray-700">{at(one.act.at, "short")}　{one.refused ? "" : t("waitingHere")}{one.files.length > 0 && `　${t("photos", { n: one.files.length })}`}</span>
            {one.refused && (
              <div role="alert" className="flex flex-col items-start gap-2 rounded-8 border border-error-1 p-3">
                <p className="font-bold text-error-1">{t(one.refused.conflict ? "conflict" : "refused")}</p>
                <p>{one.refused.detail} {one.refused.advice}</p>
                <div className="flex flex-wrap gap-2">
                  {!one.refused.conflict && <Button small onClick={() => void field.again(one)}>{t("again")}</Button>}
                  <Button small onClick={() => void field.discard(one.id)}>{t("discard")}</Button>
                </div>
              </div>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
