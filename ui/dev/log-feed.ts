/** Who sends logs to the invented municipality, and the rules that make alerts of them. */
import type { GetAnswer, SendAnswer } from "../src/api/contract";
import * as D from "./data.ts";

type Sender = GetAnswer<"/syslog/senders">["items"][number];
type Rule = GetAnswer<"/log-rules">["items"][number];
const { two } = D;

const sender = (device: string, address: string, more: Partial<Sender>): Sender => ({ address, device, known: true, kept: true, received: 0, bytes: 0, unparsed: 0, last: D.ago(0.2), skew_ms: 120, per_second: 0, since_start: true, ...more });
const SENDERS: Sender[] = [
  sender("FW-01", "10.0.0.1", { received: 48_211_904, bytes: 21_000_000_000, per_second: 1_204.3 }),
  sender("SW-CORE-1", "10.0.1.1", { received: 18_204, unparsed: 312, per_second: 0.4, skew_ms: -32_400_000, last: D.ago(3) }),
  sender("SV-01", "10.0.2.11", { received: 904_112, per_second: 12.6, skew_ms: null }),
  sender("RT-支所1", "10.0.9.1", { received: 1_204, last: D.ago(190), skew_ms: 42_000 }),
  sender("RT-支所2", "", { last: D.ago(3_000), skew_ms: null, since_start: false }),
  sender("192.0.2.77", "192.0.2.77", { known: false, received: 512, unparsed: 511, per_second: 2.1, skew_ms: null }),
];

const rule = (id: string, title: ReturnType<typeof two>, when: string, more: Partial<Rule>): Rule => ({ id, title, text: title, severity: "warning", when, clears: "", by: [], times: 1, within_s: 0, quiet_s: 3_600, silent_s: 0, as: "", own: false, ...more });
const RULES: Rule[] = [
  rule("link-down", two("インターフェースのダウン", "Interface down"), "kind:syslog action:link state:down*", { severity: "major", clears: "kind:syslog action:link state:up*", by: ["interface"], quiet_s: 0, as: "link-down" }),
  rule("logon-failures", two("サインインの失敗が続いている", "Repeated failure to sign in"), "kind:syslog action:login outcome:failure", { by: ["source_ip"], times: 10, within_s: 300, quiet_s: 1_800, own: true }),
  rule("sender-silent", two("ファイアウォールのログが途絶えた", "No more logs of a firewall"), "kind:firewall", { silent_s: 3_600, quiet_s: 0 }),
  rule("threat-passed", two("危険度の高い攻撃・不正プログラムが止められていない", "Attack or malware of high risk was not stopped"), 'kind:firewall type:utm risk:(critical OR high) -signature:"" -action:(deny OR reset)', { severity: "critical", by: ["signature"] }),
];

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

export const FEED = {
  "GET /syslog/senders": () => ({ items: SENDERS, whole: true }),
  "GET /syslog/counters": () => ({ received: 49_135_936, stored: 49_135_424, waiting: 0, refused: 512, dropped: 0, lost_in_kernel: 0, cut: 3, connections: 4, parsers: { fortigate: 48_211_904 }, unreadable: {}, problems: [] }),
  "POST /syslog/senders/accept": ({ body }: { body: Record<string, unknown> }) => { SENDERS.splice(SENDERS.findIndex((one) => one.address === body["address"]), 1); },
  "GET /log-rules": () => ({ items: RULES }),
  "POST /log-rules/trial": () => TRIAL,
};
