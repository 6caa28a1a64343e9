/** Requests of the invented municipality: enough of the real rules that the screens can be worked through. */
import type { Deputy, Form, FormRequest, RequestRow, RequestStep, Text2 } from "../src/api/contract";
import * as D from "./data.ts";

export class Refusal {
  constructor(readonly status: number, readonly code: string, readonly title: string, readonly detail?: string, readonly advice?: string, readonly errors?: unknown[]) {}
}
interface Ask {
  params: Record<string, string>;
  query: URLSearchParams;
  body: Record<string, unknown>;
}
const two = (ja: string, en: string): Text2 => ({ ja, en });
const ME = { id: 1, name: "中村 高志" };
const SUZUKI = { id: 5, name: "鈴木 一郎" };
const TAKAHASHI = { id: 2, name: "髙橋 恵子" };

const USB: Form = {
  id: "usb_connection", title: two("外部媒体の接続申請", "Connection of a medium"), about: two("USB メモリやカメラを庁内のパソコンにつなぐときに出します。", "For connecting a USB memory or a camera to a PC of the office."), clause: "3(1)", may_submit: true,
  fields: [
    { id: "kind", title: two("媒体の種類", "Kind of medium"), type: "choice", required: true, choices: [{ id: "usb_memory", title: two("USB メモリ", "USB memory") }, { id: "camera", title: two("デジタルカメラ", "Camera") }] },
    { id: "serial", title: two("製造番号", "Serial number"), type: "text", required: true, hint: two("本体の裏にある英数字です。", "Letters and digits on its back."), when: { field: "kind", is: ["usb_memory"] } },
    { id: "count", title: two("本数", "How many"), type: "integer", required: false },
    { id: "reason_many", title: two("3 本以上必要な理由", "Why three or more"), type: "long_text", required: true, when: { field: "count", at_least: 3 } },
    { id: "until", title: two("利用の終わり", "Last day of use"), type: "date", required: false },
    { id: "pickup", title: two("受け取りの日時", "When it is picked up"), type: "time", required: false },
    { id: "outside", title: two("庁舎の外へ持ち出しますか", "Will it leave the building?"), type: "bool", required: true },
    { id: "boss", title: two("承認者", "Approver"), type: "person", required: true },
    { id: "phone", title: two("連絡のつく電話番号", "Telephone"), type: "text", required: false, personal: true },
    { id: "pc", title: two("接続するパソコン", "The PC"), type: "ledger_row", required: false, ledger: "devices" },
    { id: "paper", title: two("許可書の写し", "Copy of the permit"), type: "attachment", required: false },
  ],
  steps: [
    { id: "reception", title: two("受付", "Reception"), role: "operator", needed: 1, may_return: true, when: null, fills: [], due: two("翌開庁日の 18:00 まで", "by 18:00 of the next open day") },
    { id: "virus_check", title: two("ウイルス検査", "Virus check"), role: "operator", needed: 1, may_return: true, when: { field: "kind", is: ["usb_memory"] }, fills: [{ id: "virus_found", title: two("検査の結果", "Result of the check"), type: "choice", required: true, choices: [{ id: "clean", title: two("検出なし", "Clean") }, { id: "found", title: two("検出あり", "Found") }] }], due: null },
    { id: "head", title: two("所属長の確認", "Head of section"), head: true, beside: "virus_check", needed: 1, may_return: true, when: null, fills: [], due: null },
    { id: "approval", title: two("承認", "Approval"), person: "boss", needed: 1, may_return: false, when: null, fills: [], due: null },
  ],
};
const ACCOUNT: Form = {
  id: "account", title: two("利用者登録の申請", "Registration of a user"), about: two("新しく着任した人がシステムを使えるようにします。", "For somebody who has just arrived."), clause: null, may_submit: true,
  fields: [{ id: "name", title: two("氏名", "Name"), type: "text", required: true, personal: true }, { id: "start", title: two("使い始める日", "First day"), type: "date", required: true }],
  steps: [{ id: "check", title: two("情報部門の確認", "Information section"), role: "city_staff", needed: 1, may_return: true, when: null, fills: [], due: null }, { id: "approve", title: two("監督員の承認", "Supervisor"), role: "city_supervisor", needed: 2, may_return: true, when: null, fills: [], due: null }],
};
const AUDIT: Form = { id: "audit", title: two("ログの開示の申請", "Disclosure of logs"), about: two("監査のための開示です。", "For an audit."), clause: null, may_submit: false, fields: [], steps: [] };
const FORMS = [USB, ACCOUNT, AUDIT];

