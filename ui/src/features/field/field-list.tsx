import { useState } from "react";
import { Link } from "wouter";
import type { FieldWork, Visit, WorkOrderDetail } from "../../api/contract";
import { Badge } from "../../design/badge";
import { Button } from "../../design/button";
import { TextArea } from "../../design/field";
import { Bar } from "../../design/progress";
import { Note } from "../../design/states";
import { formatEra, serverNow, toLocalParts, useTime } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import type { Field } from "./use-field";
import { fieldWords } from "./words";

export function FieldList({ field, work }: { field: Field; work: FieldWork }) {
  const t = useWords(fieldWords);
  const inVisits = new Set(work.visits.flatMap((visit) => visit.orders.map((order) => order.id)));
  const others = work.orders.filter((order) => !inVisits.has(order.id));
  return (
    <>
      <section aria-labelledby="visits" className="flex flex-col gap-3">
        <h2 id="visits" className="text-std-16B-170">{t("visits")}</h2>
        {work.visits.length === 0 && <p className="text-solid-gray-700">{t("noVisits")}</p>}
        {work.visits.map((visit) => <VisitCard key={visit.id} field={field} visit={visit} orders={work.orders.filter((order) => visit.orders.some((one) => one.id === order.id))} />)}
      </section>
      <section aria-labelledby="orders" className="flex flex-col gap-3">
        <h2 id="orders" className="text-std-16B-170">{t("otherOrders")}</h2>
        {others.length === 0 && <p className="text-solid-gray-700">{t("noOrders")}</p>}
        {others.map((order) => <OrderCard key={order.id} order={order} />)}
        {work.more && <Note title={t("more")} />}
      </section>
    </>
  );
}

function OrderCard({ order }: { order: WorkOrderDetail }) {
  const t = useWords(fieldWords);
  const name = useName();
  const { at } = useTime();
  return (
    <Link href={`/field?order=${order.id}`} className="plain-link flex flex-col gap-1 rounded-12 border border-solid-gray-420 bg-white p-4 active:bg-key-50">
      <span className="text-dns-14N-130 tabular text-solid-gray-700">{order.number}　{name(order.kind_title)}</span>
      <span className="text-std-16B-170">{order.title}</span>
      <span className="text-dns-14N-130 text-solid-gray-800">{[order.site_name, order.planned_from && t("planned", { at: at(order.planned_from, "short") })].filter(Boolean).join("　")}</span>
      <span className="flex flex-wrap items-center gap-2">
        <Bar label={t("steps", { done: order.steps_answered, all: order.steps_total })} max={order.steps_total} value={order.steps_answered} className="h-2 w-28" />
        <span className="tabular">{t("steps", { done: order.steps_answered, all: order.steps_total })}</span>
        {order.emergency && <Badge tone="major" icon="alert">{t("emergency")}</Badge>}
        {order.state === "stopped" && <Badge tone="critical" icon="pause">{t("stoppedShort")}</Badge>}
        {order.state === "done" && <Badge tone="ok" icon="check">{t("endedShort")}</Badge>}
      </span>
    </Link>
  );
}

function VisitCard({ field, visit, orders }: { field: Field; visit: Visit; orders: readonly WorkOrderDetail[] }) {
  const t = useWords(fieldWords);
  const { at } = useTime();
  const [leaving, setLeaving] = useState(false);
  const [why, setWhy] = useState("");
  const today = visit.day === toLocalParts(serverNow()).day;
  const undone = orders.some((order) => order.state !== "done");
  const may = field.kept?.mayWrite ?? false;
  return (
    <article aria-label={visit.site_name} className={`rounded-12 border bg-white p-4 ${visit.state === "there" ? "border-2 border-key-900" : "border-solid-gray-420"}`}>
      <p className="text-dns-14N-130 text-solid-gray-700">{today ? t("today") : formatEra(`${visit.day}T00:00:00+09:00`)}　{visit.number}</p>
      <h3 className="text-std-20B-150">{visit.site_name}</h3>
      {visit.workers && <p>{visit.workers}</p>}
      <div className="my-3 flex flex-col gap-2">{orders.map((order) => <OrderCard key={order.id} order={order} />)}</div>
      <p className="text-dns-14N-130 mb-2 text-solid-gray-700">{[visit.arrived_at && t("arrived", { at: at(visit.arrived_at, "time") }), visit.left_at && t("left", { at: at(visit.left_at, "time") })].filter(Boolean).join("　")}</p>
      {may && visit.state === "planned" && <Button kind="main" className="min-h-14 w-full" onClick={() => void field.act({ kind: "arrive", visit: visit.id, reason: "", label: `${t("arrive")}：${visit.site_name}` })}>{t("arrive")}</Button>}
      {may && visit.state === "there" && !leaving && <Button className="min-h-14 w-full" onClick={() => setLeaving(true)}>{t("leave")}</Button>}
      {may && visit.state === "there" && leaving && (
        <form className="flex flex-col gap-3" onSubmit={(event) => { event.preventDefault(); void field.act({ kind: "leave", visit: visit.id, reason: why, label: `${t("leave")}：${visit.site_name}` }); }}>
          {undone && <TextArea label={t("leaveWhy")} required value={why} onText={setWhy} />}
          <Button type="submit" kind="main" className="min-h-14 w-full" disabled={undone && why.trim() === ""}>{t("leave")}</Button>
        </form>
      )}
    </article>
  );
}
