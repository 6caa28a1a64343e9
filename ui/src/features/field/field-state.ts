/**
 * What a telephone does without a connection: acts are kept in order and laid over what the server said last, so that the
 * screen shows them at once. The server judges each when it arrives; a key makes it count once however often it is sent.
 */
import type { FieldWork, WorkOrderDetail, WorkStep } from "../../api/contract";

export type Answer = "ok" | "failed" | "not_applicable";

interface Made {
  /** Chosen here; the server does an act of the same key once. */
  key: string;
  contract: string;
  account: number;
  at: string;
  /** For whoever reads the list of what is not sent yet. */
  label: string;
}
export interface StepAct extends Made {
  kind: "step";
  order: number;
  seq: number;
  version: number;
  result: Answer;
  value: string;
  note: string;
  photos: number;
}
export interface OrderAct extends Made {
  kind: "start" | "finish";
  order: number;
  reason: string;
}
export interface VisitAct extends Made {
  kind: "arrive" | "leave";
  visit: number;
  reason: string;
}
export type Act = StepAct | OrderAct | VisitAct;

const count = (steps: readonly WorkStep[], is: (step: WorkStep) => boolean) => steps.filter(is).length;

function withSteps(order: WorkOrderDetail, steps: WorkStep[]): WorkOrderDetail {
  return { ...order, steps, steps_answered: count(steps, (step) => step.result !== "open"), steps_failed: count(steps, (step) => step.result === "failed") };
}

function onOrder(order: WorkOrderDetail, act: StepAct | OrderAct): WorkOrderDetail {
  if (act.kind === "finish") return { ...order, state: "done" };
  const begun: WorkOrderDetail = order.state === "approved" ? { ...order, state: "executing", started_at: act.at } : order;
  if (act.kind !== "step") return begun;
  const step = begun.steps.find((one) => one.seq === act.seq);
  if (!step) return begun;
  const answered: WorkStep = {
    ...step, result: act.result, value: act.value, note: act.note, at: act.at, version: act.version + 1,
    photographs: [...step.photographs, ...Array.from({ length: act.photos }, () => ({ id: 0, name: "" }))],
  };
  const made = withSteps(begun, begun.steps.map((one) => (one === step ? answered : one)));
  return act.result === "failed" && step.stops ? { ...made, state: "stopped", stopped_step: step.seq, reason: act.note } : made;
}

/** The work as it stands when this act is done; what it does not know stays as it is. */
export function applyAct(work: FieldWork, act: Act): FieldWork {
  if ("visit" in act) {
    const visits = work.visits.map((one) => (one.id !== act.visit ? one : act.kind === "arrive" ? { ...one, state: "there" as const, arrived_at: act.at } : { ...one, state: "left" as const, left_at: act.at, note: act.reason }));
    return { ...work, visits };
  }
  return { ...work, orders: work.orders.map((one) => (one.id === act.order ? onOrder(one, act) : one)) };
}

export const applyActs = (work: FieldWork, acts: readonly Act[]): FieldWork => acts.reduce(applyAct, work);

/** The address and the body of an act, as share/openapi.yaml has them; `photographs` are ids of what was uploaded. */
export function callOf(act: Act, photographs: readonly number[]): { path: string; body: Record<string, unknown> } {
  const made = { key: act.key, at: act.at };
  switch (act.kind) {
    case "step": return { path: `/work-orders/${act.order}/steps/${act.seq}`, body: { ...made, version: act.version, result: act.result, value: act.value, note: act.note, photographs } };
    case "start": return { path: `/work-orders/${act.order}/start`, body: made };
    case "finish": return { path: `/work-orders/${act.order}/end`, body: { ...made, reason: act.reason } };
    case "arrive": return { path: `/visits/${act.visit}/arrival`, body: { ...made, reason: act.reason } };
    case "leave": return { path: `/visits/${act.visit}/departure`, body: { ...made, reason: act.reason } };
  }
}

/** What becomes of an act by how it was answered: sent, to be sent later, or refused for good. */
export function verdictOf(status: number): "sent" | "later" | "sign_in" | "refused" {
  if (status >= 200 && status < 300) return "sent";
  if (status === 401) return "sign_in";
  if (status === 0 || status === 408 || status === 429 || status >= 500) return "later";
  return "refused";
}

/** A step of the procedure waits for those before it; the server says the same. */
export function waitsFor(order: WorkOrderDetail, step: WorkStep): WorkStep | undefined {
  if (step.list) return undefined;
  return order.steps.find((one) => !one.list && one.seq < step.seq && one.result === "open");
}
