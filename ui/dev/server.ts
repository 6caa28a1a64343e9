/** The invented server: answers the contract's paths from dev/data.ts, remembers changes until it is stopped. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Device, Import, Job, Session } from "../src/api/contract";
import * as D from "./data.ts";
import { Refusal, requestRoutes } from "./requests.ts";
import { logRoutes } from "./logs.ts";
import { workRoutes } from "./work.ts";

type Params = Record<string, string>;
interface Ask {
  params: Params;
  query: URLSearchParams;
  body: Record<string, unknown>;
  english: boolean;
}
type Handler = (ask: Ask) => unknown;

const PERMISSIONS = ["watch_read", "alert_handle", "silence_write", "incident_read", "incident_write", "incident_close", "clock_reason", "contact_call", "ledger_read", "ledger_write", "ledger_import", "personal_read", "report_read", "report_make", "roster_submit", "roster_approve", "people_manage", "journal_read", "device_accept", "contract_read", "credential_write", "request_write", "work_read", "work_write", "log_read", "operation_log_read", "log_hold", "log_rule_write", "system_manage"];
const state = { session: "signed_in" as Session["state"], language: "ja" as "ja" | "en" };
const jobs = new Map<number, { start: number; ms: number; result: number | null; cancelled: boolean }>();
const imports = new Map<number, Import>();
let nextId = 10_000;

const session = (): Session => state.session !== "signed_in" ? { state: state.session, csrf: "dev" } : {
  state: "signed_in", csrf: "dev", account: { id: 1, login: "nakamura", name: "中村 高志", mail: "nakamura@example.jp", language: state.language }, recovery_codes_left: 2,
  contracts: [{ id: "matsusaka", name: { ja: "松阪市 情報基盤運用", en: "Matsusaka City ICT operations" }, role: "operator", permissions: PERMISSIONS }, { id: "clerk", name: { ja: "松阪市 総務課（職員）", en: "Matsusaka City, a clerk" }, role: "employee", permissions: ["request_write"] }, { id: "sample", name: { ja: "見本市 機器監視", en: "Sample City watch" }, role: "auditor", permissions: ["watch_read", "incident_read", "ledger_read", "report_read", "journal_read", "contract_read"] }],
};

/** Kana, width and case folded: what the real server does better. */
const fold = (text: string) => text.normalize("NFKC").toLowerCase().replace(/[ァ-ヶ]/g, (one) => String.fromCharCode(one.charCodeAt(0) - 0x60));

function page<T>(items: readonly T[], query: URLSearchParams, total = true) {
  const start = Number(query.get("cursor") ?? 0);
  const limit = Math.min(500, Number(query.get("limit") ?? 50));
  return { items: items.slice(start, start + limit), next: start + limit < items.length ? String(start + limit) : null, ...(total ? { total: items.length } : {}) };
}
function found<T>(items: readonly T[], match: (one: T) => boolean): T {
  const one = items.find(match);
  if (!one) throw new Refusal(404, "web.not_found", "見つかりません", "そのデータはないか、見る権限がありません。", "一覧から選び直してください。");
  return one;
}
function job(ms: number, result: number | null): Job {
  const id = ++nextId;
  jobs.set(id, { start: Date.now(), ms, result, cancelled: false });
  return { id, state: "running", progress: 0, kind: "dev" };
}
const is = (query: URLSearchParams, key: string, value: unknown) => !query.get(key) || query.get(key) === String(value ?? "");
const matches = (query: URLSearchParams, ...texts: (string | undefined)[]) => !query.get("q") || texts.some((text) => fold(text ?? "").includes(fold(query.get("q") ?? "")));

