import { useState } from "react";
import { Link } from "wouter";
import type { WorkOrderDetail, WorkStep } from "../../api/contract";
import { Button } from "../../design/button";
import { TextArea } from "../../design/field";
import { Bar } from "../../design/progress";
import { Note } from "../../design/states";
import { useName, useWords } from "../../i18n/words";
import { groupSteps } from "../work/steps-panel";
import { FieldStep } from "./field-step";
import type { Field } from "./use-field";
import { fieldWords } from "./words";

/** One order to tick off item by item. */
export function FieldOrder({ field, id }: { field: Field; id: number }) {
  const t = useWords(fieldWords);
  const name = useName();
  const order = field.work?.orders.find((one) => one.id === id);
  const back = <Link href="/field" className="flex min-h-11 items-center">‹ {t("back")}</Link>;
  if (!order) return <>{back}<Note title={t("nothingLeft")} /></>;
  const unsent = new Set(field.mine.flatMap((one) => (!one.refused && one.act.kind === "step" && one.act.order === id ? [one.act.seq] : [])));
  const open = order.state === "approved" || order.state === "executing";
  return (
    <>
      {back}
      <div>
        <p className="text-dns-14N-130 tabular text-solid-gray-700">{order.number}　{name(order.kind_title)}</p>
        <h2 className="text-std-20B-150">{order.title}</h2>
        <p>{order.site_name}</p>
        <p className="flex items-center gap-2"><Bar label={t("steps", { done: order.steps_answered, all: order.steps_total })} max={order.steps_total} value={order.steps_answered} className="h-2 grow" /><span className="tabular">{t("steps", { done: order.steps_answered, all: order.steps_total })}</span></p>
      </div>
      {order.detail && <p className="whitespace-pre-wrap">{order.detail}</p>}
      <div role="status">
        {order.state === "stopped" && <Note tone="warning" title={t("stopped")}><p className="whitespace-pre-wrap">{order.reason}</p></Note>}
        {order.state === "done" && <Note tone="ok" title={t("ended")} />}
      </div>
      {groupSteps(order.steps).map((group, index) => (
        <section key={`${group.key}.${index}`} className="flex flex-col gap-2">
          <h3 className="text-std-16B-170">{group.steps[0]?.list ? [group.target || t("whole"), name(group.steps[0].section)].join("：") : t("procedure")}</h3>
          {group.steps.map((step) => <FieldStep key={`${step.seq}.${step.version}`} field={field} order={order} step={step} open={open && (field.kept?.mayWrite ?? false)} unsent={unsent.has(step.seq)} />)}
        </section>
      ))}
      {open && field.kept?.mayWrite && <Finish field={field} order={order} />}
    </>
  );
}

function Finish({ field, order }: { field: Field; order: WorkOrderDetail }) {
  const t = useWords(fieldWords);
  const [result, setResult] = useState("");
  const left = order.steps.filter((step: WorkStep) => step.result === "open").length;
  const photographs = order.steps.reduce((sum, step) => sum + step.photographs.length, 0);
  const short = photographs < order.photographs_needed;
  return (
    <section className="flex flex-col gap-3 rounded-12 border border-solid-gray-300 bg-white p-4">
      <TextArea label={t("result")} value={result} onText={setResult} />
      {short && <p>{t("photosLeft", { n: order.photographs_needed })}</p>}
      <Button kind="main" className="min-h-14 w-full" disabled={left > 0 || short} onClick={() => void field.act({ kind: "finish", order: order.id, reason: result, label: `${t("finish")}：${order.number} ${order.title}` })}>{left > 0 ? t("finishLeft", { n: left }) : t("finish")}</Button>
    </section>
  );
}
