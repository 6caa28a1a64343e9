// A tour of the screens on the real server, by role and by label only, as people and screen readers find things.
// Started by tour_test.sh inside the collector's namespace. Last line: N passed, N failed, N skipped.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { totp } from "./steps.mjs";

const [link, run] = process.argv.slice(2);
const top = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");
const fromScreens = createRequire(`${top}/ui/package.json`);
const { chromium } = fromScreens("playwright-core");
const axe = readFileSync(fromScreens.resolve("axe-core/axe.min.js"), "utf8");
const base = new URL(link).origin;
const pictures = process.env.PICTURES ?? "";
const PASSWORD = "yagura no ichiban taka 7";
const NEW_PASSWORD = "yagura no niban taka 8";

let passed = 0;
let failed = 0;
const faults = [];

function lab(...words) {
  const done = spawnSync("nsenter", [`--net=${process.env.HOST_NET}`, `${top}/lab/${words[0]}`, ...words.slice(1)], { encoding: "utf8", timeout: 60_000 });
  assert.equal(done.status, 0, `lab/${words.join(" ")}: ${done.stderr}`);
  return done.stdout;
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
async function person(size = { width: 1440, height: 900 }) {
  const context = await browser.newContext({ viewport: size, ignoreHTTPSErrors: true, acceptDownloads: true, reducedMotion: "reduce", locale: "ja-JP" });
  context.setDefaultTimeout(12_000);
  context.on("weberror", (fault) => faults.push(String(fault.error())));
  return { context, page: await context.newPage() };
}
const admin = await person();
const { page } = admin;

async function step(name, work) {
  const began = Date.now();
  try {
    await work();
    passed += 1;
    console.log(`ok      ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
    return true;
  } catch (fault) {
    failed += 1;
    console.log(`FAILED: ${name}: ${String(fault.stack ?? fault).slice(0, 1500)}`);
    console.log(`    on the page: ${(await page.getByRole("main").innerText({ timeout: 2_000 }).catch(String)).replace(/\s+/g, " ").slice(0, 1200)}`);
    if (pictures) await page.screenshot({ path: `${pictures}/failed-${failed}.png` }).catch(() => undefined);
    return false;
  }
}

const main = (name) => page.getByRole("heading", { level: 1, name });
const button = (name, within = page) => within.getByRole("button", { name });
const dialog = () => page.getByRole("dialog");
const said = (text) => page.getByRole("status").getByText(text).first().waitFor();
const go = async (path, title) => {
  await page.goto(base + path);
  await (title ? main(title) : page.getByRole("heading", { level: 1 })).waitFor();
};
/** A dialog that is done is gone, and the focus is back in the page, on a thing that can be used. */
async function gone() {
  await dialog().waitFor({ state: "hidden" });
  assert.notEqual(await page.evaluate(() => document.activeElement?.tagName), "DIALOG");
}
async function soon(seconds, look) {
  for (const end = Date.now() + seconds * 1000; ;) {
    const there = await look().catch(() => undefined);
    if (there) return there;
    assert.ok(Date.now() < end, `not within ${seconds} s`);
    await new Promise((done) => setTimeout(done, 300));
  }
}
const api = (path) => page.evaluate((asked) => fetch(`/api/v1${asked}${asked.includes("?") ? "&" : "?"}contract=matsusaka`).then((answer) => answer.json()), path);
const local = (at) => new Date(at.getTime() + 9 * 3_600_000).toISOString();

/** From a one-time link to the first page; answers the secret of the authenticator. */
async function setUp(tab, address) {
  await tab.goto(address);
  await tab.getByLabel("パスワード", { exact: false }).first().fill(PASSWORD);
  await tab.getByLabel("パスワード（確認）").fill(PASSWORD);
  await tab.keyboard.press("Enter");
  const secret = (await tab.locator("form code").first().innerText()).trim();
  await tab.getByLabel("認証コード").fill(totp(secret));
  await tab.keyboard.press("Enter");
  await tab.getByLabel("控えました").check();
  await tab.getByRole("button", { name: "Yagura を始める" }).click();
  await tab.getByRole("heading", { level: 1, name: "きょう" }).waitFor();
  return secret;
}

const known = {};
await step("the printed link sets the first administrator up", async () => { known.secret = await setUp(page, link); });
await step("a fault in the network shows itself on Today and gets its incident", async () => {
  await soon(40, async () => (await api("/devices?limit=50")).items.filter((one) => one.state === "up").length === 11);
  lab("fault", "fan-trap", "dc-core-a");
  // Nothing is loaded again by hand: the page hears of it.
  await page.getByRole("row").filter({ hasText: "dc-core-a" }).first().waitFor({ timeout: 20_000 });
  const alert = await soon(20, async () => (await api("/alerts")).items.find((one) => one.kind === "fan-failed" && one.incident));
  known.alert = alert.id;
  known.incident = alert.incident;
});
await step("the alert says in words what was seen; it is acknowledged and commented", async () => {
  await go(`/alerts/${known.alert}`);
  await button("確認済みにする").click();
  await said("確認済みにしました");
  await page.getByRole("textbox", { name: /コメント/ }).fill("ファンの音を確認中");
  await button("コメントを書き込む").click();
  await page.getByText("ファンの音を確認中").first().waitFor();
});
await step("the incident began with a mail to the operators, not with a failure", async () => {
  await go(`/incidents/${known.incident}`);
  const mails = await soon(15, async () => lab("mail-sink", "list").includes("operators@noc.example"));
  assert.ok(mails);
  assert.equal(await page.getByText("連絡失敗").count(), 0, "no contact failed");
  const file = readdirSync(`${process.env.LAB_DIR}/mail/new`).map((name) => readFileSync(`${process.env.LAB_DIR}/mail/new/${name}`, "utf8"))[0];
  const text = Buffer.from(file.split(/\r?\n\r?\n/).slice(1).join(""), "base64").toString("utf8");
  assert.match(text, /検知：\d{4}-\d\d-\d\d（[日月火水木金土]）\d{1,2}:\d\d/);
  assert.match(text, /重要度：/);
});
await step("a call of the phone list is recorded", async () => {
  await page.getByRole("tab", { name: /^連絡/ }).click();
  await button("電話の結果を記録する").first().click();
  await dialog().getByLabel("つながった").check();
  await dialog().getByLabel("話した内容").fill("担当者が承知");
  await button("電話の結果を記録する", dialog()).click();
  await said("電話の結果を記録しました");
  await gone();
  await page.getByText("応答あり").first().waitFor();
});
await step("first, interim and final report: a hole is pointed at, a draft is kept, the rest is submitted", async () => {
  await page.getByRole("tab", { name: /^報告/ }).click();
  for (const [kind, title] of [["first", "第一報"], ["interim", "中間報告"], ["final", "最終報告"]]) {
    const part = page.locator("section").filter({ has: page.getByRole("heading", { level: 3, name: title }) }).last();
    await part.getByRole("button", { name: /^書く/ }).click();
    const fields = part.getByRole("textbox");
    if (kind === "first") {
      await button("この内容で提出する", part).click();
      await part.getByText("提出するには、この欄を書いてください。").first().waitFor();
    }
    await fields.first().waitFor();
    for (let at = 0; at < await fields.count(); at += 1) await fields.nth(at).fill(`${title}の内容 ${at + 1}`);
    if (kind === "interim") {
      await button("下書きを保存する", part).click();
      await said("下書きを保存しました");
    }
    await button("この内容で提出する", part).click();
    await part.getByText("提出済み").waitFor();
  }
});
await step("an event starts the recovery clock; pausing and resuming it moves it", async () => {
  for (const [event, state] of [["現地作業開始", "running"], ["中断（本市の了承）", "paused"], ["再開", "running"]]) {
    await button("できごとを記録する").click();
    await dialog().getByLabel(event, { exact: true }).check();
    await button("できごとを記録する", dialog()).click();
    await gone();
    await soon(8, async () => (await api(`/incidents/${known.incident}`)).clocks.find((one) => one.rule === "recovery")?.state === state);
  }
});
await step("the clock explains itself in a sentence", async () => {
  await button("数え方を見る").first().click();
  await dialog().getByText(/検知・連絡受付」から30分以内/).waitFor();
  const text = await dialog().innerText();
  assert.doesNotMatch(text, /\b(every|detected|first_reported|handling_started)\b/);
  await page.keyboard.press("Escape");
  await gone();
  assert.match(await page.evaluate(() => document.activeElement?.textContent ?? ""), /数え方を見る/, "the focus came back");
});
await step("it is handed over to maintenance", async () => {
  await button("保守へ引き継ぐ").click();
  await dialog().getByLabel("引き継ぎ先").fill("架空保守サービス");
  await dialog().getByLabel("引き継ぐ理由").fill("ファンの交換が必要");
  await dialog().getByLabel("先方の受付番号").fill("R-1234");
  await button("保守へ引き継ぐ", dialog()).click();
  await said("保守へ引き継ぎました");
  await page.getByText("架空保守サービス R-1234").waitFor();
});
await step("an incident that missed its deadline is closed only with the reasons", async () => {
  await go("/incidents", "窓口");
  assert.match(page.url(), /\/tickets\?kind=incident%2Cfault&phase=open/, "the desk's list, of incidents and faults");
  await page.getByRole("link", { name: "受け付ける" }).click();
  await main("インシデントを起票する").waitFor();
  await page.getByLabel("件名").fill("窓口から連絡：印刷できない");
  await page.getByLabel("重大度").selectOption("major");
  const then = local(new Date(Date.now() - 5 * 3_600_000));
  await page.getByLabel("検知した時刻 日付").fill(then.slice(0, 10));
  await page.getByLabel("検知した時刻 時刻").fill(then.slice(11, 16));
  await button("受け付ける", page.locator("form")).click();
  await main("窓口から連絡：印刷できない").waitFor();
  await page.getByText("理由が未記入").first().waitFor();
  await button("インシデントを完了する").click();
  const reasons = dialog().getByLabel(/間に合わなかった理由/);
  await reasons.nth(1).waitFor(); // first report and arrival
  for (let at = 0; at < await reasons.count(); at += 1) await reasons.nth(at).fill("連絡を受けたのが遅かったため");
  await dialog().getByLabel("完了の理由").fill("用紙の補給で復旧");
  await button("インシデントを完了する", dialog()).click();
  await said("インシデントを完了しました");
  await gone();
  await button("インシデントを再開する").waitFor();
});
await step("a call is taken in: who it is and what came before is looked up as one types", async () => {
  await go("/tickets", "窓口");
  await page.keyboard.press("n");
  await main("電話・メールを受け付ける").waitFor();
  await page.getByRole("combobox", { name: /かけてきた人・機器を探す/ }).pressSequentially("dc-core");
  const wanted = page.getByRole("option", { name: /dc-core-a/ });
  await wanted.waitFor();
  await page.waitForTimeout(500); // the list for the last letter may come after one that has it, too
  await soon(5, async () => (await wanted.getAttribute("aria-selected")) === "true" || void (await page.keyboard.press("ArrowDown")));
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "dc-core-a のこれまで" }).waitFor();
  await page.getByLabel("連絡者の名前").fill("髙橋 花子");
  await page.getByLabel("件名").fill("表計算の使い方がわからない");
  await button("受け付ける", page.locator("form")).click();
  await main("表計算の使い方がわからない").waitFor();
  known.inquiry = Number(new URL(page.url()).pathname.split("/").at(-1));
  await page.getByText("髙橋 花子").first().waitFor();
});
await step("the list is walked and worked by keys, and kept as a view", async () => {
  await go("/tickets", "窓口");
  await page.getByRole("row", { name: /表計算/ }).waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("o");
  await said("1 件を自分の担当にしました");
  await page.keyboard.press("?");
  await dialog().getByText("次の行へ").waitFor();
  await page.keyboard.press("Escape");
  await gone();
  await page.keyboard.press("/");
  await page.keyboard.type("使い方");
  await page.waitForURL(/q=/);
  await soon(10, async () => (await page.getByRole("row").count()) === 2);
  await button("この見方を保存する").click();
  await dialog().getByLabel("見方の名前").fill("使い方の問合せ");
  await button("この見方を保存する", dialog()).click();
  await said("見方を保存しました");
  await page.getByRole("link", { name: "使い方の問合せ" }).waitFor();
});
await step("a repair goes its way on the board", async () => {
  await go("/tickets/new");
  await page.getByLabel("修理", { exact: true }).check();
  await page.getByLabel("件名").fill("ノート PC の画面が割れた");
  await button("受け付ける", page.locator("form")).click();
  await main("ノート PC の画面が割れた").waitFor();
  await button("できごとを記録する").click();
  await dialog().getByLabel("障害内容の切り分け").check();
  await button("できごとを記録する", dialog()).click();
  await gone();
  await go("/tickets/board", "修理の進み具合");
  await page.getByRole("region", { name: "切り分け済み" }).getByRole("link", { name: /画面が割れた/ }).waitFor();
});
await step("a silence is registered and ended", async () => {
  await go("/silences", "静観");
  await button("静観を登録する").click();
  await dialog().getByRole("combobox", { name: /機器を加える/ }).pressSequentially("fire");
  await dialog().getByRole("option", { name: /fire-rt1/ }).waitFor();
  await page.keyboard.press("Enter");
  await dialog().getByLabel("理由").fill("計画停電のため");
  await button("静観を登録する", dialog()).click();
  await said("静観を登録しました");
  await button("いま終わらせる").click();
  await button("いま終わらせる", dialog()).click();
  await said("静観を終わらせました");
});
await step("a sender of traps that nobody knew is accepted", async () => {
  const device = (await api("/devices?limit=50")).items.find((one) => one.name === "west-rt1");
  await go(`/ledgers/devices/${device.id}`, "west-rt1");
  const engine = page.getByLabel(/エンジン ?ID/);
  known.engine = await engine.inputValue();
  assert.ok(known.engine, "the ledger knew the engine");
  await engine.fill("");
  await button("変更を保存する").click();
  await said("保存しました");
  lab("fault", "trap-source-unset", "west-rt1");
  await go("/refused", "未承認の通知");
  await soon(30, async () => {
    await page.reload();
    await main("未承認の通知").waitFor();
    return page.getByText(known.engine).first().isVisible();
  });
  await button("この機器として受け入れる").first().click();
  const chosen = dialog().getByRole("combobox", { name: /台帳の機器/ });
  await soon(5, async () => (await chosen.inputValue()) === "west-rt1"); // suggested by its address
  await button("この機器として受け入れる", dialog()).click();
  await said("受け入れました");
});
await step("a file is imported by its plan, and undone", async () => {
  const file = `${run}/sites.csv`;
  writeFileSync(file, "拠点名,種別\n架空支所,branch\n,branch\n");
  await go("/ledgers/sites/import", "ファイルから取り込む");
  await page.getByLabel(/CSV のファイル/).setInputFiles(file);
  await button("取り込むと何が起きるか確かめる").click();
  await button("この計画どおりに取り込む").waitFor();
  await page.getByText("取り込めない行は飛ばします。").first().waitFor();
  await button("この計画どおりに取り込む").click();
  await page.getByText("取り込みました").first().waitFor();
  const count = async () => (await api("/ledgers/sites/rows?q=架空支所")).items.length;
  assert.equal(await count(), 1);
  await button("この取り込みを元に戻す").click();
  await button("この取り込みを元に戻す", dialog()).click();
  await page.getByText("元に戻しました").first().waitFor();
  assert.equal(await count(), 0);
});
await step("the supervisor is registered, comes in by her link, and approves an operator", async () => {
  await go("/people", "利用者と名簿");
  for (const [name, login, role] of [["架空 監子", "kanko", "city_supervisor"], ["架空 操太", "sota", "operator"]]) {
    await button("利用者を登録する").click();
    await dialog().getByLabel("氏名").fill(name);
    await dialog().getByLabel("利用者名").fill(login);
    await dialog().getByLabel("メールアドレス").fill(`${login}@city.example`);
    await dialog().getByLabel("役割").selectOption(role);
    await button("利用者を登録する", dialog()).click();
    await said(`${name} さんを登録し、名簿へ届け出ました。`);
    await gone();
  }
  const row = (name) => page.getByRole("row").filter({ hasText: name });
  await row("架空 操太").getByText("承認待ち").waitFor();
  await button(/開始リンクを作る/, row("架空 監子")).click();
  await button("開始リンクを作る", dialog()).click();
  const invitation = await dialog().getByText(/\/setup#/).innerText();
  await page.keyboard.press("Escape");
  // The contract asks for two papers of an operator: until they are there, nobody can approve him.
  await page.goto(`${base}/people?tab=roster`);
  await row("架空 操太").getByText("守秘誓約書：未提出").waitFor();
  await button(/書類を登録する/, row("架空 操太")).click();
  await dialog().locator("input[type=date]").first().waitFor();
  for (const day of await dialog().locator("input[type=date]").all()) await day.fill("2026-04-01");
  await button("登録する", dialog()).click();
  await said("書類を登録しました");
  await gone();
  const her = await person();
  await setUp(her.page, base + new URL(invitation).pathname + new URL(invitation).hash);
  await her.page.goto(`${base}/people?tab=roster`);
  await her.page.getByRole("button", { name: "承認する" }).first().click();
  await her.page.getByRole("dialog").getByRole("button", { name: "承認する" }).click();
  await her.page.getByRole("row").filter({ hasText: "架空 操太" }).getByText("承認済み").waitFor();
  await her.context.close();
});
await step("password, authenticator, recovery codes and tokens are changed", async () => {
  await go("/account", "自分の設定");
  const panel = (title) => page.locator("section").filter({ has: page.getByRole("heading", { level: 2, name: title, exact: true }) }).last();
  const secret = panel("パスワード");
  await secret.getByLabel("いまのパスワード").fill(PASSWORD);
  await secret.getByLabel("新しいパスワード").fill(NEW_PASSWORD);
  await secret.getByLabel("パスワード（確認）").fill(NEW_PASSWORD);
  await button("パスワードを変える").click();
  await said("パスワードを変えました");
  await button("新しい認証アプリを登録する").click();
  await dialog().getByLabel("いまのパスワード").fill(NEW_PASSWORD);
  // The code of the set-up may be the one that is shown still, and serves once; the next one is good already.
  await dialog().getByLabel("認証コード").fill(totp(known.secret, Date.now() + 30_000));
  await button("次へ進む", dialog()).click();
  await dialog().getByText("QR コードを読み取り").waitFor();
  known.secret = (await dialog().locator("code").first().innerText()).trim();
  await dialog().getByLabel("認証コード").fill(totp(known.secret));
  await button("この認証アプリを登録する", dialog()).click();
  const first = await dialog().locator("li").first().innerText();
  await dialog().getByLabel("控えました").check();
  await button("閉じる", dialog()).last().click();
  // The app's code has just been used.
  await button("回復コードを作り直す").click();
  await dialog().getByLabel("いまのパスワード").fill(NEW_PASSWORD);
  await dialog().getByRole("radio", { name: "回復コード" }).check();
  await dialog().getByLabel("回復コード", { exact: false }).last().fill(first.trim());
  await button("回復コードを作り直す", dialog()).click();
  known.recovery = (await dialog().locator("li").first().innerText()).trim();
  await dialog().getByLabel("控えました").check();
  await button("閉じる", dialog()).last().click();
  await button("API トークンを作る").click();
  await dialog().getByLabel("使いみち").fill("集計用");
  await dialog().getByLabel("監視の画面を見る").check();
  await button("API トークンを作る", dialog()).click();
  await dialog().getByText("この文字列は一度だけ表示されます").waitFor();
  await page.keyboard.press("Escape");
  await button(/無効にする.*集計用/).click();
  await said("API トークンを無効にしました");
});
await step("signing out and in again with the new password and a recovery code", async () => {
  await page.getByRole("button", { name: "サインアウト" }).first().click();
  await page.getByLabel("利用者名").fill("admin");
  await page.getByLabel("パスワード").fill(NEW_PASSWORD);
  await page.keyboard.press("Enter");
  await button(/回復コードを使う/).click();
  await page.getByLabel("回復コード").fill(known.recovery);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1 }).filter({ hasNotText: "認証コード" }).first().waitFor();
});
await step("the report of the running month says that it is partial, and is downloaded", async () => {
  await go("/reports", "報告書");
  await page.getByLabel("対象の月").selectOption({ index: 0 });
  await page.getByText("この月はまだ終わっていません").waitFor();
  await button("報告書を作る").click();
  const word = page.getByRole("link", { name: "Word" }).first();
  await word.waitFor({ timeout: 30_000 });
  const [download] = await Promise.all([page.waitForEvent("download"), word.click()]);
  await download.saveAs(`${run}/report.docx`);
  const text = spawnSync("/usr/bin/python3", ["-c", "import sys,zipfile; print(zipfile.ZipFile(sys.argv[1]).read('word/document.xml').decode())", `${run}/report.docx`], { encoding: "utf8", maxBuffer: 1 << 26 }).stdout;
  assert.match(text, /途中経過/);
  assert.match(text, /までの集計/);
});
await step("people's logs are searched for a purpose, which the journal keeps", async () => {
  await go("/logs", "ログを探す");
  await page.getByRole("combobox", { name: "探すことば" }).fill("usr:tanaka");
  await page.getByText("1 文字目").waitFor();
  await page.getByRole("combobox", { name: "探すことば" }).fill("利用者:tanaka から:先週");
  await page.getByText("こう読み取りました").waitFor();
  await page.getByRole("heading", { name: /見る目的を教えてください/ }).waitFor();
  await page.getByLabel("案件番号など").fill("第31号");
  await button("この目的で探す").click();
  await page.getByText("当てはまる記録はありません").waitFor();
  // What is typed becomes one entry, once the typing has rested.
  const entry = page.getByText("職員のログを検索").first();
  for (let left = 10, seen = false; !seen && left > 0; --left) {
    await go("/journal", "操作の記録");
    seen = await entry.waitFor({ timeout: 2000 }).then(() => true, () => false);
  }
  await entry.waitFor();
});
await step("in English, the incident speaks English", async () => {
  await page.evaluate(() => localStorage.setItem("yagura.language", "en"));
  await go(`/incidents/${known.incident}`, /dc-core-a .*fan/i);
  const list = page.getByRole("list", { name: "Time line" });
  await list.getByRole("listitem").first().waitFor();
  const lines = (await list.innerText()).split("\n").filter((line) => /監視オペレーター|情報システム課へ|第一報$|駆け付け・作業開始|ファン.*故障/.test(line));
  assert.deepEqual(lines, []);
  await button("See how it was counted").first().click();
  await dialog().getByText(/within 30 min of “Detected or called in”/).waitFor();
  await page.keyboard.press("Escape");
});

const PAGES = ["/", "/map", "/devices", `/devices/${(await api("/devices?limit=50")).items.find((one) => one.name === "dc-core-a")?.id}`, "/alerts", `/alerts/${known.alert}`,
  "/incidents", `/incidents/${known.incident}`, `/incidents/${known.inquiry}`, "/tickets", "/tickets/new", "/tickets/board", "/inquiries", "/silences", "/contacts", "/refused", "/work", "/work?view=board", "/work?view=campaigns", "/work?view=visits", "/work?view=notices", "/ledgers", "/ledgers/issues?view=year", "/ledgers/devices", "/ledgers/devices/import", "/reports",
  "/deliverables", "/deliverables?view=calendar", "/deliverables?view=year", `/deliverables/${(await api("/deliverables?limit=1")).items[0].id}`, "/passwords", "/passwords?view=releases", "/erasures",
  "/people", "/people?tab=roster", "/journal", "/logs", "/credentials", "/status", "/account"];
if (pictures) mkdirSync(pictures, { recursive: true });
for (const [language, width] of [["ja", 1440], ["en", 390], ...(pictures ? [["ja", 390], ["en", 1440]] : [])])
  await step(`every page is accessible and fits (${language}, ${width})`, async () => {
    await page.setViewportSize({ width, height: width > 1000 ? 900 : 844 });
    await page.evaluate((chosen) => localStorage.setItem("yagura.language", chosen), language);
    const wrong = [];
    for (const path of PAGES) {
      await go(path);
      await page.waitForFunction(() => !document.querySelector("main [aria-busy=true], main [data-loading]"));
      await page.waitForTimeout(pictures ? 1_200 : 350); // fonts, graphs and the map's layout come after the data
      await page.evaluate(axe);
      const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }).then((all) => all.violations
        .filter((one) => one.impact === "serious" || one.impact === "critical").map((one) => `${one.id}: ${one.nodes[0].html.slice(0, 140)}`)));
      wrong.push(...found.map((one) => `${path} ${one}`));
      const cut = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (cut > 0) wrong.push(`${path} is ${cut} px too wide`);
      if (pictures) await page.screenshot({ path: `${pictures}/${path.replace(/\d{6,}/, "one").replace(/[/?=]+/g, "_").replace(/^_/, "") || "today"}-${language}-${width}.png`, fullPage: true });
    }
    assert.deepEqual(wrong, []);
  });
await step("no script failed on the way", () => assert.deepEqual(faults, []));

await browser.close();
console.log(`${passed} passed, ${failed} failed, 0 skipped`);