const step = (id: string, title: Text2, extra: Partial<RequestStep>): RequestStep => ({ id, title, role: "operator", person: null, beside: false, needed: 1, state: "waiting", due: null, may_return: true, may_decide: false, decisions: [], ...extra });
const usbSteps = (at: "reception" | "checks" | "done"): RequestStep[] => {
  const [r, c, h, a] = USB.steps ?? [];
  const by = (name: string, minutes: number, note = "", for_name: string | null = null) => [{ name, for_name, at: D.ago(minutes), note }];
  return [
    step("reception", r!.title, at === "reception" ? { state: "open", due: D.ago(-180), may_decide: true } : { state: "passed", decisions: by("中村 高志", 300) }),
    step("virus_check", c!.title, at === "reception" ? {} : at === "checks" ? { state: "open", due: D.ago(90), may_decide: true } : { state: "passed", decisions: by("中村 高志", 200, "検査済みのシールを貼りました。") }),
    step("head", h!.title, { role: null, person: "森 花子", beside: true, ...(at === "reception" ? {} : at === "checks" ? { state: "open" } : { state: "passed", decisions: by("髙橋 恵子", 190, "", "森 花子") }) }),
    step("approval", a!.title, { role: null, person: "山﨑 太郎", may_return: false, ...(at === "done" ? { state: "passed", decisions: by("山﨑 太郎", 100, "期限までに返却してください。") } : {}) }),
  ];
};
const act = (kind: string, words: Text2, who: string, minutes: number, stepTitle: Text2 | null = null, note = "") => ({ at: D.ago(minutes), who, kind, words, step: stepTitle, note });
const VALUES: Record<string, string> = { kind: "usb_memory", serial: "AX-2231", count: "1", until: "2027-03-31", outside: "false", boss: "3", phone: "0598-53-4321", pc: "6", paper: "77" };
const SHOWN = { paper: "許可書.pdf", boss: "山﨑 太郎", pc: D.DEVICES[5]!.name };
const made = (id: number, number: string, form: Form, extra: Partial<FormRequest>): FormRequest => ({ id, number, form: form.id, title: form.title, state: "running", submitter: SUZUKI, submitted_at: D.ago(400), changed_at: D.ago(300), open: [], due: null, version: 1, round: 1, own: false, values: {}, shown: {}, steps: [], effects: [], rounds: [], history: [], ...extra });

