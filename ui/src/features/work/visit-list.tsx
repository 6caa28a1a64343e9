import { useState } from "react";
import { Link } from "wouter";
import type { Visit } from "../../api/contract";
import { useGet, useList, useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Await, Problem } from "../../app/problem";
import { useSession } from "../../app/session";
import { Badge } from "../../design/badge";
import { Button } from "../../design/button";
import { FormDialog } from "../../design/dialog";
import { Checkbox, CONTROL, Field, Select, TextField } from "../../design/field";
import { Empty } from "../../design/states";
import { formatEra, serverNow, toLocalParts, useTime } from "../../i18n/time";
import { useWords } from "../../i18n/words";
import { useSiteChoices } from "../../parts/sites";
import { WorkState } from "./state";
import { orderWords, visitWords, workWords } from "./words";

const LOOKS = { planned: ["info", "clock"], there: ["major", "next"], left: ["ok", "check"] } as const;

export function VisitState({ visit }: { visit: Visit }) {
  const t = useWords(visitWords);
  const [tone, icon] = LOOKS[visit.state];
  return <Badge tone={tone} icon={icon}>{t(visit.state)}</Badge>;
}

export default function VisitList() {
  const t = useWords(visitWords);
  const { may } = useSession();
  const { at } = useTime();
  const visits = useGet("/visits", {}, { refetchMs: 60_000 });
  const [planning, setPlanning] = useState(false);
  return (
    <div className="px-4 pb-4">
      <div className="mb-4 flex flex-wrap items-center gap-3"><p className="text-solid-gray-800">{t("lead")}</p>{may("work_write") && <Button className="ms-auto" icon="plus" onClick={() => setPlanning(true)}>{t("plan")}</Button>}</div>
      <Await of={visits}>{({ items }) => items.length === 0 ? <Empty icon="today" title={t("none")}><p>{t("noneLead")}</p></Empty> : (
        <ul className="grid gap-4 md:grid-cols-2">
          {items.map((visit) => (
            <li key={visit.id} className="rounded-12 border border-solid-gray-300 p-4">
              <div className="flex flex-wrap items-center gap-2"><span className="tabular text-solid-gray-700">{visit.number}</span><VisitState visit={visit} /></div>
              <h2 className="text-std-18B-160">{visit.site_name}</h2>
              <p>{formatEra(`${visit.day}T00:00:00+09:00`)}　{visit.workers}</p>
              <ul className="mt-2 flex flex-col gap-1">{visit.orders.map((order) => <li key={order.id} className="flex flex-wrap items-center gap-2"><Link href={`/work/${order.id}`}>{order.number} {order.title}</Link><WorkState order={order} /></li>)}</ul>
              <p className="text-dns-14N-130 mt-2 text-solid-gray-700">{[visit.arrived_at && t("arrived", { at: at(visit.arrived_at, "short") }), visit.left_at && t("leftAt", { at: at(visit.left_at, "short") }), visit.note].filter(Boolean).join(" ／ ")}</p>
            </li>
          ))}
        </ul>
      )}</Await>
      {planning && <VisitDialog onClose={() => setPlanning(false)} />}
    </div>
  );
}

function VisitDialog({ onClose }: { onClose: () => void }) {
  const t = useWords(visitWords);
  const w = useWords(workWords);
  const o = useWords(orderWords);
  const notices = useNotices();
  const sites = useSiteChoices();
  const [site, setSite] = useState("");
  const [day, setDay] = useState(() => toLocalParts(serverNow()).day);
  const [workers, setWorkers] = useState("");
  const [chosen, setChosen] = useState<readonly number[]>([]);
  const orders = useList("/work-orders", { query: { site: site || undefined, state: "planned,approved,executing,stopped", without_visit: "true" } }, { enabled: site !== "", limit: 50 });
  const plan = useSend("POST /visits", ["/visits", "/work-orders"]);
  return (
    <FormDialog title={t("plan")} submit={t("plan")} busy={plan.isPending} disabled={site === "" || chosen.length === 0} onClose={onClose} onSubmit={() => plan.mutate({ body: { site: Number(site), day, workers, orders: [...chosen] } }, { onSuccess: (made) => { notices.ok(t("made", { number: made.number })); onClose(); } })}>
      <Problem fault={plan.error} />
      <Select label={w("site")} required value={site} onText={(next) => { setSite(next); setChosen([]); }} empty="" choices={sites} />
      <Field label={t("day")} required>{(wiring) => <input type="date" {...wiring} className={`${CONTROL} w-44!`} value={day} onChange={(event) => setDay(event.target.value)} />}</Field>
      <TextField label={o("workers")} value={workers} onText={setWorkers} maxLength={400} />
      {site !== "" && !orders.pending && (
        <fieldset><legend className="text-std-16B-170">{t("orders")}</legend>
          {orders.rows.length === 0 ? <p>{t("noOrders")}</p> : orders.rows.map((one) => <Checkbox key={one.id} label={<>{one.number} {one.title}</>} checked={chosen.includes(one.id)} onChange={(on) => setChosen(on ? [...chosen, one.id] : chosen.filter((each) => each !== one.id))} />)}
        </fieldset>
      )}
    </FormDialog>
  );
}
