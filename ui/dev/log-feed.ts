/** Who sends logs to the invented municipality, and the rules that make alerts of them. */
import type { GetAnswer, SendAnswer } from "../src/api/contract";
import * as D from "./data.ts";
import { Refusal } from "./requests.ts";

type Sender = GetAnswer<"/syslog/senders">["items"][number];
type Rule = GetAnswer<"/log-rules">["items"][number];
const { two } = D;
interface Ask {
  params: Record<string, string>;
  query: URLSearchParams;
  body: Record<string, unknown>;
}

const sender = (device: string, address: string, more: Partial<Sender>): Sender => ({ address, device, known: true, kept: true, received: 0, bytes: 0, unparsed: 0, last: D.ago(0.2), skew_ms: 120, per_second: 0, since_start: true, ...more });
const SENDERS: Sender[] = [
  sender("FW-01", "10.0.0.1", { received: 48_211_904, bytes: 21_000_000_000, per_second: 1_204.3 }),
  sender("SW-CORE-1", "10.0.1.1", { received: 18_204, unparsed: 312, per_second: 0.4, skew_ms: -32_400_000, last: D.ago(3) }),
  sender("SV-01", "10.0.2.11", { received: 904_112, per_second: 12.6, skew_ms: null }),
  sender("RT-支所1", "10.0.9.1", { received: 1_204, last: D.ago(190), skew_ms: 42_000 }),
  sender("RT-支所2", "", { last: D.ago(3_000), skew_ms: null, since_start: false }),
  sender("192.0.2.77", "192.0.2.77", { known: false, received: 512, unparsed: 511, per_second: 2.1, skew_ms: null }),
];

type Change = NonNullable<Rule["changed"]>;
type Keys = Record<string, unknown>;

const seconds = (text: unknown) => { const [n, unit] = String(text ?? "").split(" "); return Number(n) * ({ s: 1, min: 60, h: 3_600, d: 86_400 }[unit ?? ""] ?? 0) || 0; };
/** As the server lays what people said over what lies beneath. */
function standing(id: string, beneath: Keys | null, changes: readonly Change[], more: Partial<Rule> = {}): Rule {
  const last = changes.at(-1);
  const said = last?.said as Keys | null | undefined;
  const written = { ...beneath, ...said };
  const { title, text, severity, when, clears = "", by = [], times = 1, as = "" } = written as Keys;
  const [within_s, silent_s] = [seconds(written["within"]), seconds(written["silent"])];
  return {
    id, title, text, severity, when, clears, by, times, as, within_s, silent_s, quiet_s: seconds(written["quiet"]) || (clears || silent_s ? 0 : 3_600), written, beneath, off: Boolean(written["off"]), own: Boolean(said),
    product: Boolean(beneath), pack: false, version: last?.version ?? 0, changed: said ? last : null, fault: null, ...more,
  } as Rule;
}
const BENEATH: Record<string, { keys: Keys; more?: Partial<Rule> }> = {
  "link-down": { keys: { title: two("インターフェースのダウン", "Interface down"), text: two("{interface} がダウン", "{interface} is down"), severity: "major", when: "kind:syslog action:link state:down*", clears: "kind:syslog action:link state:up*", by: ["interface"], as: "link-down" } },
  "logon-failures": { keys: { title: two("サインインの失敗が続いている", "Repeated failure to sign in"), text: two("{source_ip} から {count} 回", "{count} times from {source_ip}"), severity: "warning", when: "kind:syslog action:login outcome:failure", by: ["source_ip"], times: 10, within: "5 min", quiet: "30 min" }, more: { pack: true, own: true } },
  "sender-silent": { keys: { title: two("ファイアウォールのログが途絶えた", "No more logs of a firewall"), text: two("{device} のログが届かない", "No logs of {device}"), severity: "warning", when: "kind:firewall", silent: "1 h" } },
  "threat-passed": { keys: { title: two("危険度の高い攻撃・不正プログラムが止められていない", "Attack or malware of high risk was not stopped"), text: two("{signature}", "{signature}"), severity: "critical", when: 'kind:firewall type:utm risk:(critical OR high) -signature:"" -action:(deny OR reset)', by: ["signature"] } },
};
const people = (version: number, minutes: number, why: string, said: Keys | null, who = "中村 健一"): Change => ({ version, at: D.ago(minutes), who, why, said }) as Change;
const CHANGES: Record<string, Change[]> = {
  "sender-silent": [people(1, 20_000, "夜間は 1 時間では短い", { silent: "2 h" }), people(2, 900, "回線工事のあいだ", { silent: "2 h", off: true }, "山﨑 花")],
  "usb-backup": [people(1, 4_000, "外部媒体の持出しを確かめるため", { title: two("USB メモリーへの大量の書き出し", "Many files written to a USB stick"), text: two("{user} が {count} 件", "{count} by {user}"), severity: "major", when: "kind:operation action:usb-copy", by: ["user"], times: 100, within: "10 min" })],
};
const there = (id: string): Rule | null => {
  const [base, changes] = [BENEATH[id], CHANGES[id] ?? []];
  return base || changes.at(-1)?.said ? standing(id, base?.keys ?? null, changes, base?.more) : null;
};
const all = () => [...new Set([...Object.keys(BENEATH), ...Object.keys(CHANGES)])].sort().map(there).filter((one) => one !== null);