export const REQUESTS: FormRequest[] = [
  made(41, "R8-usb-0041", USB, { version: 2, values: { ...VALUES }, shown: SHOWN, steps: usbSteps("checks"), rounds: [{ round: 1, at: D.ago(400), values: { ...VALUES }, shown: SHOWN }], history: [act("request.submitted", two("申請", "Request submitted"), SUZUKI.name, 400), act("request.approved_step", two("申請の手順を承認", "Step of a request approved"), ME.name, 300, two("受付", "Reception"))] }),
  made(40, "R8-usb-0040", USB, { submitter: TAKAHASHI, values: { ...VALUES, kind: "camera", phone: "" }, shown: SHOWN, steps: usbSteps("reception"), rounds: [{ round: 1, at: D.ago(60), values: VALUES, shown: SHOWN }], submitted_at: D.ago(60) }),
  made(39, "R8-usb-0039", USB, {
    submitter: ME, own: true, state: "sent_back", version: 4, round: 2, values: { ...VALUES, serial: "BX-77" }, shown: SHOWN, submitted_at: D.ago(4000),
    steps: usbSteps("reception").map((one) => (one.id === "reception" ? { ...one, state: "sent_back", may_decide: false, due: null, decisions: [{ name: SUZUKI.name, for_name: null, at: D.ago(30), note: "製造番号が台帳と違います。本体の裏をもう一度見てください。" }] } : one)),
    rounds: [{ round: 1, at: D.ago(4000), values: { ...VALUES, serial: "不明" }, shown: SHOWN }, { round: 2, at: D.ago(2000), values: { ...VALUES, serial: "BX-77" }, shown: SHOWN }],
    history: [act("request.submitted", two("申請", "Request submitted"), ME.name, 4000), act("request.sent_back", two("申請の差戻し", "Request sent back"), SUZUKI.name, 3000, two("受付", "Reception"), "製造番号を書いてください。"), act("request.resubmitted", two("再申請", "Request submitted again"), ME.name, 2000), act("request.sent_back", two("申請の差戻し", "Request sent back"), SUZUKI.name, 30, two("受付", "Reception"), "製造番号が台帳と違います。本体の裏をもう一度見てください。")],
  }),
  made(38, "R8-usb-0038", USB, {
    submitter: ME, own: true, state: "approved", version: 5, values: { ...VALUES, virus_found: "clean" }, shown: SHOWN, submitted_at: D.ago(9000), steps: usbSteps("done"),
    effects: [{ step: "approval", effect: "enter", title: two("台帳に登録", "Entered in the ledger"), state: "done", outcome: "外部媒体の台帳に登録しました", tries: 1 }, { step: "approval", effect: "policy", title: two("接続を許可", "Connection allowed"), state: "failed", outcome: "端末管理から応答がありません", tries: 5 }],
    rounds: [{ round: 1, at: D.ago(9000), values: VALUES, shown: SHOWN }], history: [act("request.submitted", two("申請", "Request submitted"), ME.name, 9000), act("request.approved", two("申請の承認完了", "Request approved"), "山﨑 太郎", 100)],
  }),
  ...Array.from({ length: 120 }, (_, index) => made(37 - index, `R7-acc-${String(120 - index).padStart(4, "0")}`, ACCOUNT, { submitter: index % 3 === 0 ? ME : TAKAHASHI, own: index % 3 === 0, state: (["approved", "rejected", "withdrawn"] as const)[index % 3]!, values: { name: "見本 太郎", start: "2026-04-01" }, submitted_at: D.ago(10_000 + index * 500), steps: [step("check", ACCOUNT.steps![0]!.title, { state: "passed", decisions: [{ name: "髙橋 恵子", for_name: null, at: D.ago(9900 + index * 500), note: "" }] })] })),
];
const DEPUTIES: Deputy[] = [
  { id: 1, person: ME, deputy: SUZUKI, from: "2026-01-01", until: "2099-12-31" },
  { id: 2, person: { id: 3, name: "山﨑 太郎" }, deputy: ME, from: "2099-01-04", until: "2099-01-08" },
];
let nextId = 500;

