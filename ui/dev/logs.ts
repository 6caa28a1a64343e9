/** Logs of the invented municipality, with a few words of the query language: enough to draw and to test the screens. */
import type { Job, LogCounted, LogCounts, LogEvent, LogExport, LogHold, LogKept, LogSeal, LogKinds, LogReading, LogSuggestion, SavedSearch } from "../src/api/contract";
import * as D from "./data.ts";
import { FEED, tried } from "./log-feed.ts";
import { Refusal } from "./requests.ts";

type Body = Record<string, unknown>;
type Handler = (ask: { params: Record<string, string>; query: URLSearchParams; body: Body; english: boolean }) => unknown;
const { two } = D;

const field = (name: string, type: "entity" | "category" | "text" | "number", ja: string, en: string) => ({ name, type, title: two(ja, en), aliases: [] });
const KIND_FIELDS = {
  operation: [field("pc", "entity", "PC", "PC"), field("user", "entity", "利用者", "User"), field("section", "category", "所属", "Section"), field("action", "category", "操作", "Action"), field("title", "text", "ウィンドウ名", "Window title"), field("path", "text", "ファイル", "File"), field("usb", "entity", "USB機器", "USB device"), field("bytes", "number", "大きさ", "Bytes")],
  firewall: [field("device", "entity", "機器", "Device"), field("action", "category", "処置", "Action"), field("severity", "category", "重要度", "Severity"), field("user", "entity", "利用者", "User"), field("source_ip", "entity", "送信元 IP アドレス", "Source address"), field("destination_ip", "entity", "宛先 IP アドレス", "Destination address"), field("url", "text", "URL", "URL"), field("message", "text", "メッセージ", "Message")],
  syslog: [field("device", "entity", "機器", "Device"), field("parser", "category", "解析定義", "Parser"), field("raw", "text", "受信した行", "The line as received"), field("severity", "category", "重要度", "Severity"), field("app", "entity", "プログラム", "Program"), field("user", "entity", "利用者", "User"), field("message", "text", "メッセージ", "Message")],
};
const kind = (name: keyof typeof KIND_FIELDS, ja: string, en: string, source: string, personal: boolean) => ({ kind: name, title: two(ja, en), source, personal, may: true, fields: KIND_FIELDS[name], rows: 18_400_000, first: D.ago(1_500_000), last: D.ago(1) });
const KINDS: Omit<LogKinds, "purpose"> = {
  kinds: [kind("firewall", "ファイアウォール・侵入検知", "Firewall and intrusion detection", "device", false), kind("operation", "PC操作ログ", "PC operations", "pc", true), kind("syslog", "syslog", "Syslog", "device", false)],
  subjects: [{ id: "person", title: two("人", "Person"), fields: ["user"] }, { id: "pc", title: two("PC・機器", "PC or device"), fields: ["pc", "device"] }, { id: "file", title: two("ファイル", "File"), fields: ["path"] }, { id: "address", title: two("IP アドレス", "IP address"), fields: ["source_ip", "destination_ip"] }],
  examples: [
    { title: two("今週、USB メモリーに写したファイル", "Files copied to USB sticks this week"), text: two("操作:usb-copy 期間:今週", "action:usb-copy time:this-week"), personal: true },
    { title: two("「見積」の付いた Excel を開いた人", "Who opened Excel files named 見積"), text: two("ファイル:*見積*.xlsx | 集計 利用者", "path:*見積*.xlsx | count by user"), personal: true },
    { title: two("今日、ファイアウォールが止めた通信", "What the firewall stopped today"), text: two("処置:deny 期間:今日", "kind:firewall action:deny time:today"), personal: false },
    { title: two("この1時間の重い警告", "Grave messages of the last hour"), text: two("種類:syslog 重要度:error から:1時間前", "kind:syslog severity:error from:1h"), personal: false },
  ],
  purposes: [two("情報漏えい・不審な操作の調査", "Investigation of a leak or of suspicious operations"), two("障害の原因調査", "Finding the cause of a fault"), two("本人からの問合せへの回答", "Answering a question of the person concerned")],
};

