/** Work orders of the invented municipality: one in each state, a campaign over its sites, a visit, notices. */
import type { Campaign, FieldWork, Visit, WorkKindList, WorkNotice, WorkOrder, WorkOrderDetail, WorkStep } from "../src/api/contract";
import * as D from "./data.ts";

type Ask = { params: Record<string, string>; query: URLSearchParams; body: Record<string, unknown> };
const two = (ja: string, en: string) => ({ ja, en });
const DAY = 1440;
const PATCH = two("OS セキュリティ更新プログラムの適用", "Security updates of the operating system");
const CHECK = two("年次の点検", "Annual check");

const KINDS: WorkKindList = {
  items: [
    { id: "patch", title: PATCH, clause: "4(1)イ", notice: two("1 開庁日前の 17:15 まで", "by 17:15, 1 open day before"), emergency: two("当日まで", "on the day"), within: two("14 日以内", "within 14 days"), report: two("2 開庁日以内", "within 2 open days"), photographs: 0, check_lists: [{ id: "update", title: two("更新後の動作確認", "After an update"), items: 3, classes: [] }], may_order: true, may_plan: true, may_execute: true },
    { id: "check", title: CHECK, clause: "別紙1-4", notice: two("1 開庁日前の 17:15 まで", "by 17:15, 1 open day before"), emergency: null, within: null, report: null, photographs: 0, check_lists: [{ id: "terminal", title: two("端末の点検（16 項目）", "Terminal (16 items)"), items: 16, classes: ["terminal"] }], may_order: true, may_plan: false, may_execute: true },
  ],
  classes: [{ id: "terminal", title: two("統合端末", "Terminal") }, { id: "server", title: two("サーバ", "Server") }],
  notices: { sources: [{ id: "j_lis", title: two("J-LIS", "J-LIS") }, { id: "vendor", title: two("業者", "Vendor") }], assess: two("2 開庁日以内", "within 2 open days"), work_kinds: ["patch"], may_receive: true },
};

const step = (seq: number, title: { ja: string; en: string }, more: Partial<WorkStep> = {}): WorkStep => ({
  seq, list: "update", section: two("更新後の動作確認", "After an update"), title, how: "person", answer: "ok_ng", choices: [], unit: null, photograph: false, stops: true, target: 6, target_name: "honcho-term-06",
  result: "open", passed_over: false, value: "", note: "", photographs: [], by: null, at: null, task: null, version: 0, ...more,
});
const done = { result: "ok", by: "中村 高志", at: D.ago(40), version: 1 } as const;
const STEPS = (begun: boolean, failed: boolean): WorkStep[] => [
  step(1, two("媒体のウイルスチェックの結果を確かめる", "See that the media were checked"), { list: null, section: two("", ""), answer: "done", target: null, target_name: null, ...(begun ? done : {}) }),
  step(2, two("更新プログラムを適用する", "Apply the update"), { list: null, section: two("", ""), answer: "done", target: null, target_name: null, ...(failed ? { ...done, result: "failed", note: "媒体が読めない" } : begun ? done : {}) }),
  step(3, two("版数・設定値を記録", "Version or setting"), { answer: "text", ...(begun && !failed ? { ...done, value: "26100.4202" } : {}) }),
  step(4, two("再起動後に業務アプリケーションが起動する", "Application starts after a restart"), { how: "both" }),
  step(5, two("設置の状態（配線・ワイヤーロック）", "Place, cabling, wire lock"), { photograph: true, stops: false }),
];