function devices({ query }: Ask) {
  const all = D.DEVICES.filter((one) => matches(query, one.name, one.address) && is(query, "site", one.site) && is(query, "class", one.class));
  const by_state = Object.fromEntries(["up", "down", "unreachable", "unknown", "silenced", "disabled"].map((name) => [name, all.filter((one) => one.state === name).length]));
  const sort = query.get("sort") ?? "name";
  const key = { name: "name", site: "site_name", class: "class", state: "state", address: "address" }[sort.replace("-", "")] as keyof Device;
  const sorted = all.filter((one) => is(query, "state", one.state)).sort((a, b) => String(a[key]).localeCompare(String(b[key]), "ja") * (sort.startsWith("-") ? -1 : 1));
  return { ...page(sorted, query), by_state };
}
function series({ query }: Ask) {
  const from = Date.parse(query.get("from") ?? "") / 1000;
  const to = Date.parse(query.get("to") ?? "") / 1000;
  const step = Math.max(300, (to - from) / 300);
  const roll = D.dice((query.get("metric") ?? "x").length * 31);
  const points: (number | null)[][] = [];
  const traffic = query.get("metric")?.startsWith("if");
  for (let at = from; at <= to; at += step) {
    const wave = 0.5 + 0.4 * Math.sin(((at % 86_400) / 86_400) * 2 * Math.PI - 2);
    const value = traffic ? 4e8 * wave * (0.6 + roll() * 0.4) : 15 + 50 * wave + roll() * 12;
    points.push(at > from + (to - from) * 0.6 && at < from + (to - from) * 0.63 ? [at, null, null, null] : step > 300 ? [at, value, value * 0.7, value * 1.25] : [at, value, value, value]);
  }
  return { metric: query.get("metric"), unit: traffic ? "bit/s" : "%", step_s: step, points };
}
const rowsOf = (params: Params) => D.ROWS[params["ledger"] ?? ""] ?? [];

