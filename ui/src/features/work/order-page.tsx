import { useState } from "react";
import { Link } from "wouter";
import type { WorkOrderDetail } from "../../api/contract";
import { useGet, useSend } from "../../api/hooks";
import { useLive } from "../../app/live";
import { useNotices } from "../../app/notices";
import { Await, Problem } from "../../app/problem";
import { Button } from "../../design/button";
import { Facts, PageHeader, Panel } from "../../design/page";
import { Note } from "../../design/states";
import { useTime } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { Due } from "../../parts/request-state";
import { FileLinks } from "../../parts/files";
import { PlanDialog } from "./plan-dialog";
import { ReasonDialog } from "./reason-dialog";
import { OPEN_STATES, WorkState } from "./state";
import { StepsPanel } from "./steps-panel";
import { orderWords, workStateWords, workWords } from "./words";

const STALE = ["/work-orders", "/work-summary", "/campaigns", "/visits"];
const DECISIONS = ["again", "go_on", "put_back", "give_up"] as const;
type Asking = "plan" | "return" | "reject" | "withdraw" | "stop" | "finish" | "refuse" | "decide" | null;

export default function OrderPage({ id }: { id: number }) {
  const live = useLive();
  const order = useGet("/work-orders/{id}", { path: { id } }, live ? {} : { refetchMs: 20_000 });
  return <Await of={order}>{(data) => <OrderView order={data} reload={() => void order.refetch()} />}</Await>;
}

function OrderView({ order, reload }: { order: WorkOrderDetail; reload: () => void }) {
  const t = useWords(workWords);
  const o = useWords(orderWords);
  const s = useWords(workStateWords);
  const name = useName();
  return (
    <>
      <PageHeader title={order.title} crumbs={[{ label: t("title"), href: "/work" }]} badge={<span className="flex flex-wrap items-center gap-2"><span className="tabular">{order.number}</span><WorkState order={order} /></span>} lead={[name(order.kind_title), order.site_name].filter(Boolean).join(" ／ ")} />
      <div role="status" className="flex flex-col gap-3 empty:hidden *:last:mb-4">
        {order.state === "stopped" && <Note tone="warning" title={o("stoppedTitle")}><p className="whitespace-pre-wrap">{order.reason}</p><p>{o("stoppedLead")}</p></Note>}
        {order.state === "ordered" && order.reason && <Note tone="warning" title={o("returned")}><p className="whitespace-pre-wrap">{order.reason}</p></Note>}
        {order.state === "executing" && order.reason && order.done_at === null && order.report_due === null && order.accepted_by === null && order.outcome === "none" && order.history?.at(-1)?.kind === "work_order.not_accepted" && <Note tone="warning" title={o("notAccepted")}><p className="whitespace-pre-wrap">{order.reason}</p></Note>}
        {order.outcome !== "none" && <Note tone={order.outcome === "completed" ? "ok" : "info"} title={s(order.outcome)}><p className="whitespace-pre-wrap">{order.result}</p></Note>}
      </div>
      <Acts order={order} reload={reload} />
      <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_26rem]">
        <div className="flex min-w-0 flex-col gap-5"><StepsPanel order={order} /><History order={order} /></div>
        <div className="flex min-w-0 flex-col gap-5"><OrderFacts order={order} /><PlanFacts order={order} /></div>
      </div>
    </>
  );
}