const fold = (text: string) => text.normalize("NFKC").toLowerCase();
const rowOf = (one: FormRequest): RequestRow => {
  const open = one.steps.filter((each) => each.state === "open");
  return { id: one.id, number: one.number, form: one.form, title: one.title, state: one.state, submitter: one.submitter, submitted_at: one.submitted_at, changed_at: one.changed_at ?? one.submitted_at, open: one.state === "running" ? open.map((each) => each.title) : [], due: open.map((each) => each.due).find(Boolean) ?? null };
};
const waits = (one: FormRequest) => one.state === "running" && one.steps.some((each) => each.may_decide);
function get(id: unknown): FormRequest {
  const one = REQUESTS.find((each) => each.id === Number(id));
  if (!one) throw new Refusal(404, "flow.request_not_found", "Not Found", "この申請はないか、見る権限がありません。", "一覧から選び直してください。");
  return one;
}
function seen(id: unknown, body: Record<string, unknown>): FormRequest {
  const one = get(id);
  if (one.version !== body["version"]) throw new Refusal(409, "flow.version_conflict", "Conflict", "ほかの人が先に変更しました。", "最新の内容を読み込んで、もう一度行ってください。");
  return one;
}
function refuse(faults: [string, string][]): void {
  if (faults.length > 0) throw new Refusal(422, "schema.invalid", "Unprocessable Content", "直すところがあります。", undefined, faults.map(([path, message]) => ({ path, code: "schema.missing", message })));
}
const now = () => new Date().toISOString().replace(/\.\d+Z/, "Z");
function check(form: Form, values: Record<string, string>): void {
  const faults: [string, string][] = [];
  for (const field of form.fields ?? []) {
    const value = values[field.id] ?? "";
    if (field.type === "integer" && value && !/^-?\d+$/.test(value)) faults.push([field.id, "数字で書いてください。"]);
    if (field.required && !value && !field.when) faults.push([field.id, "必要です。"]);
    if (field.id === "serial" && /^x+$/i.test(value)) faults.push([field.id, "この製造番号は使えません。"]);
  }
  refuse(faults);
}
const called = (values: Record<string, string>): Record<string, string> => ({
  ...(values["boss"] ? { boss: D.PEOPLE.find((one) => one.id === Number(values["boss"]))?.name ?? "" } : {}),
  ...(values["pc"] ? { pc: D.DEVICES[Number(values["pc"]) - 1]?.name ?? "" } : {}),
});