const ROUTES: Record<string, Handler> = {
  "GET /session": session,
  "POST /session": ({ body }) => {
    if (body["password"] === "wrong") throw new Refusal(401, "people.sign_in_failed", "サインインできません", "利用者名かパスワードが違います。", "もう一度入力してください。5 回続けて違うとロックされます。");
    state.session = "second_factor";
    return session();
  },
  "POST /session/second-factor": ({ body }) => {
    if (body["code"] === "000000") throw new Refusal(401, "people.code_wrong", "認証コードが違います", undefined, "新しい数字が表示されるのを待って、もう一度入力してください。");
    state.session = "signed_in";
    return session();
  },
  "DELETE /session": () => { state.session = "signed_out"; },
  "GET /session/sign-on": () => ({ items: [{ id: "city", name: { ja: "市の共通認証", en: "the city's identities" }, kind: "sign_on" }] }),
  "GET /people/directories": () => ({ items: [{ id: "city_ad", name: { ja: "市のActive Directory", en: "the city's Active Directory" }, kind: "password" }, { id: "city", name: { ja: "市の共通認証", en: "the city's identities" }, kind: "sign_on" }] }),
  "POST /setup/look": ({ body }) => {
    if (body["token"] === "used") throw new Refusal(400, "people.link_used", "このリンクは使えません");
    return { login: "admin", name: "最初の管理者", expires: D.ago(-1440) };
  },
  "POST /setup": () => ({ uri: "otpauth://totp/Yagura:admin?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Yagura&algorithm=SHA1&digits=6&period=30", secret: "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP" }),
  "POST /setup/confirm": () => codes(),
  "PATCH /account": session,
  "POST /account/password": () => undefined,
  "POST /account/totp": () => ROUTES["POST /setup"]?.({} as Ask),
  "POST /account/totp/confirm": () => codes(),
  "POST /account/totp/remove": () => undefined,
  "POST /account/recovery-codes": () => codes(),
  "GET /account/sessions": () => ({ items: [{ id: 1, origin: "10.1.1.20", agent: "Chrome / Windows 11", started: D.ago(200), last_seen: D.ago(0), current: true }, { id: 2, origin: "10.1.1.31", agent: "Edge / Windows 11", started: D.ago(3000), last_seen: D.ago(1500), current: false }] }),
  "DELETE /account/sessions/{id}": () => undefined,
  "GET /account/passkeys": () => ({ authenticator: true, items: [{ id: 1, name: "職場のパソコン", address: "yagura.example.lg.jp", state: "usable", made: D.ago(90_000), last_used: D.ago(200) }, { id: 2, name: "前のアドレスで登録した鍵", address: "old.example.lg.jp", state: "other_address", made: D.ago(400_000), last_used: D.ago(99_000) }, { id: 3, name: "セキュリティキー", address: "yagura.example.lg.jp", state: "copied", made: D.ago(200_000), last_used: null }] }),
  "PATCH /account/passkeys/{id}": ({ body }) => ({ id: 1, name: body["name"], address: "yagura.example.lg.jp", state: "usable", made: D.ago(90_000), last_used: null }),
  "POST /account/passkeys/{id}/remove": () => undefined,
  "GET /account/tokens": () => ({ items: [{ id: 1, name: "庁内ポータル連携", scopes: ["watch_read"], created: D.ago(9000), expires: D.ago(-90_000), last_used: D.ago(30) }] }),
  "POST /account/tokens": ({ body }) => ({ id: ++nextId, name: body["name"], scopes: body["scopes"], created: D.ago(0), expires: D.ago(-90_000), last_used: null, secret: "ygr_4f1d9c20a7e84b6f" }),
  "DELETE /account/tokens/{id}": () => undefined,
  "GET /today": () => ({ open_alerts: 4, alerts: D.ALERTS.slice(0, 7), clocks: D.CLOCKS, silences: D.SILENCES.slice(0, 1), calls: D.CALLS, incidents: D.INCIDENTS.slice(0, 3), round: D.ROUND, devices: devices({ query: new URLSearchParams() } as Ask).by_state, roster_waiting: 1, refused_senders: 3, open_today: true }),
  "GET /deliverables/now": () => ({ late: 0, soon: 0, waiting: 0, late_acceptance: 0, next: [], to_accept: [] }),
  "GET /deliverables": ({ query }) => {
    const month = query.get("month") ?? D.ago(0).slice(0, 7);
    return { items: D.deliverables(month), next: null, closed_days: D.closedDays(month) };
  },
  "GET /deliverables/kinds": () => ({ items: [] }),
  "GET /inquiries": ({ query }) => page(D.INQUIRIES, query, false),
  "GET /inquiries/{id}": () => D.INQUIRY,
  "POST /inquiries": () => D.INQUIRY,
  "POST /inquiries/{id}/messages": () => D.INQUIRY,
  "GET /handovers": () => ({ items: [] }),
  "GET /equipment": () => ({ items: [], others: 0 }),
  "GET /work-due": () => ({ late: 0, more: false, items: [] }),
  "GET /work-regular": () => ({ items: [] }),
  "GET /expiring": () => ({ items: [] }),
  "GET /announcements": () => ({ items: [{ id: 1, subject: "Office の更新について", content: "12 月 5 日（土）に更新します。\n前日はパソコンの電源を切らずに退庁してください。", from: "2026-04-01", until: "2099-03-31" }] }),
  "GET /desk": () => ({ kinds: [{ id: "incident", title: D.two("インシデント", "Incident"), fields: ["device", "site", "severity", "service_stopped"], from_portal: false, stages: [], lends_on: null }, { id: "fault", title: D.two("障害受付", "Fault"), fields: ["caller", "device", "site", "severity", "service_stopped"], from_portal: false, stages: [], lends_on: null }], views: [{ id: null, title: D.two("インシデント・障害", "Incidents and faults"), query: "kind=incident%2Cfault&phase=open&sort=due", shared: true, own: false }] }),
  "GET /alerts": ({ query }) => page(D.ALERTS.filter((one) => matches(query, one.title.ja, one.title.en, one.device_name) && is(query, "severity", one.severity) && is(query, "state", one.state) && is(query, "device", one.device) && is(query, "parent", one.parent)), query, false),
  "GET /alerts/{id}": ({ params }) => found(D.ALERTS, (one) => one.id === Number(params["id"])),
  "POST /alerts/{id}/acknowledge": ({ params }) => Object.assign(found(D.ALERTS, (one) => one.id === Number(params["id"])), { state: "acknowledged", acknowledged_by: "中村 高志", acknowledged_at: new Date().toISOString() }),
  "POST /alerts/{id}/comments": ({ params, body }) => {
    const alert = found(D.ALERTS, (one) => one.id === Number(params["id"]));
    alert.comments = [...(alert.comments ?? []), { who: "中村 高志", time: new Date().toISOString(), text: String(body["text"]) }];
    return alert;
  },
  "GET /tickets": ({ query }) => page(D.INCIDENTS.filter((one) => matches(query, one.title, one.number) && is(query, "phase", one.state === "closed" ? "done" : "open") && is(query, "device", one.device)).map((one) => ({ ...one, request: false, open: one.state !== "closed", acknowledged: true, section: "", stage: null, opened_at: one.detected_at, changed_at: one.detected_at })), query, false),
  "GET /owners": () => ({ items: [{ id: 7, name: "中村 高志", role: "operator" }, { id: 8, name: "髙橋 恵子", role: "city_supervisor" }], next: null }),
  "GET /incidents/{id}": ({ params }) => found(D.INCIDENTS, (one) => one.id === Number(params["id"])),
  "GET /incidents/{id}/timeline": ({ query }) => page(D.TIMELINE.filter((one) => (one.kind === "personal.read") === (query.get("reads") === "only")), query, false),
  "POST /incidents/{id}/notes": ({ body }) => { D.TIMELINE.push({ ...D.TIMELINE[8]!, seq: ++nextId, time: new Date().toISOString(), data: { text: String(body["text"]) } }); },
  "POST /incidents/{id}/events": ({ params }) => found(D.INCIDENTS, (one) => one.id === Number(params["id"])),
  "POST /incidents/{id}/reports": ({ params, body }) => {
    const one = found(D.INCIDENTS, (incident) => incident.id === Number(params["id"]));
    one.reports = [...(one.reports ?? []).filter((report) => report.kind !== body["kind"]), { kind: body["kind"] as "first", state: body["submit"] ? "submitted" : "draft", parts: body["parts"] as Record<string, string>, by: "中村 高志", at: new Date().toISOString() }];
    return one;
  },
  "POST /incidents/{id}/handover": ({ params, body }) => Object.assign(found(D.INCIDENTS, (one) => one.id === Number(params["id"])), { state: "handed_over", handed_to: body["to"] }),
  "POST /incidents/{id}/close": ({ params, body }) => {
    const one = found(D.INCIDENTS, (incident) => incident.id === Number(params["id"]));
    if (one.clocks?.some((clock) => clock.reason_missing)) throw new Refusal(409, "desk.reason_missing", "完了できません", "期限を過ぎた時計に理由がありません。", "理由を書いてから、もう一度完了してください。");
    return Object.assign(one, { state: "closed", close_reason: body["reason"] });
  },
  "POST /incidents/{id}/reopen": ({ params }) => Object.assign(found(D.INCIDENTS, (one) => one.id === Number(params["id"])), { state: "open" }),
  "GET /clocks/{id}": ({ params }) => found(D.INCIDENTS.flatMap((one) => one.clocks ?? []), (one) => one.id === Number(params["id"])),
  "POST /clocks/{id}/reason": ({ params, body }) => Object.assign(found(D.CLOCKS, (one) => one.id === Number(params["id"])), { reason: body["reason"], reason_missing: false }),
  "GET /calls": () => ({ items: D.CALLS }),
  "POST /calls/{id}": ({ params, body }) => { const call = found(D.CALLS, (one) => one.id === Number(params["id"])); D.CALLS.splice(D.CALLS.indexOf(call), 1); return Object.assign(call, { state: body["result"] === "answered" ? "answered" : "no_answer", note: body["note"] }); },
  "GET /devices": devices,
  "GET /devices/{id}": ({ params }) => { const one = found(D.DEVICES, (device) => device.id === Number(params["id"])); return { ...one, row: rowsOf({ ledger: "devices" })[one.id - 1], upstream: one.id > 1 ? [D.DEVICES[0]] : [], downstream_count: one.id < 9 ? 31 : 0, snmp: { state: one.state === "up" ? "ok" : "no_answer", sys_name: `rt-${one.id}`, sys_descr: "FRRouting 8.4 / Linux 6.1", uptime_s: 8_213_44, polled: D.ago(2) }, traps_on: true, remote_log: true, silence: null }; },
  "GET /devices/{id}/metrics": () => ({ items: [["cpu", "", "CPU", "%", 41, 90, 80], ["memory", "", "メモリ", "%", 63, 90, 85], ["ifInOctets", "1", "受信 eth0", "bit/s", 2.1e8, null, null], ["ifOutOctets", "1", "送信 eth0", "bit/s", 1.4e8, null, null]].map(([metric, instance, name, unit, newest, enter, leave]) => ({ metric, instance, name: { ja: name, en: String(metric) }, unit, newest, enter, leave, at: D.ago(2) })) }),
  "GET /devices/{id}/series": series,
  "GET /devices/{id}/interfaces": () => ({ items: Array.from({ length: 28 }, (_, index) => ({ index: index + 1, name: `GigabitEthernet0/${index + 1}`, alias: index === 0 ? "データセンター向け" : "", speed_bps: 1e9, admin_up: index !== 9, oper_up: index !== 2 && index !== 9, in_bps: 2.1e8 / (index + 1), out_bps: 1.4e8 / (index + 1), in_errors: index === 2 ? 113 : 0, out_errors: 0, in_discards: 0, out_discards: index, flapping_by_design: index === 5 })) }),
  "GET /devices/{id}/logs": ({ query }) => page(D.LOGS, query, false),
  "POST /devices/{id}/logs": () => ({ ...D.LOGS[0], id: ++nextId, state: "running", commands: [] }),
  "GET /logs/{id}": ({ params }) => found(D.LOGS, (one) => one.id === Number(params["id"])),
  "GET /map": ({ query }) => { const nodes = D.DEVICES.slice(0, 60).filter((one) => is(query, "site", one.site)); return { nodes, edges: D.EDGES, sites: D.SITES }; },
  "GET /silences": ({ query }) => page(D.SILENCES.filter((one) => is(query, "state", one.state)), query, false),
  "POST /silences": ({ body }) => { const made = { id: ++nextId, state: "running" as const, who: "中村 高志", from: String(body["from"]), to: String(body["to"]), why: String(body["why"]), device_names: ((body["devices"] as number[] | undefined) ?? []).map((id) => D.DEVICES[id - 1]?.name ?? ""), site_names: ((body["sites"] as number[] | undefined) ?? []).map((id) => D.SITES.find((site) => site.id === id)?.name ?? ""), held_alerts: 0 }; D.SILENCES.unshift(made); return made; },
  "POST /silences/{id}/end": ({ params }) => Object.assign(found(D.SILENCES, (one) => one.id === Number(params["id"])), { state: "ended", ended_early_by: "中村 高志" }),
  "GET /traps/counters": () => ({ received: 128_411, stored: 128_360, lost_in_kernel: 0, refused: { unknown_engine: 41, unknown_sender: 7, bad_digest: 3 }, unknown_kinds: [{ oid: "1.3.6.1.4.1.9999.1.2", name: "", count: 4, last: D.ago(900) }] }),
  "GET /traps/senders": () => ({ items: D.SENDERS }),
  "POST /traps/senders/{id}/accept": ({ params }) => { D.SENDERS.splice(D.SENDERS.findIndex((one) => one.id === Number(params["id"])), 1); },
  "GET /rounds": () => ({ items: D.ROUNDS, next: null }),
  "POST /rounds": () => job(3000, 1),
  "GET /ledgers": () => ({ items: D.LEDGERS }),
  "GET /ledgers/{ledger}/rows": ({ params, query }) => {
    const sort = query.get("sort") ?? "name";
    const value = (one: (typeof D.ROWS)[string][number]) => String(one.fields[sort.replace("-", "")] ?? "");
    const filters = [...query].filter(([key]) => key.startsWith("filter."));
    const all = rowsOf(params).filter((one) => matches(query, one.title) && filters.every(([key, wanted]) => String(one.fields[key.slice(7)]) === wanted));
    return page([...all].sort((a, b) => value(a).localeCompare(value(b), "ja") * (sort.startsWith("-") ? -1 : 1)), query);
  },
  "POST /ledgers/{ledger}/rows": ({ params, body }) => { const fields = body["fields"] as Record<string, unknown>; const row = { id: ++nextId, version: 1, title: String(fields["name"]), fields }; rowsOf(params).push(row); return row; },
  "GET /ledgers/{ledger}/rows/{id}": ({ params }) => found(rowsOf(params), (one) => one.id === Number(params["id"])),
  "PATCH /ledgers/{ledger}/rows/{id}": ({ params, body }) => {
    const row = found(rowsOf(params), (one) => one.id === Number(params["id"]));
    const fields = body["fields"] as Record<string, unknown>;
    if (fields["address"] && !/^[\d.:a-f]+$/i.test(String(fields["address"]))) throw new Refusal(422, "schema.invalid", "入力に誤りがあります", undefined, "赤い欄を直してください。", [{ path: "address", code: "schema.address", message: "IP アドレスの形ではありません。" }]);
    return Object.assign(row, { version: row.version + 1, fields: { ...row.fields, ...fields } });
  },
  "DELETE /ledgers/{ledger}/rows/{id}": () => undefined,
  "GET /ledgers/{ledger}/rows/{id}/history": () => ({ items: D.CHANGES }),
  "POST /ledgers/{ledger}/imports": ({ params }) => { const id = ++nextId; imports.set(id, { id, ledger: params["ledger"] ?? "", file: "機器一覧.xlsx", state: "planned", counts: { created: 3, updated: 12, unchanged: 2381, rejected: 2 }, ignored_columns: ["備考2"], may_undo: false }); return job(1500, id); },
  "GET /imports/{id}": ({ params }) => imports.get(Number(params["id"])),
  "GET /imports/{id}/rows": ({ query }) => page([...Array.from({ length: 17 }, (_, index) => ({ line: index + 2, outcome: index < 2 ? "rejected" : index < 5 ? "created" : "updated", title: D.DEVICES[index]?.name, fields: index < 2 ? [] : [{ field: "serial", before: index < 5 ? null : "FOC1X", after: `FOC${index}Y` }], reasons: index < 2 ? [{ field: "address", message: "IP アドレスの形ではありません。" }] : [] }))].filter((one) => is(query, "outcome", one.outcome)), query, false),
  "POST /imports/{id}/execute": ({ params }) => { Object.assign(imports.get(Number(params["id"])) ?? {}, { state: "executed", may_undo: true }); return job(1500, Number(params["id"])); },
  "POST /imports/{id}/undo": ({ params }) => { Object.assign(imports.get(Number(params["id"])) ?? {}, { state: "undone", may_undo: false }); return job(800, Number(params["id"])); },
  "DELETE /imports/{id}": () => undefined,
  "GET /contracts/{contract_id}": () => ({ id: "matsusaka", name: { ja: "松阪市", en: "Matsusaka" }, device_classes: [...new Map(D.DEVICES.map((one) => [one.class, one.class_name])).entries()].map(([id, name]) => ({ id, name })), report_parts: Object.fromEntries(["first", "interim", "final"].map((kind) => [kind, [{ id: "outline", name: { ja: "概要（日時・場所・状況）", en: "Outline (when, where, what)" }, required: true }, { id: "cause", name: { ja: "原因", en: "Cause" }, required: kind !== "first" }, { id: "measure", name: { ja: "応急の処置と見通し", en: "Temporary measure and outlook" }, required: kind === "interim" }, { id: "prevention", name: { ja: "再発の防止", en: "Prevention" }, required: kind === "final" }]])) }),
  "GET /contracts/{contract_id}/contact-trees": () => ({ items: D.TREES }),
  "GET /people": ({ query }) => page(D.PEOPLE.filter((one) => matches(query, one.name, one.kana, one.login)), query, false),
  "POST /people": ({ body }) => { const made = { ...D.PEOPLE[3]!, ...body, id: ++nextId, state: "no_roster" as const }; D.PEOPLE.push(made as never); return made; },
  "PATCH /people/{id}": ({ params, body }) => Object.assign(found(D.PEOPLE, (one) => one.id === Number(params["id"])), body),
  "POST /people/{id}/invite": () => ({ link: "https://yagura.example.lg.jp/setup#Zk3v9Qm2Lr8", expires: D.ago(-1440) }),
  "POST /people/{id}/unlock": ({ params }) => { found(D.PEOPLE, (one) => one.id === Number(params["id"])).state = "active"; },
  "GET /roster": ({ query }) => ({ items: D.ROSTER.filter((one) => is(query, "state", one.state)) }),
  "POST /roster": ({ body }) => ({ ...D.ROSTER[1], ...body }),
  "POST /roster/{id}/decision": ({ params, body }) => Object.assign(found(D.ROSTER, (one) => one.id === Number(params["id"])), { state: { approve: "approved", refuse: "refused", end: "ended" }[String(body["decision"])] }),
  "GET /reports": () => ({ items: D.REPORTS }),
  "POST /reports": ({ body }) => { const id = ++nextId; D.REPORTS.unshift({ ...D.REPORTS[0]!, id, month: String(body["month"]), made: new Date().toISOString() }); return job(2500, id); },
  "GET /journal": ({ query }) => page(D.JOURNAL.filter((one) => matches(query, one.words.ja, one.who)), query, false),
  "POST /journal/verification": () => ({ entries: D.JOURNAL.length, root: "9f2c41d07a6e5b1d8c3f0a9be77d21cc", first_broken: 0 }),
  "GET /credentials": () => ({ items: [{ name: "snmp_v3_ro", kind: "snmp_v3", user: "yagura_ro", changed: D.ago(40_000), changed_by: "管理 花子", used_by: 212 }, { name: "ssh_monitor", kind: "ssh_password", user: "monitor", changed: D.ago(90_000), changed_by: "管理 花子", used_by: 40 }] }),
  "POST /credentials": () => undefined,
  "DELETE /credentials/{name}": () => undefined,
  "GET /status": () => ({ version: "0.1.0", uptime_s: 812_344, now: D.ago(0), database: "postgresql", disk_free: 76_139_429_888, targets: 250, ping_late_ms: 3.2, problems: [] }),
  "GET /jobs/{id}": ({ params }) => {
    const one = jobs.get(Number(params["id"]));
    if (!one) throw new Refusal(404, "web.not_found", "見つかりません");
    const progress = Math.min(1, (Date.now() - one.start) / one.ms);
    return { id: Number(params["id"]), state: one.cancelled ? "cancelled" : progress >= 1 ? "done" : "running", progress, message: { ja: "", en: "" }, result: progress >= 1 ? one.result : null, problem: null };
  },
  "DELETE /jobs/{id}": ({ params }) => { const one = jobs.get(Number(params["id"])); if (one) one.cancelled = true; },
};
const codes = () => ({ codes: ["7KQM-92XT", "P3RV-JJ4D", "W8NF-6ZHC", "2GTB-XM5K", "QD9S-4VYR", "H6LP-8WNE", "C5XJ-T3MG", "ZR7B-2KFQ"] });