const STATES: WorkOrder["state"][] = ["ordered", "planned", "approved", "executing", "stopped", "done", "accepted", "withdrawn"];
const ACTS: Partial<Record<WorkOrder["state"], WorkOrderDetail["acts"]>> = {
  ordered: ["plan", "withdraw"], planned: ["plan", "approve", "return", "reject", "withdraw"], approved: ["start", "answer", "withdraw"], executing: ["answer", "stop", "finish"], stopped: ["decide"], done: ["accept"],
};
const ORDERS: WorkOrderDetail[] = Array.from({ length: 24 }, (_, index): WorkOrderDetail => {
  const state = STATES[index % STATES.length] ?? "ordered";
  const planned = state !== "ordered" && state !== "withdrawn";
  const steps = planned && state !== "planned" ? STEPS(state !== "approved", state === "stopped") : [];
  const site = D.SITES[index % D.SITES.length] ?? { id: 0, name: "" };
  return {
    id: 700 + index, version: 3, number: `R8-WK-${String(index + 1).padStart(4, "0")}`, kind: index % 3 === 0 ? "check" : "patch", kind_title: index % 3 === 0 ? CHECK : PATCH, title: index % 3 === 0 ? "統合端末の年次点検" : "9 月のセキュリティ更新",
    state, outcome: state === "done" || state === "accepted" ? (index % 2 ? "with_findings" : "completed") : "none", site: site.id, site_name: site.name, targets: 2, ordered_at: D.ago(9 * DAY), ordered_by: "佐藤 美咲", due: D.ago(index === 2 ? DAY : -5 * DAY), overdue: index === 2,
    planned_from: planned ? D.ago(-2 * DAY) : null, planned_until: planned ? D.ago(-2 * DAY - 120) : null, workers: planned ? "中村 高志、𠮷田 誠" : null, emergency: index === 4,
    steps_total: steps.length, steps_answered: steps.filter((one) => one.result !== "open").length, steps_failed: steps.filter((one) => one.result === "failed").length, campaign: index < 12 ? 80 : null, visit: state === "executing" ? 90 : null,
    detail: "J-LIS 通知 第 12 号による更新を、対象の端末に適用してください。", machines: [{ ledger: "devices", id: 6, name: "honcho-term-06", class: "terminal" }, { ledger: "devices", id: 7, name: "honcho-term-07", class: "terminal" }],
    plan: planned ? { from: D.ago(-2 * DAY), until: D.ago(-2 * DAY - 120), workers: "中村 高志、𠮷田 誠", influence: "窓口 1 台ずつ、15 分ほど使えません。", procedure: ["媒体のウイルスチェックの結果を確かめる", "更新プログラムを適用する"], papers: [{ id: 1, name: "手順書.docx" }], emergency: index === 4, emergency_reason: index === 4 ? "攻撃が確認されたため" : "" } : null,
    plan_due: planned ? D.ago(-DAY) : null, report_due: state === "done" ? D.ago(-DAY) : null, planned_at: planned ? D.ago(3 * DAY) : null, planned_by: planned ? "中村 高志" : null, approved_at: steps.length ? D.ago(2 * DAY) : null, approved_by: steps.length ? "山﨑 太郎" : null,
    started_at: steps.length ? D.ago(60) : null, done_at: state === "done" ? D.ago(20) : null, accepted_at: null, accepted_by: null, stopped_step: state === "stopped" ? 2 : 0, reason: state === "stopped" ? "媒体が読めない" : "", result: state === "done" ? "すべての端末に適用しました。" : "", request: 38, request_number: "R8-work-0007",
    steps, acts: ACTS[state] ?? [], photographs_needed: 0,
    history: [{ at: D.ago(9 * DAY), who: "佐藤 美咲", kind: "work_order.ordered", words: two("作業の依頼", "Work ordered"), data: {} }, ...(planned ? [{ at: D.ago(3 * DAY), who: "中村 高志", kind: "work_order.planned", words: two("作業計画の提出", "Plan of a work handed in"), data: {} }] : [])],
  };
});
const progress = (orders: readonly WorkOrder[]) => ({
  orders: orders.length, finished: orders.filter((one) => ["done", "accepted", "withdrawn"].includes(one.state)).length, stopped: orders.filter((one) => one.state === "stopped").length, overdue: orders.filter((one) => one.overdue).length,
  steps: orders.reduce((sum, one) => sum + one.steps_total, 0), answered: orders.reduce((sum, one) => sum + one.steps_answered, 0), failed: orders.reduce((sum, one) => sum + one.steps_failed, 0),
});
const campaign = (): Campaign => {
  const orders = ORDERS.filter((one) => one.campaign === 80);
  return {
    id: 80, number: "R8-CP-0001", kind: "patch", kind_title: PATCH, title: "9 月のセキュリティ更新（全拠点）", detail: "J-LIS 通知 第 12 号", per: "site", notice: 95, due: D.ago(-5 * DAY), opened_at: D.ago(9 * DAY), opened_by: "佐藤 美咲",
    whole: progress(orders), sites: D.SITES.map((site) => ({ site: site.id, site_name: site.name, ...progress(orders.filter((one) => one.site === site.id)) })),
  };
};
const today = new Date(D.NOW + 9 * 3_600_000).toISOString().slice(0, 10);
const VISITS: Visit[] = [{ id: 90, version: 2, number: "R8-VS-0001", site: 103, site_name: "三雲地域振興局", day: today, workers: "中村 高志", state: "there", arrived_at: D.ago(70), arrived_by: "中村 高志", left_at: null, left_by: null, note: "", orders: ORDERS.filter((one) => one.visit === 90).slice(0, 2) }];
const notice = (id: number, more: Partial<WorkNotice>): WorkNotice => ({
  id, version: 1, number: `R8-NT-000${id - 93}`, source: "j_lis", source_title: two("J-LIS", "J-LIS"), reference: "第 12 号", title: "端末の更新プログラムの適用", content: "すべての統合端末に適用してください。", files: [], received_at: D.ago(10 * DAY), received_by: "佐藤 美咲", assess_due: D.ago(8 * DAY), overdue: false,
  state: "received", urgency: "normal", reason: "", assessed_at: null, assessed_by: null, classes: [], sites: [], machines: 0, campaign: null, may_assess: true, ...more,
});
const NOTICES: WorkNotice[] = [
  notice(96, { title: "プリンタドライバの不具合", source: "vendor", source_title: two("業者", "Vendor"), received_at: D.ago(3 * DAY), assess_due: D.ago(DAY), overdue: true }),
  notice(95, { state: "concerned", reason: "版数が該当する", machines: 24, campaign: 80, assessed_by: "中村 高志", assessed_at: D.ago(9 * DAY), may_assess: false }),
  notice(94, { title: "生体認証の設定変更", state: "not_concerned", reason: "当市の版数は対象外", assessed_by: "中村 高志", assessed_at: D.ago(20 * DAY), may_assess: false }),
];

