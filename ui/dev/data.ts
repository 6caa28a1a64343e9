/**
 * An invented municipality for drawing and testing the screens without a server. Never shipped: nothing under src/ imports
 * it. Shapes are those of the contract; the compiler holds them to it.
 */
import type { Alert, Clock, Contact, ContactTree, Device, IncidentDetail, Inquiry, JournalEntry, Ledger, LogFile, Person, Report, RosterEntry, Round, Row, RowChange, Silence, Text2, TrapSender } from "../src/api/contract";

export const NOW = Date.now();
const MIN = 60_000;
export const ago = (minutes: number) => new Date(NOW - minutes * MIN).toISOString().replace(/\.\d+Z/, "Z");

/** A small repeatable generator: the same screens each run. */
export function dice(seed: number) {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}
export const two = (ja: string, en: string): Text2 => ({ ja, en });

export const SITES = ["本庁舎", "データセンター", "嬉野地域振興局", "三雲地域振興局", "飯南地域振興局", "飯高地域振興局", "図書館 マツサカ", "消防本部"].map((name, index) => ({ id: 100 + index, name }));
const CLASSES: [string, Text2, string][] = [
  ["core-router", two("コアルータ", "Core router"), "RT"],
  ["branch-router", two("拠点ルータ", "Branch router"), "BR"],
  ["switch", two("L2 スイッチ", "Switch"), "SW"],
  ["firewall", two("ファイアウォール", "Firewall"), "FW"],
  ["server", two("サーバ", "Server"), "SV"],
  ["ups", two("無停電電源装置", "UPS"), "UPS"],
  ["printer", two("プリンタ", "Printer"), "PR"],
];
const STATES: Device["state"][] = ["down", "unreachable", "silenced", "unknown"];

export const DEVICES: Device[] = (() => {
  const roll = dice(7);
  const all: Device[] = [];
  for (let index = 0; index < 2400; index++) {
    const site = SITES[index % SITES.length]!;
    const kind = index === 0 ? CLASSES[0]! : index < 8 ? CLASSES[1]! : CLASSES[2 + Math.floor(roll() * 5)]!;
    const odd = index === 5 || index === 21 || roll() < 0.01;
    const state = odd ? STATES[index === 5 ? 0 : Math.floor(roll() * 4)]! : "up";
    all.push({ id: index + 1, name: `${site.name} ${kind[1].ja} ${kind[2]}-${String(index + 1).padStart(3, "0")}`, class: kind[0], class_name: kind[1], site: site.id, site_name: site.name, address: `10.${20 + (index % 8)}.${Math.floor(index / 200)}.${(index % 200) + 1}`, state, since: ago(odd ? 42 : 40_000), rtt_ms: state === "up" ? 0.4 + roll() * 12 : null, loss: state === "down" ? 1 : 0, alerts: state === "down" ? 2 : 0, severity: state === "down" ? "critical" : null });
  }
  return all;
})();
export const EDGES = DEVICES.slice(1, 60).map((device, index) => ({ from: device.id, to: index < 7 ? 1 : ((device.id - 1) % 8) + 1 }));

const KINDS: [Alert["severity"], Text2, string][] = [
  ["critical", two("応答がありません", "No answer to ping"), "ping_failed"],
  ["major", two("ファンが故障しました", "Fan failed"), "fan"],
  ["warning", two("リンクが切れました", "Link down"), "link_down"],
  ["minor", two("CPU の使用率が高い", "High CPU use"), "cpu_high"],
  ["info", two("機器が再起動しました", "Device restarted"), "cold_start"],
];
export const ALERTS: Alert[] = (() => {
  const roll = dice(11);
  return Array.from({ length: 3000 }, (_, index) => {
    const device = DEVICES[index === 0 ? 5 : Math.floor(roll() * 400)]!;
    const [severity, title, kind] = KINDS[index === 0 ? 0 : Math.floor(roll() * KINDS.length)]!;
    const state: Alert["state"] = index < 4 ? "open" : index < 7 ? "acknowledged" : index === 7 ? "suppressed" : "cleared";
    const first = ago(index * 37 + 12);
    return { id: 9000 - index, state, severity, title, kind, device: device.id, device_name: device.name, site: device.site ?? null, site_name: device.site_name ?? "", object: kind === "link_down" ? "GigabitEthernet0/3" : "", first, last: first, cleared: state === "cleared" ? ago(index * 37 - 20) : null, count: index % 9 === 2 ? 14 : 1, flapping: index % 13 === 2, silenced: index === 6, parent: index === 7 ? 9000 : null, children: index === 0 ? 31 : 0, incident: index < 6 ? 501 + (index % 3) : null, acknowledged_by: state === "acknowledged" ? "中村 高志" : "", acknowledged_at: state === "acknowledged" ? ago(index * 37) : null, evidence: "SNMPv3 trap from 10.21.0.6 engine 80001f8880a1b2c3\n  1.3.6.1.2.1.1.3.0 = 8213441\n  1.3.6.1.6.3.1.1.4.1.0 = 1.3.6.1.6.3.1.1.5.3\n  ifIndex.3 = 3\n  ifAdminStatus.3 = up\n  ifOperStatus.3 = down", comments: index === 1 ? [{ who: "中村 高志", time: ago(10), text: "現地の担当者に電源の確認を依頼しました。" }] : [] };
  });
})();