Object.assign(ROUTES, requestRoutes(), workRoutes, logRoutes(job));
const TABLE = Object.entries(ROUTES).map(([key, handler]) => {
  const [method = "", path = ""] = key.split(" ");
  const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "");
  return { method, path, names, pattern: new RegExp(`^${path.replace(/\{\w+\}/g, "([^/]+)")}$`), handler };
});
const listeners = new Set<ServerResponse>();
export const MOCKED: readonly string[] = Object.keys(ROUTES);

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8")) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** Answers /api/v1; false for every other address. `x-dev-session: signed_out` sets the state of the session for tests. */
export async function answer(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  const url = new URL(request.url ?? "/", "http://localhost");
  if (!url.pathname.startsWith("/api/v1/")) return false;
  const path = url.pathname.slice("/api/v1".length);
  const wanted = url.searchParams.get("dev-session");
  if (path === "/dev-session" && wanted) {
    state.session = wanted as Session["state"];
    response.writeHead(204).end();
    return true;
  }
  if (path === "/events") {
    response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
    response.write(": hello\n\n");
    const timer = setInterval(() => response.write(`event: alert\ndata: {"id":9000,"change":"updated"}\n\n`), 15_000);
    listeners.add(response);
    request.on("close", () => { clearInterval(timer); listeners.delete(response); });
    return true;
  }
  if (/\/(export|file)$|^\/requests\/\d+\/files\//.test(path)) {
    response.writeHead(200, { "Content-Type": "application/octet-stream", "Content-Disposition": "attachment; filename=sample.bin" }).end("sample");
    return true;
  }
  const send = (status: number, content: unknown, type = "application/json") => response.writeHead(status, { "Content-Type": type, "Cache-Control": "no-store", Date: new Date().toUTCString() }).end(content === undefined ? "" : JSON.stringify(content));
  for (const route of TABLE) {
    const match = route.method === request.method ? route.pattern.exec(path) : null;
    if (!match) continue;
    const params = Object.fromEntries(route.names.map((name, index) => [name, decodeURIComponent(match[index + 1] ?? "")]));
    try {
      const result = route.handler({ params, query: url.searchParams, body: await bodyOf(request), english: false });
      send(result === undefined ? 204 : 200, result);
      if (route.method !== "GET" && path.startsWith("/requests")) for (const each of listeners) each.write(`event: request\ndata: {"change":"changed"}\n\n`);
    } catch (fault) {
      if (!(fault instanceof Refusal)) throw fault;
      send(fault.status, { type: "about:blank", title: fault.title, status: fault.status, code: fault.code, detail: fault.detail, advice: fault.advice, errors: fault.errors }, "application/problem+json");
    }
    return true;
  }
  send(404, { type: "about:blank", title: "not mocked", status: 404, code: "dev.not_mocked", detail: `${request.method} ${path}` }, "application/problem+json");
  return true;
}