const listed = ({ query }: Ask) => {
  const states = query.get("state")?.split(",");
  const items = ORDERS.filter((one) => (!states || states.includes(one.state)) && (!query.get("campaign") || String(one.campaign) === query.get("campaign")) && (query.get("overdue") !== "true" || one.overdue) && (!query.get("q") || `${one.number}${one.title}${one.site_name}`.includes(query.get("q") ?? "")));
  return { items, next: null };
};
const one = ({ params }: Ask) => ORDERS.find((order) => String(order.id) === params["id"]) ?? ORDERS[0];

export const workRoutes: Record<string, (ask: Ask) => unknown> = {
  "GET /work-kinds": () => KINDS,
  "GET /work-summary": () => ({ states: Object.fromEntries(STATES.map((state) => [state, ORDERS.filter((order) => order.state === state).length])), overdue: 1, notices_overdue: 1 }),
  "GET /work-orders": listed,
  "GET /work-orders/{id}": one,
  "GET /work-machines": () => ({ total: 24, sites: D.SITES.map((site) => ({ site: site.id, site_name: site.name, count: 3 })), items: [] }),
  "GET /campaigns": () => ({ items: [campaign()], next: null }),
  "GET /campaigns/{id}": campaign,
  "GET /visits": () => ({ items: VISITS }),
  "GET /work-notices": () => ({ items: NOTICES, next: null }),
  "GET /work-notices/{id}": ({ params }) => NOTICES.find((each) => String(each.id) === params["id"]),
  "GET /work-field": (): FieldWork => ({ now: D.ago(0), more: false, visits: VISITS, orders: ORDERS.filter((order) => ["approved", "executing", "stopped"].includes(order.state)) }),
};