/** What this person can do now; the rest is refused by the server anyway. */
function Acts({ order, reload }: { order: WorkOrderDetail; reload: () => void }) {
  const o = useWords(orderWords);
  const notices = useNotices();
  const [asking, setAsking] = useState<Asking>(null);
  const decide = useSend("POST /work-orders/{id}/decision", STALE);
  const withdraw = useSend("POST /work-orders/{id}/withdrawal", STALE);
  const start = useSend("POST /work-orders/{id}/start", STALE);
  const stop = useSend("POST /work-orders/{id}/stop", STALE);
  const decideStop = useSend("POST /work-orders/{id}/stop-decision", STALE);
  const finish = useSend("POST /work-orders/{id}/end", STALE);
  const accept = useSend("POST /work-orders/{id}/acceptance", STALE);
  const all = [decide, withdraw, start, stop, decideStop, finish, accept];
  const can = (act: WorkOrderDetail["acts"][number]) => order.acts.includes(act);
  const on = { path: { id: order.id } };
  const { version } = order;
  const close = () => { setAsking(null); for (const one of all) one.reset(); };
  const done = (sent: Promise<unknown>) => sent.then(() => { notices.ok(o("acted")); close(); }, () => undefined);
  const fault = all.find((one) => one.error)?.error ?? null;
  const open = order.steps.some((step) => step.result === "open");
  const simple = { busy: all.some((one) => one.isPending), fault, onClose: close };
  return (
    <>
      {fault && !asking && (fault.status === 409
        ? <div role="alert" className="mb-4"><Note tone="warning" title={o("conflict")}><p>{fault.detail} {o("conflictLead")}</p><Button className="mt-2" onClick={() => { close(); reload(); }}>{o("reload")}</Button></Note></div>
        : <div className="mb-4"><Problem fault={fault} /></div>)}
      <div className="mb-5 flex flex-wrap gap-3 empty:hidden">
        {can("plan") && <Button kind={order.plan ? "plain" : "main"} icon="form" onClick={() => setAsking("plan")}>{o(order.plan ? "changePlan" : "toPlan")}</Button>}
        {can("approve") && <Button kind="main" icon="check" busy={decide.isPending} onClick={() => void done(decide.mutateAsync({ ...on, body: { version, decision: "approve" } }))}>{o("approve")}</Button>}
        {can("return") && <Button icon="undo" onClick={() => setAsking("return")}>{o("giveBack")}</Button>}
        {can("reject") && <Button icon="close" onClick={() => setAsking("reject")}>{o("reject")}</Button>}
        {can("start") && <Button kind="main" icon="next" busy={start.isPending} onClick={() => void done(start.mutateAsync({ ...on, body: { version } }))}>{o("start")}</Button>}
        {can("decide") && <Button kind="main" icon="question" onClick={() => setAsking("decide")}>{o("decide")}</Button>}
        {can("finish") && <Button kind={open ? "plain" : "main"} icon="check" disabled={open} onClick={() => setAsking("finish")}>{o("finish")}</Button>}
        {can("stop") && <Button icon="pause" onClick={() => setAsking("stop")}>{o("stop")}</Button>}
        {can("accept") && <Button kind="main" icon="check" busy={accept.isPending} onClick={() => void done(accept.mutateAsync({ ...on, body: { version, accepted: true } }))}>{o("accept")}</Button>}
        {can("accept") && <Button icon="undo" onClick={() => setAsking("refuse")}>{o("refuse")}</Button>}
        {can("withdraw") && <Button kind="quiet" onClick={() => setAsking("withdraw")}>{o("withdraw")}</Button>}
      </div>
      {asking === "plan" && <PlanDialog order={order} onClose={close} />}
      {asking === "return" && <ReasonDialog {...simple} required title={o("giveBack")} submit={o("giveBack")} label={o("reason")} onSubmit={(reason) => void done(decide.mutateAsync({ ...on, body: { version, decision: "return", reason } }))} />}
      {asking === "reject" && <ReasonDialog {...simple} required kind="danger" title={o("reject")} submit={o("reject")} label={o("reason")} onSubmit={(reason) => void done(decide.mutateAsync({ ...on, body: { version, decision: "reject", reason } }))} />}
      {asking === "withdraw" && <ReasonDialog {...simple} required kind="danger" title={o("withdraw")} submit={o("withdraw")} label={o("reason")} onSubmit={(reason) => void done(withdraw.mutateAsync({ ...on, body: { version, reason } }))} />}
      {asking === "stop" && <ReasonDialog {...simple} required title={o("stop")} submit={o("stop")} label={o("reason")} onSubmit={(reason) => void done(stop.mutateAsync({ ...on, body: { version, reason } }))} />}
      {asking === "finish" && <ReasonDialog {...simple} title={o("finish")} submit={o("finish")} label={o("result")} onSubmit={(reason) => void done(finish.mutateAsync({ ...on, body: { version, reason } }))} />}
      {asking === "refuse" && <ReasonDialog {...simple} required title={o("refuse")} submit={o("refuse")} label={o("reason")} onSubmit={(note) => void done(accept.mutateAsync({ ...on, body: { version, accepted: false, note } }))} />}
      {asking === "decide" && <ReasonDialog {...simple} required title={o("decide")} submit={o("decide")} label={o("reason")} choices={DECISIONS.map((value) => ({ value, label: o(value) }))} onSubmit={(reason, decision) => void done(decideStop.mutateAsync({ ...on, body: { version, decision: decision as (typeof DECISIONS)[number], reason } }))} />}
    </>
  );
}

