import { useRef, useState } from "react";
import type { WorkOrderDetail, WorkStep } from "../../api/contract";
import { Badge } from "../../design/badge";
import { Button } from "../../design/button";
import { Select, TextArea, TextField } from "../../design/field";
import { useTime } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { StepResult } from "../work/steps-panel";
import { waitsFor, type Answer } from "./field-state";
import { smaller } from "./smaller";
import type { Field } from "./use-field";
import { fieldWords } from "./words";

/** One item with buttons for a thumb. What is as it should be takes one press. */
export function FieldStep({ field, order, step, open, unsent }: { field: Field; order: WorkOrderDetail; step: WorkStep; open: boolean; unsent: boolean }) {
  const t = useWords(fieldWords);
  const name = useName();
  const { at } = useTime();
  const [changing, setChanging] = useState(false);
  const [asking, setAsking] = useState<Answer | null>(null);
  const [value, setValue] = useState(step.value);
  const [note, setNote] = useState(step.note);
  const [photos, setPhotos] = useState<readonly File[]>([]);
  const [missing, setMissing] = useState("");
  const camera = useRef<HTMLInputElement>(null);
  const before = waitsFor(order, step);
  const takes = step.answer === "text" || step.answer === "number" || step.answer === "choice";
  const chosen = step.choices.find((one) => one.id === step.value);
  const answering = open && !before && (step.result === "open" || changing);

  const record = (result: Answer) => {
    if (result === "ok" && takes && value.trim() === "") return setMissing(t("valueNeeded"));
    if (result === "ok" && step.photograph && photos.length + step.photographs.length === 0) return setMissing(t("photoNeeded"));
    if (result !== "ok" && asking !== result) { setAsking(result); return setMissing(""); }
    if (result !== "ok" && note.trim() === "") return setMissing(t("noteNeeded"));
    const word = result === "ok" ? t(step.answer === "done" ? "done" : "ok") : result === "failed" ? t("failed") : t("na");
    void field.act({ kind: "step", order: order.id, seq: step.seq, version: step.version, result, value: value.trim(), note: note.trim(), photos: photos.length, label: `${order.number} ${step.target_name ?? ""} ${name(step.title)}：${word}` }, photos);
    return undefined;
  };
  const big = (result: Answer, label: string) => (
    <Button kind={asking === result || (result === "ok" && asking === null) ? "main" : "plain"} className="min-h-14 grow px-2!" onClick={() => record(result)}>{asking === result && result !== "ok" ? t("record") : label}<span className="sr-only">{name(step.title)}</span></Button>
  );

  return (
    <article aria-label={name(step.title)} className="flex flex-col gap-2 rounded-12 border border-solid-gray-300 bg-white p-3">
      <div className="flex items-start gap-2">
        <p className="grow"><span className="tabular me-2 text-solid-gray-700">{step.seq}</span>{name(step.title)}</p>
        {step.result !== "open" && <StepResult step={step} />}
        {unsent && <Badge tone="info" icon="upload">{t("notSent")}</Badge>}
      </div>
      {step.result !== "open" && !changing && (
        <div className="text-dns-14N-130 flex flex-wrap items-center gap-x-3 text-solid-gray-800">
          {step.value && <span>{chosen ? name(chosen.title) : `${step.value}${step.unit ?? ""}`}</span>}
          {step.note && <span className="whitespace-pre-wrap">{step.note}</span>}
          {step.photographs.length > 0 && <span>{t("photos", { n: step.photographs.length })}</span>}
          <span>{t("by", { who: step.by ?? "", at: at(step.at, "short") })}</span>
          {open && <Button small kind="quiet" className="ms-auto" onClick={() => setChanging(true)}>{t("change")}<span className="sr-only">{name(step.title)}</span></Button>}
        </div>
      )}
      {open && before && step.result === "open" && <p className="text-dns-14N-130 text-solid-gray-700">{t("first", { step: name(before.title) })}</p>}
      {answering && (
        <>
          {step.answer === "choice" && <Select label={t("value")} value={value} onText={setValue} empty="" choices={step.choices.map((one) => ({ value: one.id, label: name(one.title) }))} />}
          {(step.answer === "text" || step.answer === "number") && <TextField label={`${t("value")}${step.unit ? `（${step.unit}）` : ""}`} value={value} onText={setValue} inputMode={step.answer === "number" ? "decimal" : "text"} />}
          {asking !== null && asking !== "ok" && <TextArea label={t("note")} required rows={2} value={note} onText={setNote} />}
          <input ref={camera} hidden type="file" accept="image/*" capture="environment" onChange={(event) => { const file = event.target.files?.[0]; if (file) void smaller(file).then((made) => { setPhotos([...photos, made]); setMissing(""); }); event.target.value = ""; }} />
          <Button small icon="camera" onClick={() => camera.current?.click()}>{photos.length > 0 ? t("photos", { n: photos.length }) : t("photo")}{step.photograph && photos.length === 0 && "※"}<span className="sr-only">{name(step.title)}</span></Button>
          {step.answer === "vault" && <p className="text-dns-14N-130">{t("byVault")}</p>}
          {missing && <p role="alert" className="font-bold text-error-1">{missing}</p>}
          <div className="flex gap-2">
            {step.answer !== "vault" && big("ok", t(step.answer === "done" ? "done" : "ok"))}
            {big("failed", t(step.answer === "done" ? "notDone" : "failed"))}
            {big("not_applicable", t("na"))}
          </div>
        </>
      )}
    </article>
  );
}