const roll = D.dice(77);
const pick = <T>(list: readonly T[]): T => list[Math.floor(roll() * list.length)]!;
const SECTIONS: Record<string, string> = { tanaka: "総務課", suzuki: "税務課", sato: "福祉課", yamazaki: "情報政策課" };
const EVENTS: LogEvent[] = Array.from({ length: 900 }, (_, index): LogEvent => {
  const minutes = index * 3 + roll() * 3;
  const ms = Date.parse(D.ago(minutes));
  const user = pick(Object.keys(SECTIONS));
  const base = { at: new Date(ms).toISOString(), us: ms * 1000 + index, cut: false };
  const turn = roll();
  if (turn < 0.6) {
    const action = pick(["file-open", "window", "print", "web", "usb-copy", "log-on"]);
    const path = pick(["\\\\fs01\\総務\\令和8年度\\見積 一覧（最終）.xlsx", "\\\\fs01\\税務\\通知書.docx", "C:\\Users\\{user}\\Documents\\議事録 11月.docx", "E:\\見積 一覧（最終）.xlsx"]).replace("{user}", user);
    return { ...base, kind: "operation", fields: { pc: `PC-${String(100 + Object.keys(SECTIONS).indexOf(user))}`, user, section: SECTIONS[user] ?? "", action, ...(action === "window" || action === "web" ? { title: pick(["住民情報システム - 検索結果", "メール - 受信トレイ", "令和8年度 予算要求書 - Excel"]) } : { path, bytes: Math.floor(roll() * 4e6) }), ...(action === "usb-copy" ? { usb: "07B8-11C2-0042" } : {}) } };
  }
  if (turn < 0.85) return { ...base, kind: "firewall", fields: { device: "FW-01", action: pick(["allow", "allow", "deny"]), severity: pick(["notice", "warning"]), user, source_ip: `10.1.0.${40 + Object.keys(SECTIONS).indexOf(user)}`, destination_ip: pick(["203.0.113.9", "198.51.100.20"]), url: pick(["https://www.example.jp/", "https://files.example.com/upload"]) } };
  if (turn < 0.88) return { ...base, kind: "syslog", fields: { device: "SW-CORE-1", parser: "none", raw: `\u00a7 ${minutes.toFixed(0)} sys: unit 1 rebooted, reason 0x${index.toString(16)}` } };
  return { ...base, kind: "syslog", fields: { device: pick(["SV-01", "SW-CORE-1"]), severity: pick(["error", "warning", "information"]), app: pick(["sshd", "kernel"]), message: pick(["Failed password for invalid user admin from 198.51.100.20 port 51022", "link down: GigabitEthernet1/0/24", "disk sda: 3 reallocated sectors"]) } };
});

const state = { said: "情報漏えい・不審な操作の調査 第12号", until: D.ago(-21) as string | null };
const purpose = () => (state.until ? { said: state.said, until: state.until } : null);
const saved: SavedSearch[] = [
  { id: 1, name: "USB への持出し（毎週）", description: "月曜の朝に確認する", text: "操作:usb-copy 期間:先週", shared: true, own: true },
  { id: 2, name: "サインインの失敗", description: "", text: "failed from:7d", shared: true, own: false },
];
const exported: LogExport[] = [{ id: 31, format: "xlsx", query: "user:tanaka action:usb-copy", purpose: state.said, rows: 1_204, partial: false, proved: null, sha256: "4f0c8a3f6a0b1d2e7c9f2b1a8d5e6f70813b2c4d5e6f708192a3b4c5d6e7f809", entry: 4_812, size: 91_220, made_at: D.ago(95), there: true }];