const clock = (id: number, name: Text2, state: Clock["state"], started: number, due: number, extra: Partial<Clock> = {}): Clock => ({
  id, name, state, rule: `rule-${id}`, incident: 501, incident_number: "2026-0123", incident_title: "嬉野地域振興局 拠点ルータの応答なし", clause: "2.3.1(1)", started: ago(started), due: ago(-due), warn_at: ago(-due + 10), stopped: null, limit_s: (started + due) * 60, counted_s: started * 60, reason: "", reason_missing: false,
  account: [two("11/21 16:52:10 検知。時計を開始", "21 Nov 16:52:10 detected, clock started"), two("11/21 16:52:10–17:15:00 受付時間内：22 分 50 秒を数える", "21 Nov 16:52:10–17:15:00 in hours: 22 min 50 s counted"), two("11/21 17:15:00 以降は時間外の基準（120 分）", "after 17:15:00 out of hours: limit 120 min")], ...extra,
});
export const CLOCKS: Clock[] = [
  clock(1, two("第一報", "First report"), "running", 12, 18),
  clock(2, two("現地到着", "On site"), "running", 12, 48),
  clock(3, two("復旧", "Restored"), "running", 100, 7, { incident: 502, incident_number: "2026-0122", incident_title: "本庁舎 スイッチ ファン故障" }),
  clock(4, two("第一報", "First report"), "breached", 80, -50, { incident: 503, incident_number: "2026-0121", incident_title: "図書館 回線断", reason_missing: true }),
];
const done = [clock(5, two("連絡受付", "Call taken"), "met", 12, 8, { stopped: ago(5) }), clock(6, two("部品手配", "Parts"), "paused", 30, 30, { due: null })];

const contact = (id: number, extra: Partial<Contact>): Contact => ({ id, incident: 501, incident_number: "2026-0123", incident_title: "嬉野地域振興局 拠点ルータの応答なし", severity: "critical", channel: "phone", state: "to_call", name: "髙橋 恵子（情報企画課）", to: "0598-53-4321", step: 2, created: ago(9), done: null, escalates_at: ago(-6), result: "", by: "", note: "", ...extra });
export const CALLS: Contact[] = [contact(71, {}), contact(72, { name: "𠮷田 誠（保守窓口）", to: "0120-000-111", step: 3, escalates_at: ago(2), incident: 502, incident_number: "2026-0122", incident_title: "本庁舎 スイッチ ファン故障" })];
const PAST: Contact[] = [contact(61, { channel: "mail", state: "sent", name: "情報企画課 当番", to: "toban@example.lg.jp", step: 1, done: ago(11) }), contact(62, { state: "no_answer", name: "山﨑 太郎（監督員）", to: "090-0000-0000", step: 1, done: ago(10), by: "中村 高志", note: "留守番電話に伝言を残した" }), contact(63, { channel: "webhook", state: "failed", name: "受託者 通知システム", to: "https://notify.example.jp/hook", done: ago(11) })];

