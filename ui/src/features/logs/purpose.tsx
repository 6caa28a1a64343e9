/** Why the logs of people are looked at: asked once, shown while it holds. */
import { useState } from "react";
import type { LogKinds, LogPurpose } from "../../api/contract";
import { useSend } from "../../api/hooks";
import { Problem } from "../../app/problem";
import { Button } from "../../design/button";
import { Radios, TextField } from "../../design/field";
import { Icon } from "../../design/icon";
import { useTime } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { logWords } from "./words";

const OWN = "own";

export function PurposeForm({ known, onDone, onDevicesOnly }: { known: LogKinds; onDone: () => void; onDevicesOnly: (() => void) | null }) {
  const t = useWords(logWords);
  const name = useName();
  const [chosen, setChosen] = useState("0");
  const [more, setMore] = useState("");
  const state = useSend("PUT /log-search/purpose", ["/log-search"]);
  const reason = known.purposes[Number(chosen)];
  const said = [chosen === OWN ? "" : name(reason), more.trim()].filter(Boolean).join(" ");
  return (
    <section aria-label={t("purpose")} className="rounded-12 border-2 border-key-900 bg-white p-5">
      <h2 className="text-std-20B-150 flex items-center gap-2"><Icon name="key" />{t("purposeTitle")}</h2>
      <p className="my-2 max-w-200">{t("purposeLead")}</p>
      <form className="flex flex-col gap-3" onSubmit={(event) => { event.preventDefault(); state.mutate({ body: { said } }, { onSuccess: onDone }); }}>
        <Radios legend={t("purposeChoose")} value={chosen} onChange={setChosen} choices={[...known.purposes.map((one, index) => ({ value: String(index), label: name(one) })), { value: OWN, label: t("purposeOther") }]} />
        <TextField label={chosen === OWN ? t("purposeOwn") : t("purposeText")} required={chosen === OWN} value={more} onText={setMore} maxLength={400} className="max-w-160" />
        <Problem fault={state.error} />
        <div className="flex flex-wrap gap-3">
          <Button type="submit" kind="main" busy={state.isPending} disabled={said.length < 4}>{t("purposeGo")}</Button>
          {onDevicesOnly && <Button onClick={onDevicesOnly}>{t("purposeNot")}</Button>}
        </div>
      </form>
    </section>
  );
}

export function PurposeNow({ purpose }: { purpose: LogPurpose }) {
  const t = useWords(logWords);
  const { at } = useTime();
  const end = useSend("DELETE /log-search/purpose", ["/log-search"]);
  return (
    <p className="text-dns-14N-130 flex flex-wrap items-center gap-x-3 text-solid-gray-800">
      <span className="flex items-center gap-1"><Icon name="key" className="size-4" />{t("purposeNow", { said: purpose.said, at: at(purpose.until, "time") })}</span>
      <Button small kind="quiet" busy={end.isPending} onClick={() => end.mutate({})}>{t("purposeEnd")}</Button>
    </p>
  );
}