const files = (n: number) => ({ files: n ? 1 : 0, events: n, bytes: n * 9 });
const KEPT: LogKept[] = KINDS.kinds.map((one, index) => ({ kind: one.kind, title: one.title, events: 41_208_334 >> index, bytes: 389_000_112 >> index, first: D.ago(1_400_000), last: D.ago(2), keep_days: 1_827, next_at: D.ago(-500_000), next: files(812_004), over: files(0), held: files(index === 0 ? 120_334 : 0), holds: index === 0 ? [900] : [] }));
const holds: LogHold[] = [
  { id: 900, kinds: ["operation"], from: "2026-04-01", to: "2026-04-28", reason: "情報公開請求 第 8 号の対象", ordered_by: "総務部長", state: "release_asked", placed_name: "佐藤 監督", placed_at: D.ago(9_000), asked_name: "山田 責任者", asked_reason: "開示を終えた", asked_at: D.ago(90), released_name: "", released_at: null, may_ask: false, may_decide: true },
  { id: 899, kinds: [], from: null, to: null, reason: "監査委員による監査", ordered_by: "監査委員", state: "held", placed_name: "佐藤 監督", placed_at: D.ago(19_000), asked_name: "", asked_reason: "", asked_at: null, released_name: "", released_at: null, may_ask: true, may_decide: false },
];
const changed = (id: string | undefined, to: Partial<LogHold>) => Object.assign(holds.find((one) => one.id === Number(id)) ?? {}, to);
const SEALS: LogSeal[] = (["holds", "dropped", "differs", null] as const).map((finding, index) => ({ kind: "operation", day: `2026-04-2${8 - index}`, events: 24_000 - index, sources: 812, root: "4f0c8a3f6a0b1d2e7c9f2b1a8d5e6f70813b2c4d5e6f708192a3b4c5d6e7f809", entry: 4_700 - index, sealed_at: D.ago(900), check: finding && { finding, who: "佐藤 監督", at: D.ago(30) } }));

const LABELS = new Map(KINDS.kinds.flatMap((one) => one.fields).flatMap((one) => [[one.name, one.name], [one.title.ja, one.name], [one.title.en.toLowerCase(), one.name]] as const));
const IGNORED = /^(期間|から|まで|from|to|time|種類|kind)$/;
const fold = (value: string) => value.normalize("NFKC").toLowerCase();