export const LOGS: LogFile[] = [
  { id: 301, device: 6, device_name: DEVICES[5]!.name, incident: 501, state: "done", started: ago(11), finished: ago(10.8), problem: null, commands: [{ command: "show interfaces brief", started: ago(11), seconds: 1.2, output: "Interface       Status  VRF     Addresses\n---------       ------  ---     ---------\neth0            up      default 10.22.0.6/24\neth1            down    default 10.22.1.1/24\nlo              up      default 10.255.0.6/32", cut: false }, { command: "show ip ospf neighbor", started: ago(10.9), seconds: 0.8, output: "Neighbor ID     Pri State           Up Time         Dead Time Address\n10.255.0.1        1 Full/DR         2d03h12m          37.114s 10.22.0.1", cut: false }] },
  { id: 302, device: 6, device_name: DEVICES[5]!.name, incident: 501, state: "failed", started: ago(12), finished: ago(11.9), problem: { type: "about:blank", title: "ログを取得できません", status: 502, code: "monitor.ssh_key_changed", detail: "機器の鍵が登録したものと違います。", advice: "機器を取り替えた場合は、台帳で新しい鍵を承認してください。" }, commands: [] },
];

export const INCIDENTS: IncidentDetail[] = Array.from({ length: 160 }, (_, index): IncidentDetail => {
  const alert = ALERTS[index]!;
  const fresh = index < 3;
  const titles = ["嬉野地域振興局 拠点ルータの応答なし", "本庁舎 スイッチ ファン故障", "図書館 回線断"];
  return {
    id: 501 + index, kind: "incident", channel: "monitoring", links: [], messages: [], texts: [], number: `2026-${String(123 - index).padStart(4, "0")}`, title: titles[index] ?? `${alert.site_name} ${alert.title.ja}`, severity: alert.severity, state: index === 1 ? "handed_over" : index === 2 ? "restored" : fresh ? "open" : "closed", detected_at: ago(12 + index * 400), restored_at: fresh ? null : ago(index * 400), closed_at: fresh ? null : ago(index * 400 - 60), device: alert.device ?? null, device_name: alert.device_name ?? "", site: alert.site ?? null, site_name: alert.site_name ?? "", owner: 1, owner_name: "中村 高志", service_stopped: index === 0, alerts: 1 + (index % 4), next_due: fresh ? ago(index === 0 ? -18 : index === 1 ? -7 : 50) : null, next_clock: fresh ? two("第一報", "First report") : null, breached: index === 2 ? 1 : 0,
    detail: "ping に応答がなくなり、配下の 31 台も応答していない。停電または回線断の可能性がある。", close_reason: fresh ? "" : "電源ユニットの交換により復旧した。", handed_to: index === 1 ? "三重保守サービス" : "", handed_reference: index === 1 ? "受付 88-102" : "",
    clocks: index === 0 ? [...CLOCKS.slice(0, 2), ...done] : index === 1 ? [CLOCKS[2]!] : index === 2 ? [CLOCKS[3]!] : [],
    events: [{ id: "contacted", name: two("関係者に連絡した", "Contacted") }, { id: "arrived", name: two("現地に到着した", "Arrived on site") }, { id: "restored", name: two("復旧した", "Restored") }],
    reports: index === 0 ? [{ kind: "first", state: "submitted", parts: { outline: "16:52 に嬉野地域振興局の拠点ルータが応答しなくなった。", state: "配下 31 台が利用できない。" }, by: "中村 高志", at: ago(5) }, { kind: "interim", state: "draft", parts: { cause: "調査中" }, at: ago(2) }] as IncidentDetail["reports"] : [],
    contacts: index === 0 ? [...PAST, CALLS[0]!] : [], logs: index === 0 ? LOGS : [], attachments: index === 0 ? [{ id: 401, name: "現地写真 電源ランプ.jpg", size: 1_843_200, type: "image/jpeg", sha256: "ab12", by: "中村 高志", at: ago(2) }, { id: 402, name: "メーカー回答.pdf", size: 88_000, type: "application/pdf", sha256: "cd34", by: "中村 高志", at: ago(1) }] : [], alert_list: [alert, ...(index === 0 ? [ALERTS[7]!] : [])],
  };
});
export const TIMELINE: JournalEntry[] = ([
  [12, "alert.opened", two("アラート「応答がありません」が発生", "Alert “No answer to ping” opened"), "監視", undefined],
  [12, "incident.opened", two("インシデント 2026-0123 を起票", "Incident 2026-0123 opened"), "監視", undefined],
  [12, "clock.started", two("時計「第一報」を開始（30 分）", "Clock “First report” started (30 min)"), "契約", undefined],
  [11, "log.failed", two("ログの取得に失敗", "Log retrieval failed"), "監視", "機器の鍵が登録したものと違います。"],
  [10.8, "log.attached", two("ログを取得（命令 2 件）", "Logs fetched (2 commands)"), "監視", undefined],
  [10, "contact.escalated", two("山﨑 太郎 さんに電話：応答なし", "Called 山﨑 太郎: no answer"), "中村 高志", "留守番電話に伝言を残した"],
  [5, "incident.report", two("第一報を提出", "First report submitted"), "中村 高志", undefined],
  [5, "clock.stopped", two("時計「連絡受付」を期限内に停止", "Clock “Call taken” met"), "契約", undefined],
  [3, "incident.commented", two("メモ", "Note"), "中村 高志", "局の職員によると、停電はしていない。ルータの電源ランプが消えている。"],
] as const).map(([minutes, kind, words, who, text], index) => ({ seq: 8000 + index, time: ago(minutes), who, kind, words, subject: "incident:501", origin: "10.1.1.20", data: (text ? { text } : {}) as Record<string, unknown>, hash: "9f2c…" }));
TIMELINE.push(
  ...[3, 2, 1].map((hours, i) => ({ ...TIMELINE[8]!, seq: 8020 + i, time: ago(hours), kind: "personal.read", words: two("個人情報の閲覧", "Personal data seen"), who: ["中村 高志", "髙橋 花子", "監査 一郎"][i]!, data: { what: "caller" } })),
  { ...TIMELINE[8]!, seq: 8009, time: ago(2), data: { text: "現地の写真を受け取った。", attachments: [401, 402], files: [] } },
  { ...TIMELINE[8]!, seq: 8010, time: ago(1), kind: "incident.changed", words: two("票の更新", "Ticket changed"), data: { title: { before: "応答なし", after: "嬉野地域振興局 拠点ルータの応答なし" }, severity: { before: "major", after: "critical" }, owner: { before: "", after: "中村 高志" }, reason: "夜勤へ交代" } },
);