function OrderFacts({ order }: { order: WorkOrderDetail }) {
  const t = useWords(workWords);
  const o = useWords(orderWords);
  const { at } = useTime();
  return (
    <Panel title={o("facts")}>
      <Facts columns={1} facts={[
        [o("orderedBy"), [order.ordered_by, at(order.ordered_at)].filter(Boolean).join(" ")],
        [t("detail"), order.detail && <span className="whitespace-pre-wrap">{order.detail}</span>],
        [t("machines"), order.machines.length > 0 && <ul>{order.machines.map((one) => <li key={one.id}><Link href={`/devices/${one.id}`}>{one.name}</Link></li>)}</ul>],
        [t("due"), order.due && (OPEN_STATES.includes(order.state) ? <Due due={order.due} /> : at(order.due))],
        ...(order.report_due && order.state === "done" ? [[o("reportDue"), <Due key="due" due={order.report_due} />] as const] : []),
        ...(order.request ? [[o("request"), <Link key="request" href={`/requests/${order.request}`}>{order.request_number}</Link>] as const] : []),
        ...(order.campaign ? [[o("campaign"), <Link key="campaign" href={`/work/campaigns/${order.campaign}`}>{o("openIt")}</Link>] as const] : []),
      ]} />
    </Panel>
  );
}

function PlanFacts({ order }: { order: WorkOrderDetail }) {
  const o = useWords(orderWords);
  const { at } = useTime();
  const { plan } = order;
  const deputy = (who: string | null | undefined, whose: string | null | undefined) => (who && whose ? `${who}（${o("deputyFor", { name: whose })}）` : who);
  const by = (who: string | null | undefined, when: string | null | undefined) => who && [who, when && at(when)].filter(Boolean).join(" ");
  return (
    <Panel title={o("plan")}>
      {!plan ? <p className="text-solid-gray-700">{o("noPlan")}</p> : (
        <Facts columns={1} facts={[
          [o("when"), `${at(plan.from)} 〜 ${at(plan.until)}`],
          [o("workers"), plan.workers],
          ...(plan.influence ? [[o("influence"), <span key="influence" className="whitespace-pre-wrap">{plan.influence}</span>] as const] : []),
          ...(order.steps.length === 0 && plan.procedure.length > 0 ? [[o("procedure"), <ol key="procedure" className="list-decimal ps-5">{plan.procedure.map((step, index) => <li key={index}>{step}</li>)}</ol>] as const] : []),
          ...(plan.papers && plan.papers.length > 0 ? [[o("papers"), <FileLinks key="papers" files={plan.papers} />] as const] : []),
          ...(plan.emergency ? [[o("emergencyReason"), plan.emergency_reason] as const] : []),
          [o("planDue"), at(order.plan_due)],
          [o("plannedBy"), by(order.planned_by, order.planned_at)],
          [o("approvedBy"), by(deputy(order.approved_by, order.approved_for), order.approved_at)],
          [o("started"), at(order.started_at)],
          [o("ended"), at(order.done_at)],
          [o("acceptedBy"), by(deputy(order.accepted_by, order.accepted_for), order.accepted_at)],
        ]} />
      )}
    </Panel>
  );
}

function History({ order }: { order: WorkOrderDetail }) {
  const o = useWords(orderWords);
  const name = useName();
  const { at } = useTime();
  return (
    <Panel title={o("history")}>
      <ol className="flex flex-col gap-2">
        {[...(order.history ?? [])].reverse().map((one, index) => {
          const data = one.data as Record<string, unknown>;
          const text = [data["target"], data["step"], data["reason"], data["note"], data["result"] && one.kind === "work_order.done" ? data["result"] : ""].filter((part) => typeof part === "string" && part !== "").join(" ／ ");
          return <li key={index} className="flex flex-wrap gap-x-3"><span className="tabular text-solid-gray-700">{at(one.at, "short")}</span><span className="font-bold">{name(one.words)}</span><span>{one.who}</span>{text && <span className="w-full whitespace-pre-wrap ps-4 text-solid-gray-800 md:w-auto md:ps-0">{text}</span>}</li>;
        })}
      </ol>
    </Panel>
  );
}