interface Read {
  match: (event: LogEvent) => boolean;
  by: string[];
  newest: boolean;
}
/** Words, field:value, -word and a count behind a pipe; a field that nobody knows is refused as the server does. */
function read(text: string): Read {
  const [words = "", stage = ""] = text.normalize("NFKC").split("|");
  const tests = (words.match(/-?\S*"[^"]*"|\S+/g) ?? []).filter((one) => one !== "OR").map((one) => {
    const no = one.startsWith("-");
    const [, name, value = ""] = /^-?([^:"]+):(.*)$/.exec(one) ?? [undefined, "", one.replace(/^-/, "")];
    if (name && !IGNORED.test(name) && !LABELS.has(fold(name)) && !LABELS.has(name)) throw { at: text.indexOf(one), length: name.length, name };
    const wanted = fold(value.replace(/^[=~]/, "").replaceAll('"', "").replaceAll("*", ""));
    const inField = name ? (LABELS.get(name) ?? LABELS.get(fold(name))) : "";
    return (event: LogEvent) => (name && IGNORED.test(name)) || no !== Object.entries(event.fields).some(([key, held]) => (!inField || key === inField) && fold(String(held)).includes(wanted));
  });
  const by = (/(?:count by|集計)\s+([^\s]+)/.exec(stage)?.[1] ?? "").split(/[,、]/).filter(Boolean).map((one) => LABELS.get(one) ?? one);
  return { match: (event) => tests.every((test) => test(event)), by, newest: !/oldest|古い/.test(stage) };
}
function found(body: Body) {
  const how = read(String(body["q"] ?? ""));
  const kinds = (body["kinds"] ?? []) as string[];
  const subject = KINDS.subjects.find((one) => one.id === body["subject"]);
  const of = fold(String(body["of"] ?? ""));
  const [from, to] = [Date.parse(String(body["from"] ?? "")), Date.parse(String(body["to"] ?? ""))];
  const events = EVENTS.filter((event) => how.match(event) && (kinds.length === 0 || kinds.includes(event.kind)) && !(Date.parse(event.at) < from) && !(Date.parse(event.at) >= to)
    && (!subject || subject.fields.some((name) => fold(String(event.fields[name] ?? "")).includes(of) && event.fields[name] !== undefined)));
  return { how, events };
}
function reading(body: Body): LogReading {
  const { how } = found(body);
  const text = String(body["q"] ?? "");
  const kinds = (body["kinds"] as string[] | undefined)?.length ? (body["kinds"] as string[]) : KINDS.kinds.map((one) => one.kind);
  return { canonical: text, explanation: two(`「${text}」に当てはまる記録を探します。`, `Records that are “${text}”.`), kinds, withheld: [], personal: kinds.includes("operation"), from: null, to: null, shows: how.by.length ? "counts" : "events", newest_first: how.newest };
}
/** What stands in very many records: the real store stops counting them after ten seconds. */
const ENDLESS = "見積";
const WHOLE = { partial: false, why: "whole" as const, rows_read: 18_400, damaged: 0 };
const tally = (events: readonly LogEvent[], key: (event: LogEvent) => string) => {
  const counts = new Map<string, number>();
  for (const event of events) counts.set(key(event), (counts.get(key(event)) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a);
};
function counts(body: Body): LogCounts {
  const { how, events } = found(body);
  const by = (body["by"] as string[] | undefined)?.length ? (body["by"] as string[]) : how.by;
  const rest = { total: events.length, more: false, complete_from: null, outcome: WHOLE, reading: reading(body), purpose: purpose() };
  if (!body["histogram"]) return { groups: tally(events, (event) => by.map((name) => event.fields[name] ?? "").join("\t")).slice(0, 20).map(([key, count]) => ({ values: key.split("\t"), at: null, count })), by, bucket_s: 0, from: D.ago(2700), to: D.ago(0), ...rest };
  const hour = 3_600_000;
  const groups = tally(events, (event) => String(Math.floor(Date.parse(event.at) / hour) * hour)).sort(([a], [b]) => Number(a) - Number(b)).map(([at, count]) => ({ values: [], at: new Date(Number(at)).toISOString(), count }));
  return { groups, by: [], bucket_s: 3600, from: String(body["from"] || D.ago(2700)).length > 12 ? String(body["from"] || D.ago(2700)) : D.ago(2700), to: D.ago(0), ...rest };
}
function overview(body: Body) {
  const counted: LogCounted = counts({ ...body, histogram: true });
  const part = String(body["q"]).includes(ENDLESS);
  return { counts: part ? { ...counted, complete_from: D.ago(900), outcome: { ...WHOLE, partial: true, why: "out_of_time" } } : counted, facets: { ...facets(body), partial: part }, last: true };
}
function facets(body: Body) {
  const { events } = found(body);
  return {
    partial: false, kinds: tally(events, (event) => event.kind).map(([name, count]) => ({ kind: name, count })),
    facets: ["action", "section", "severity"].map((name) => ({ field: name, title: KINDS.kinds.flatMap((one) => one.fields).find((one) => one.name === name)!.title, more: false, values: tally(events.filter((event) => event.fields[name]), (event) => String(event.fields[name])).slice(0, 8).map(([value, count]) => ({ value, count, text: `${name}:${value}` })) })).filter((one) => one.values.length > 0),
  };
}
function fault(cause: unknown, english: boolean) {
  const { at, length, name } = cause as { at: number; length: number; name: string };
  return { reading: null, fault: { position: at, length, problem: { type: "", title: "Unprocessable", status: 422, code: "eventstore.query_field_unknown", detail: english ? `There is no field “${name}”.` : `「${name}」という項目はありません。`, advice: english ? "Near to it: user. To look for the text itself put it into quotes." : "似た項目: user（利用者）。文字そのものを探すときは、全体を \" で囲んでください。" } } };
}

/** `job` begins work that the invented server pretends to do. */
export function logRoutes(job: (ms: number, result: number | null) => Job): Record<string, Handler> {
  return {
    ...FEED,
    "POST /log-rules/trial": (ask) => tried(ask, purpose() !== null),
    "GET /log-search/kinds": () => ({ ...KINDS, purpose: purpose() }),
    "POST /log-search/rows": ({ body, english }) => {
      try {
        const { how, events } = found(body);
        const order = body["newest_first"] ?? how.newest;
        const sorted = order ? events : [...events].reverse();
        const start = Number(body["cursor"] || 0);
        return { items: sorted.slice(start, start + 100), next: start + 100 < sorted.length ? String(start + 100) : null, outcome: WHOLE, reading: reading(body), purpose: purpose() };
      } catch (cause) {
        const { problem } = fault(cause, english).fault;
        throw new Refusal(422, problem.code, problem.title, problem.detail, problem.advice);
      }
    },
    "POST /log-search/counts": ({ body }) => counts(body),
    "POST /log-search/facets": ({ body }) => facets(body),
    "POST /log-search/overview": ({ body }) => overview(body),
    "POST /log-search/context": ({ body }) => {
      const own = EVENTS.filter((event) => event.kind === body["kind"] && [event.fields["pc"], event.fields["device"]].includes(body["source"] as string)).reverse();
      const place = own.findIndex((event) => event.us === body["us"]);
      return { before: own.slice(Math.max(0, place - 5), place), at: own.slice(place, place + 1), after: own.slice(place + 1, place + 6), partial: false, query: "" };
    },
    "POST /log-search/reading": ({ body, english }) => {
      try {
        return { reading: reading(body), fault: null };
      } catch (cause) {
        return fault(cause, english);
      }
    },
    "POST /log-search/suggestions": ({ body }): { items: LogSuggestion[] } => {
      const before = [...String(body["q"] ?? "")].slice(0, Number(body["cursor"])).join("");
      const word = /[^\s]*$/.exec(before)?.[0] ?? "";
      const begin = [...before].length - [...word].length;
      if (!word || word.includes(":")) return { items: [] };
      return { items: KINDS.kinds[1]!.fields.filter((one) => one.name.startsWith(fold(word)) || one.title.ja.startsWith(word)).map((one) => ({ kind: "field", text: `${/[ぁ-ん一-龯]/.test(word) ? one.title.ja : one.name}:`, label: one.title, from: begin, to: [...before].length })) };
    },
    "PUT /log-search/purpose": ({ body }) => { state.said = String(body["said"]); state.until = D.ago(-30); return purpose(); },
    "DELETE /log-search/purpose": () => { state.until = null; },
    "GET /log-search/saved": () => ({ items: saved }),
    "POST /log-search/saved": ({ body }) => { const made = { id: 10 + saved.length, own: true, description: "", shared: false, ...body } as SavedSearch; saved.push(made); return made; },
    "DELETE /log-search/saved/{id}": ({ params }) => { saved.splice(saved.findIndex((one) => one.id === Number(params["id"])), 1); },
    "GET /log-search/exports": () => ({ items: exported }),
    "GET /log-keeping": () => ({ drops: true, items: KEPT }),
    "GET /log-holds": () => ({ items: holds }),
    "POST /log-holds": ({ body }) => { const made: LogHold = { ...holds[0]!, id: 900 + holds.length, state: "held", asked_at: null, asked_name: "", asked_reason: "", may_ask: true, may_decide: false, placed_at: new Date().toISOString(), kinds: body["kinds"] as string[], from: String(body["from"]) || null, to: String(body["to"]) || null, reason: String(body["reason"]), ordered_by: String(body["ordered_by"]) }; holds.unshift(made); return made; },
    "POST /log-holds/{id}/release": ({ params, body }) => changed(params["id"], { state: "release_asked", may_ask: false, asked_name: "山田", asked_at: new Date().toISOString(), asked_reason: String(body["reason"]) }),
    "POST /log-holds/{id}/decision": ({ params, body }) => changed(params["id"], body["release"] ? { state: "released", may_decide: false, released_name: "佐藤", released_at: new Date().toISOString() } : { state: "held", may_ask: true, may_decide: false, asked_at: null }),
    "GET /log-seals": () => ({ items: SEALS, next: null, may_check: true }),
    "POST /log-seals/checks": () => job(600, 0),
    "POST /log-search/exports": ({ body }) => { exported.unshift({ ...exported[0]!, id: 31 + exported.length, query: String(body["q"]), purpose: String(body["purpose"]), format: body["format"] as "csv", made_at: new Date().toISOString(), rows: found(body).events.length }); return job(600, exported[0]!.id); },
  };
}