export const JOURNAL: JournalEntry[] = Array.from({ length: 4000 }, (_, index) => {
  const base = TIMELINE[index % TIMELINE.length]!;
  return { ...base, seq: 9000 - index, time: ago(index * 3), hash: "9f2c41d07a6e5b1d8c3f0a9be77d21cc5e0fb1a2c3d4e5f60718293a4b5c6d7e" };
});
export const SILENCES: Silence[] = [
  { id: 31, devices: [], device_names: [], sites: [106], site_names: ["図書館 マツサカ"], from: ago(60), to: ago(-120), why: "庁舎の法定停電のため", who: "髙橋 恵子", state: "running", held_alerts: 6 },
  { id: 32, devices: [22], device_names: [DEVICES[21]!.name], sites: [], site_names: [], from: ago(-1500), to: ago(-1700), why: "ファームウェアの更新", who: "中村 高志", state: "planned", held_alerts: 0 },
  { id: 30, devices: [4], device_names: [DEVICES[3]!.name], sites: [], site_names: [], from: ago(9000), to: ago(8800), why: "回線の切り替え", who: "中村 高志", state: "ended", ended_early_by: "山﨑 太郎", held_alerts: 2 },
];
export const ROUND: Round = { id: 1, started: ago(560), finished: ago(554), due: ago(525), in_time: true, asked: 2388, answered: 2386, silent: 2, unfinished: 0, missing: DEVICES.filter((device) => device.state === "down").slice(0, 2), missing_then: DEVICES.filter((device) => device.state === "down").slice(0, 2).map((device) => ({ device: device.id, name: device.name, site_name: device.site_name ?? "", in_ledger: true })) };
export const ROUNDS: Round[] = [
  ROUND,
  { id: 2, started: ago(2000), finished: ago(1994), due: ago(1965), in_time: true, asked: 2388, answered: 2388, silent: 0, unfinished: 0, missing: [], missing_then: [] },
  { id: 3, started: ago(2500), finished: ago(2494), due: null, in_time: null, asked: 2388, answered: 2387, silent: 1, unfinished: 0, missing: [], missing_then: [{ device: 99, name: "撤去済みプリンター", site_name: "本庁舎", in_ledger: false }] },
  { id: 4, started: ago(3440), finished: ago(3404), due: ago(3405), in_time: false, asked: 2388, answered: 2380, silent: 8, unfinished: 3, missing: [], missing_then: DEVICES.slice(0, 8).map((device) => ({ device: device.id, name: device.name, site_name: device.site_name ?? "", in_ledger: true })) },
  { id: 5, started: ago(4845), finished: null, due: ago(4845), in_time: null, asked: 0, answered: 0, silent: 0, unfinished: 0, missing: [], missing_then: [] },
];
export const SENDERS: TrapSender[] = [
  { id: 1, address: "10.27.9.14", version: "v3", engine_id: "80001f8880e9f8fc", user: "yagura", agent_address: "", reason: "unknown_engine", count: 41, first: ago(900), last: ago(3), trap: "linkDown", suggested_device: 6 },
  { id: 2, address: "192.0.2.77", version: "v2c", engine_id: "", user: "", agent_address: "192.168.11.2", reason: "unknown_sender", count: 7, first: ago(9000), last: ago(333), trap: "upsOnBattery", suggested_device: null },
  { id: 3, address: "10.20.0.9", version: "v3", engine_id: "80001f8880aa0102", user: "yagura", agent_address: "", reason: "bad_digest", count: 3, first: ago(100), last: ago(90), trap: "", suggested_device: 1 },
];