function change({ params, body, query }: Ask, said: Keys | null) {
  const id = params["rule"] ?? "";
  const before = CHANGES[id] ?? [];
  const version = before.at(-1)?.version ?? 0;
  if (Number(body["version"] ?? query.get("version")) !== version) throw new Refusal(409, "monitor.log_rule_conflict", "Conflict", `規則「${id}」は、開いている間に${before.at(-1)?.who ?? ""}が変更しました。`, "入力した内容を控え、一覧を開き直して、今の規則からもう一度変更してください。");
  const colour = /colour:/.exec(String(said?.["when"] ?? ""));
  if (colour) throw new Refusal(422, "eventstore.query_field_unknown", "Unprocessable Content", "13文字目：項目「colour」はありません。近い項目：source", "項目名を直してください。", [{ path: "said.when", code: "eventstore.query_field_unknown", message: "13文字目：項目「colour」はありません。" }]);
  CHANGES[id] = [...before, people(version + 1, 0, String(body["why"] ?? query.get("why")), said)];
  return there(id);
}

const TRIAL: SendAnswer<"POST /log-rules/trial"> = {
  from: D.ago(10_080), to: D.ago(0), matches: 1_204, no_device: 31, alerts: 14,
  first: [
    { at: D.ago(9_700), last: D.ago(9_690), ended: D.ago(9_660), device: 6, device_name: "SV-01", object: "203.0.113.66", count: 61, text: two("203.0.113.66 から 61 回。最後の利用者名は root（sv-01）", "61 times from 203.0.113.66, the last user name root (sv-01)") },
    { at: D.ago(4_020), last: D.ago(4_000), ended: null, device: 6, device_name: "SV-01", object: "198.51.100.20", count: 12, text: two("198.51.100.20 から 12 回。最後の利用者名は admin（sv-01）", "12 times from 198.51.100.20, the last user name admin (sv-01)") },
  ],
  by_device: [{ device: "SV-01", alerts: 14 }],
  outcome: { partial: false, why: "whole", rows_read: 90_112, damaged: 0 },
  explanation: two("種類が「syslog」で、結果が「failure」のもの。", "Kind is syslog and outcome is failure."),
  purpose: null,
};

/** Rules of people's logs are tried for a purpose only. */
export function tried({ body }: Ask, purpose: boolean) {
  const when = String((body["draft"] as Keys | undefined)?.["when"] ?? there(String(body["rule"] ?? ""))?.when ?? "");
  if (when.includes("kind:operation") && !purpose) throw new Refusal(422, "log_search.purpose_missing", "Unprocessable Content", "職員のログを見る目的が入力されていません。", "目的を入力してください。");
  return TRIAL;
}

export const FEED = {
  "GET /syslog/senders": () => ({ items: SENDERS, whole: true }),
  "GET /syslog/counters": () => ({ received: 49_135_936, stored: 49_135_424, waiting: 0, refused: 512, dropped: 0, lost_in_kernel: 0, cut: 3, connections: 4, parsers: { fortigate: 48_211_904 }, unreadable: {}, problems: [] }),
  "POST /syslog/senders/accept": ({ body }: { body: Record<string, unknown> }) => { SENDERS.splice(SENDERS.findIndex((one) => one.address === body["address"]), 1); },
  "GET /log-rules": () => ({ items: all() }),
  "PUT /log-rules/{rule}": (ask: Ask) => change(ask, ask.body["said"] as Keys),
  "DELETE /log-rules/{rule}": (ask: Ask) => void change(ask, null),
  "GET /log-rules/{rule}/history": ({ params }: Ask) => ({ items: [...(CHANGES[params["rule"] ?? ""] ?? [])].reverse() }),
};
