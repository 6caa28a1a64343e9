import { expect, test } from "vitest";
import type { FieldWork, WorkStep } from "../../api/contract";
import { applyActs, callOf, verdictOf, waitsFor, type Act, type StepAct } from "./field-state";

const step = (seq: number, more: Partial<WorkStep> = {}): WorkStep => ({
  seq, list: "hands", section: { ja: "区分", en: "Section" }, title: { ja: `項目${seq}`, en: `Item ${seq}` }, how: "person", answer: "ok_ng", choices: [], photograph: false,
  stops: false, result: "open", passed_over: false, value: "", note: "", photographs: [], version: 0, ...more,
});
const work = (): FieldWork => ({
  now: "2026-05-07T01:00:00Z", more: false,
  visits: [{ id: 3, version: 1, number: "R8-VS-0001", site: 9, site_name: "本庁", day: "2026-05-07", state: "planned", orders: [] }],
  orders: [{
    id: 5, version: 3, number: "R8-WK-0001", kind: "patch", kind_title: { ja: "修正", en: "Patch" }, title: "修正", state: "approved", outcome: "none", ordered_at: "2026-05-01T00:00:00Z",
    overdue: false, emergency: false, targets: 1, steps_total: 3, steps_answered: 0, steps_failed: 0, detail: "", machines: [], acts: [], stopped_step: 0, reason: "", result: "", photographs_needed: 0,
    steps: [step(1, { list: null, answer: "done", stops: true }), step(2, { list: null, answer: "done", stops: true }), step(3)],
  }],
});
const made = { contract: "c", account: 1, at: "2026-05-07T02:00:00Z", label: "" };
const answer = (seq: number, version: number, more: Partial<StepAct> = {}): StepAct => ({ ...made, kind: "step", key: `k${seq}.${version}`, order: 5, seq, version, result: "ok", value: "", note: "", photos: 0, ...more });

test("acts are laid over what the server said last, each on the version it leaves behind", () => {
  const acts: Act[] = [{ ...made, kind: "arrive", key: "a", visit: 3, reason: "" }, answer(1, 0), answer(1, 1, { photos: 2 }), answer(3, 0, { result: "failed", note: "曲がっている" })];
  const after = applyActs(work(), acts);
  expect(after.visits[0]?.state).toBe("there");
  const order = after.orders[0];
  expect(order?.state).toBe("executing");
  expect(order?.steps.map((one) => [one.result, one.version])).toEqual([["ok", 2], ["open", 0], ["failed", 1]]);
  expect(order?.steps[0]?.photographs.length).toBe(2);
  expect([order?.steps_answered, order?.steps_failed]).toEqual([2, 1]);
});

test("a step that stops the order stops it here too, and the end ends it", () => {
  expect(applyActs(work(), [answer(1, 0, { result: "failed", note: "停電" })]).orders[0]?.state).toBe("stopped");
  expect(applyActs(work(), [{ ...made, kind: "finish", key: "f", order: 5, reason: "" }]).orders[0]?.state).toBe("done");
  expect(applyActs(work(), [{ ...made, kind: "start", key: "s", order: 77, reason: "" }])).toEqual(work());
});

test("the procedure is done in its order", () => {
  const [order] = work().orders;
  if (!order) throw new Error("no order");
  expect(waitsFor(order, order.steps[1] as WorkStep)?.seq).toBe(1);
  expect(waitsFor(order, order.steps[2] as WorkStep)).toBeUndefined();
});

test("what is sent carries its key and the time at which it happened", () => {
  expect(callOf(answer(3, 1, { value: "12" }), [7])).toEqual({ path: "/work-orders/5/steps/3", body: { key: "k3.1", at: made.at, version: 1, result: "ok", value: "12", note: "", photographs: [7] } });
  expect(callOf({ ...made, kind: "leave", key: "l", visit: 3, reason: "部品待ち" }, []).body).toEqual({ key: "l", at: made.at, reason: "部品待ち" });
});

test("only an answer that will be the same tomorrow is a refusal", () => {
  expect([200, 201, 0, 408, 429, 503, 401, 409, 422, 403].map(verdictOf)).toEqual(["sent", "sent", "later", "later", "later", "later", "sign_in", "refused", "refused", "refused"]);
});