export const LEDGERS: Ledger[] = [
  { id: "sites", name: two("拠点", "Sites"), title_field: "name", may_write: true, count: SITES.length, fields: [{ id: "name", name: two("名前", "Name"), type: "text", required: true, in_list: true }, { id: "kind", name: two("種類", "Kind"), type: "choice", in_list: true, choices: [{ id: "main", name: two("本庁", "Main office") }, { id: "branch", name: two("支所", "Branch") }] }, { id: "address", name: two("所在地", "Place"), type: "text", in_list: true }] },
  { id: "devices", name: two("機器", "Devices"), title_field: "name", may_write: true, count: DEVICES.length, fields: [
    { id: "name", name: two("名前", "Name"), type: "text", required: true, unique: true, in_list: true },
    { id: "class", name: two("種別", "Class"), type: "choice", required: true, in_list: true, choices: CLASSES.map(([id, name]) => ({ id, name })) },
    { id: "site", name: two("拠点", "Site"), type: "reference", ledger: "sites", required: true, in_list: true },
    { id: "address", name: two("IP アドレス", "IP address"), type: "address", required: true, unique: true, in_list: true, help: two("監視に使うアドレス", "The address that is watched") },
    { id: "watched", name: two("監視する", "Watched"), type: "boolean", in_list: true },
    { id: "installed", name: two("設置日", "Installed"), type: "date", in_list: false },
    { id: "upstream", name: two("上流の機器", "Upstream"), type: "references", ledger: "devices", in_list: false },
    { id: "serial", name: two("製造番号", "Serial number"), type: "text", in_list: false },
    { id: "notes", name: two("備考", "Remarks"), type: "long_text", in_list: false },
  ] },
  { id: "contacts", name: two("連絡先", "Contacts"), title_field: "name", may_write: true, personal: true, count: 14, fields: [{ id: "name", name: two("氏名", "Name"), type: "text", required: true, personal: true, in_list: true }, { id: "organisation", name: two("所属", "Organisation"), type: "text", in_list: true }, { id: "phone", name: two("電話", "Phone"), type: "phone", personal: true, in_list: true }, { id: "mail", name: two("メール", "Mail"), type: "mail", personal: true, in_list: true }] },
  { id: "vendors", name: two("事業者", "Vendors"), title_field: "name", may_write: false, count: 5, fields: [{ id: "name", name: two("名前", "Name"), type: "text", required: true, in_list: true }, { id: "phone", name: two("電話", "Phone"), type: "phone", in_list: true }, { id: "url", name: two("ホームページ", "Web page"), type: "url", in_list: true }] },
];
export const ROWS: Record<string, Row[]> = {
  sites: SITES.map((site, index) => ({ id: site.id, version: 1, title: site.name, fields: { name: site.name, kind: index === 0 ? "main" : "branch", address: "松阪市" }, shown: { kind: index === 0 ? "本庁" : "支所" } })),
  devices: DEVICES.map((device) => ({ id: device.id, version: 3, title: device.name, fields: { name: device.name, class: device.class, site: device.site, address: device.address, watched: true, installed: "2024-04-01", upstream: device.id > 1 ? [1] : [], serial: `FOC${2000 + device.id}X`, notes: "" }, shown: { class: device.class_name?.ja ?? "", site: device.site_name ?? "", upstream: device.id > 1 ? DEVICES[0]!.name : "" } })),
  contacts: ["山﨑 太郎", "髙橋 恵子", "𠮷田 誠", "中村 高志"].map((name, index) => ({ id: 700 + index, version: 1, title: name, fields: { name, organisation: index < 2 ? "情報企画課" : "受託者", phone: `0598-53-43${20 + index}`, mail: `person${index}@example.lg.jp` } })),
  vendors: ["三重保守サービス", "東海ネットワーク"].map((name, index) => ({ id: 800 + index, version: 1, title: name, fields: { name, phone: "0120-000-111", url: "https://example.jp/" } })),
};
export const CHANGES: RowChange[] = [
  { version: 3, time: ago(3000), who: "中村 高志", why: "機器の交換", import: null, fields: [{ field: "serial", before: "FOC1999X", after: "FOC2006X" }, { field: "installed", before: "2019-04-01", after: "2024-04-01" }] },
  { version: 2, time: ago(90_000), who: "髙橋 恵子", why: "", import: 12, fields: [{ field: "address", before: "10.22.0.106", after: "10.22.0.6" }] },
  { version: 1, time: ago(200_000), who: "髙橋 恵子", why: "", import: null, fields: [{ field: "name", before: null, after: "嬉野地域振興局 拠点ルータ" }] },
];
export const PEOPLE: Person[] = [
  { id: 1, login: "nakamura", name: "中村 高志", kana: "なかむら たかし", mail: "nakamura@example.jp", organisation: "受託者 運用センター", state: "active", role: "operator", second_factor: true, last_seen: ago(2) },
  { id: 2, login: "takahashi", name: "髙橋 恵子", kana: "たかはし けいこ", mail: "takahashi@example.lg.jp", organisation: "情報企画課", state: "active", role: "city_staff", second_factor: true, last_seen: ago(600) },
  { id: 3, login: "yamazaki", name: "山﨑 太郎", organisation: "情報企画課", state: "invited", role: "city_supervisor", second_factor: false, last_seen: null },
  { id: 4, login: "yoshida", name: "𠮷田 誠", organisation: "受託者 保守", state: "no_roster", role: null, second_factor: false, last_seen: null },
  { id: 5, login: "suzuki", name: "鈴木 一郎", organisation: "受託者 運用センター", state: "locked", role: "operator", second_factor: true, last_seen: ago(9000) },
];
export const ROSTER: RosterEntry[] = [
  { id: 1, person: 1, person_name: "中村 高志", organisation: "受託者 運用センター", role: "operator", from: "2026-04-01", until: null, state: "approved", submitted_by: "受託者 責任者", submitted_at: ago(90_000), decided_by: "山﨑 太郎", decided_at: ago(89_000) },
  { id: 2, person: 4, person_name: "𠮷田 誠", organisation: "受託者 保守", role: "operator", from: "2026-12-01", until: "2027-03-31", state: "submitted", submitted_by: "受託者 責任者", submitted_at: ago(300) },
  { id: 3, person: 9, person_name: "森 花子", organisation: "受託者", role: "analyst", from: "2025-04-01", until: "2026-03-31", state: "ended", submitted_by: "受託者 責任者", decided_by: "山﨑 太郎" },
];
export const TREES: ContactTree[] = [
  { id: "day", name: two("開庁時間内", "In office hours"), severities: ["critical", "major"], hours: "開庁日 8:30–17:15", active_now: true, steps: [{ channel: "mail", wait_minutes: 5, name: two("情報企画課 当番", "Duty officer"), people: [{ id: 701, name: "髙橋 恵子", to: "takahashi@example.lg.jp" }] }, { channel: "phone", wait_minutes: 10, name: two("監督員", "Supervisor"), people: [{ id: 700, name: "山﨑 太郎", to: "090-0000-0000" }] }, { channel: "phone", wait_minutes: 15, name: two("保守窓口", "Maintenance desk"), people: [] }] },
  { id: "night", name: two("夜間・休日", "Nights and holidays"), severities: ["critical"], hours: "上記以外", active_now: false, steps: [{ channel: "phone", wait_minutes: 10, name: two("受託者 当直", "Contractor on duty"), people: [{ name: "中村 高志", to: "080-0000-0000" }] }, { channel: "phone", wait_minutes: 10, name: two("監督員", "Supervisor"), people: [{ name: "山﨑 太郎", to: "090-0000-0000" }] }] },
];
export const REPORTS: Report[] = ["2026-10", "2026-09", "2026-08"].map((month, index) => ({ id: 40 - index, kind: "monthly", name: two("月次報告書", "Monthly report"), month, state: "made", made: ago(20_000 + index * 43_000), by: "中村 高志", formats: ["docx", "xlsx", "pdf"], sha256: { docx: "4b7d0c…e1", xlsx: "0c11aa…9f" }, journal_root: "9f2c41d07a6e5b1d" }));