export function requestRoutes(): Record<string, (ask: Ask) => unknown> {
  return {
    "GET /forms": () => ({ items: FORMS.map(({ fields: _, steps, ...rest }) => ({ ...rest, steps: (steps ?? []).map(({ id, title }) => ({ id, title })) })) }),
    "GET /forms/{form}": ({ params }) => {
      const form = FORMS.find((one) => one.id === params["form"]);
      if (!form) throw new Refusal(404, "flow.form_not_found", "Not Found", "この申請書はありません。");
      return form;
    },
    "GET /forms/{form}/fields/{field}/rows": ({ query }) => ({ items: D.DEVICES.filter((one) => fold(one.name).includes(fold(query.get("q") ?? ""))).slice(0, 20).map((one) => ({ id: one.id, name: one.name, note: "" })) }),
    "GET /colleagues": ({ query }) => ({ items: D.PEOPLE.filter((one) => fold(`${one.name}${one.login}${one.kana ?? ""}`).includes(fold(query.get("q") ?? ""))).map((one) => ({ id: one.id, name: one.name, note: one.organisation ?? "" })) }),
    "GET /requests": ({ query }) => {
      const view = query.get("view");
      const all = REQUESTS.filter((one) => (view === "mine" ? one.own : view === "waiting" ? waits(one) : true) && (!query.get("form") || one.form === query.get("form")) && (!query.get("state") || one.state === query.get("state")) && fold(`${one.number}${one.submitter.name}${Object.values(one.values).join(" ")}`).includes(fold(query.get("q") ?? "")));
      const start = Number(query.get("cursor") ?? 0);
      const limit = Number(query.get("limit") ?? 50);
      return { items: all.slice(start, start + limit).map(rowOf), next: start + limit < all.length ? String(start + limit) : null };
    },
    "POST /requests": ({ body }) => {
      const form = FORMS.find((one) => one.id === body["form"])!;
      const values = body["values"] as Record<string, string>;
      check(form, values);
      const one = made(++nextId, `R8-new-${nextId}`, form, { submitter: ME, own: true, submitted_at: now(), values, shown: called(values), steps: usbSteps("reception").map((each) => ({ ...each, may_decide: false })), rounds: [{ round: 1, at: now(), values, shown: called(values) }], history: [{ at: now(), who: ME.name, kind: "request.submitted", words: two("申請", "Request submitted"), step: null, note: "" }] });
      REQUESTS.unshift(one);
      return one;
    },
    "GET /requests/{id}": ({ params }) => get(params["id"]),
    "POST /requests/{id}/decision": ({ params, body }) => {
      const one = seen(params["id"], body);
      const at = one.steps.find((each) => each.id === body["step"])!;
      const values = (body["values"] ?? {}) as Record<string, string>;
      const note = String(body["note"] ?? "");
      if (body["decision"] === "approve") refuse((FORMS.find((form) => form.id === one.form)?.steps?.find((each) => each.id === at.id)?.fills ?? []).filter((field) => field.required && !values[field.id]).map((field) => [field.id, "必要です。"]));
      else if (!note.trim()) throw new Refusal(422, "flow.reason_missing", "Unprocessable Content", "理由がありません。");
      at.state = body["decision"] === "approve" ? "passed" : body["decision"] === "reject" ? "rejected" : "sent_back";
      at.may_decide = false;
      at.decisions = [{ name: ME.name, for_name: null, at: now(), note }];
      if (body["decision"] !== "approve") one.state = body["decision"] === "reject" ? "rejected" : "sent_back";
      Object.assign(one.values, values);
      one.version++;
      return one;
    },
    "POST /requests/{id}/withdrawal": ({ params, body }) => { const one = seen(params["id"], body); one.state = "withdrawn"; one.version++; return one; },
    "POST /requests/{id}/submission": ({ params, body }) => {
      const one = seen(params["id"], body);
      const values = Object.fromEntries(Object.entries({ ...one.values, ...(body["values"] as Record<string, string>) }).filter((pair): pair is [string, string] => typeof pair[1] === "string"));
      check(FORMS.find((form) => form.id === one.form)!, values);
      one.round = (one.round ?? 1) + 1;
      one.rounds = [...(one.rounds ?? []), { round: one.round, at: now(), values, shown: called(values) }];
      Object.assign(one, { state: "running", values, shown: called(values), version: one.version + 1, steps: usbSteps("reception").map((each) => ({ ...each, may_decide: false })) });
      return one;
    },
    "POST /requests/{id}/route": ({ params, body }) => { const one = seen(params["id"], body); const at = one.steps.find((each) => each.id === body["step"])!; Object.assign(at, { role: null, person: D.PEOPLE.find((each) => each.id === body["person"])?.name ?? "", may_decide: false }); one.version++; return one; },
    "POST /requests/{id}/effects": ({ params, body }) => { const one = seen(params["id"], body); for (const effect of one.effects ?? []) if (effect.effect === body["effect"]) Object.assign(effect, { state: "pending", outcome: null }); one.version++; return one; },
    "GET /deputies": () => ({ items: DEPUTIES }),
    "POST /deputies": ({ body }) => {
      if (String(body["until"]) < String(body["from"])) throw new Refusal(422, "flow.deputy_dates", "Unprocessable Content", "終わりの日が、はじめの日より前です。", "日付を直してください。");
      const one = { id: ++nextId, person: ME, deputy: { id: Number(body["deputy"]), name: D.PEOPLE.find((each) => each.id === Number(body["deputy"]))?.name ?? "" }, from: String(body["from"]), until: String(body["until"]) };
      DEPUTIES.push(one);
      return one;
    },
    "DELETE /deputies/{id}": ({ params }) => { DEPUTIES.splice(DEPUTIES.findIndex((one) => one.id === Number(params["id"])), 1); },
    "POST /attachments": () => ({ id: ++nextId, name: "許可書.pdf", size: 1234, type: "application/pdf" }),
  };
}