const inquiryFile = (id: number, name: string) => ({ id, name, size: 48_213, type: "application/pdf" });
const said = (id: number, incoming: boolean, body: string, more: object = {}) => ({ id, incoming, channel: "portal", sender: incoming ? "髙橋 花子" : "中村 高志", recipient: "", subject: "", body, attachments: [], state: null, at: ago(600 - id * 60), files: [], ...more });
export const INQUIRY: Inquiry = {
  id: 61, number: "2026-0107", kind: "inquiry", title: "税務課の複合機で両面印刷ができない", state: "closed", stage: two("対応中", "In hand"), detail: "今朝から両面を選んでも片面で出ます。\nPC を入れ替えてからだと思います。", opened_at: ago(640), device_name: "PC-0421",
  files: [inquiryFile(901, "印刷の設定画面.png")], merged: { number: "2026-0102", state: "open", stage: two("回答済み", "Answered") },
  messages: [
    said(1, false, "お問い合わせを受け付けました。機種の設定を確認します。"),
    said(3, false, "ご担当者 様\n\n新しい設定を配りました。添付の手順で印刷の設定を開き直してください。", { files: [inquiryFile(902, "両面印刷の設定手順（新しい PC 向け）.pdf"), inquiryFile(903, "設定後の画面.png")] }),
    said(5, true, "できるようになりました。ありがとうございます。", { files: [inquiryFile(904, "印刷の結果.jpg")] }),
  ],
};
export const INQUIRIES = [INQUIRY, { ...INQUIRY, id: 62, number: "2026-0099", title: "表計算の共有ファイルが開けない", state: "open" as const }].map(({ messages: _messages, files: _files, merged: _merged, detail: _detail, stage: _stage, ...one }) => ({ ...one, stage: "answered", request: false, open: one.state !== "closed", acknowledged: true, severity: null, owner: null, owner_name: "", section: "税務課", changed_at: ago(60), next_due: null, next_clock: null, breached: 0 }));

/** Papers of a month: two of one name, one that was due before this began, one that is late. */
export function deliverables(month: string) {
  const one = (id: number, day: number, title: Text2, state: string, more: object = {}) => ({ id, version: 1, deliverable: title.ja, kind: { id: title.ja, title, clause: "", every: "occasion", starts_on: "", due_rule: title, formats: [], copies: 1, submitted_by: { id: "", title }, accepted_by: { id: "", title }, report: null }, period: "x", state, due: `${month}-${String(day).padStart(2, "0")}T15:00:00Z`, due_day: `${month}-${String(day).padStart(2, "0")}`, late: false, before_start: false, submissions: 0, note: "", may_hand_in: false, may_decide: false, ...more });
  const report = two("障害報告書", "Fault report");
  return [one(1, 6, two("着手届", "Notice of commencement"), "planned", { before_start: true }), one(2, 10, report, "submitted", { note: "2026-0102 本庁舎 スイッチ停止" }), one(3, 10, report, "planned", { note: "2026-0105 図書館 回線断", late: true }), one(4, 15, two("月次報告書", "Monthly report"), "planned", { period: "2026-10" })];
}
export function closedDays(month: string) {
  const out = [];
  for (let day = 1; day <= new Date(Number(month.slice(0, 4)), Number(month.slice(5)), 0).getDate(); day += 1) {
    const weekday = new Date(`${month}-${String(day).padStart(2, "0")}T00:00:00Z`).getUTCDay();
    if (weekday === 0 || weekday === 6 || day === 3) out.push({ day: `${month}-${String(day).padStart(2, "0")}`, why: day === 3 ? two("文化の日", "Culture Day") : null });
  }
  return out;
}
