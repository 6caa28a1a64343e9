// What people do with the screens, by keyboard where it matters.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { launch, open, PAGES, serve } from "./browser.mjs";

let server;
let browser;
let context;
const page = (name) => PAGES.find((one) => one.name === name);
const tab = (name, options) => open(context, server.base, typeof name === "string" ? page(name) : name, options);

before(async () => {
  server = await serve();
  browser = await launch();
  context = await browser.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

test("the first load stays under 200 KB", async () => {
  const folder = new URL("../dist/", import.meta.url);
  const html = await readFile(new URL("index.html", folder), "utf8");
  const files = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)].map((match) => match[1]);
  const sizes = await Promise.all(files.map(async (file) => gzipSync(await readFile(new URL(file, folder))).length));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  console.log(`first load ${(total / 1024).toFixed(0)} KB gzipped in ${files.length} files`);
  assert.ok(files.length > 0 && total < 200 * 1024, `${total} bytes`);
  assert.ok((await readdir(new URL("assets/", folder))).some((file) => file.startsWith("map-page")), "the map is a part of its own");
  assert.doesNotMatch(html, /<script(?![^>]*src=)|<style|style=/, "nothing inline");
});

test("sign in with a wrong password, then the right one and the second factor", async () => {
  const view = await tab("sign-in");
  await view.getByLabel("利用者名").fill("nakamura");
  await view.getByLabel("パスワード").fill("wrong");
  await view.keyboard.press("Enter");
  await view.getByRole("alert").getByText("利用者名かパスワードが違います。").waitFor();
  await view.getByLabel("パスワード").fill("correct horse battery");
  await view.keyboard.press("Enter");
  await view.getByLabel("認証コード").fill("000000");
  await view.keyboard.press("Enter");
  await view.getByRole("alert").getByText("認証コードが違います").waitFor();
  await view.getByRole("button", { name: /回復コードを使う/ }).click();
  await view.getByLabel("回復コード").fill("7KQM-92XT");
  await view.keyboard.press("Enter");
  await view.getByRole("heading", { level: 1, name: "きょう" }).waitFor();
  await view.close();
});

test("a one-time link leads to password, QR code and recovery codes that must be kept", async () => {
  const view = await tab("setup");
  await view.getByLabel("パスワード", { exact: false }).first().fill("a long pass phrase");
  const next = view.getByRole("button", { name: "パスワードを決めて次へ進む" });
  assert.ok(await next.isDisabled(), "one password is not enough");
  await view.getByLabel("パスワード（確認）").fill("another phrase");
  await view.getByText("2 つのパスワードが違います。").waitFor();
  await view.getByLabel("パスワード（確認）").fill("a long pass phrase");
  await next.click();
  await view.getByRole("img", { name: /QR/ }).waitFor();
  await view.getByLabel("認証コード").fill("123456");
  await view.keyboard.press("Enter");
  await view.getByText("7KQM-92XT").waitFor();
  const start = view.getByRole("button", { name: "Yagura を始める" });
  assert.ok(await start.isDisabled(), "not before the codes are kept");
  await view.getByLabel("控えました").check();
  await start.click();
  await view.getByRole("heading", { level: 1 }).waitFor();
  await view.close();
});

test("own passkeys: which work, which do not and why; renamed and removed", async () => {
  const view = await tab("account");
  const one = (name) => view.getByRole("listitem").filter({ hasText: name });
  await one("前のアドレスで登録した鍵").getByText("別のアドレス用").waitFor();
  await one("セキュリティキー").getByText("停止中").waitFor();
  assert.equal(await view.getByRole("button", { name: "パスキーを登録する" }).count(), 0, "not where they cannot work");
  await one("職場のパソコン").getByRole("button", { name: /^名前を変える/ }).click();
  await view.getByRole("dialog").getByLabel("パスキーの名前").fill("机の鍵");
  await view.keyboard.press("Enter");
  await view.getByRole("dialog").waitFor({ state: "hidden" });
  await one("職場のパソコン").getByRole("button", { name: /^削除/ }).click();
  const proof = view.getByRole("dialog");
  await proof.getByLabel("いまのパスワード").fill("correct horse battery");
  await proof.getByLabel("認証コード").fill("123456");
  await proof.getByRole("button", { name: "パスキーを削除する" }).click();
  await view.getByRole("status").getByText("パスキーを削除しました").first().waitFor();
  await view.close();
});

test("a used link says so", async () => {
  const view = await tab({ path: "/setup#used", session: "signed_out", ready: "[role=alert]" });
  await view.getByText("このリンクは使えません").first().waitFor();
  await view.close();
});

test("the keyboard alone: skip link, rows, opening an alert", async () => {
  const view = await tab("alerts");
  assert.equal(await view.evaluate(() => document.activeElement?.tagName), "H1", "a page begins at its heading");
  const skip = view.getByRole("link", { name: "本文へ移動" });
  assert.equal(await view.locator("a, button, input, select").first().getAttribute("href"), "#content", "the skip link comes first");
  await skip.focus();
  assert.ok((await skip.boundingBox()).width > 40, "and is seen while it has the focus");
  await view.keyboard.press("Enter");
  await view.waitForFunction(() => document.activeElement?.id === "content");
  await view.locator("tbody tr[tabindex='0']").focus();
  await view.keyboard.press("ArrowDown");
  await view.waitForFunction(() => document.activeElement?.getAttribute("aria-rowindex") === "3");
  await view.keyboard.press("Enter");
  await view.waitForURL(/\/alerts\/8999$/);
  await view.waitForFunction(() => document.activeElement?.tagName === "H1");
  await view.close();
});

test("3,000 alerts: few rows in the document, more fetched while scrolling", async () => {
  const view = await tab("alerts");
  assert.ok((await view.locator("tbody tr[data-index]").count()) < 60);
  const scroller = view.locator("table").locator("xpath=..");
  for (let round = 0; round < 12; round++) {
    await scroller.evaluate((box) => box.scrollTo(0, box.scrollHeight));
    await view.waitForTimeout(120);
  }
  const last = await view.locator("tbody tr[data-index]").last().getAttribute("data-index");
  assert.ok(Number(last) > 300, `reached row ${last}`);
  assert.ok((await view.locator("tbody tr[data-index]").count()) < 60);
  await view.close();
});

test("filters live in the address", async () => {
  const view = await tab("alerts");
  await view.getByLabel("重大度").selectOption("critical");
  await view.waitForURL(/severity=critical/);
  await view.waitForFunction(() => [...document.querySelectorAll("tbody tr[data-index]")].every((row) => row.textContent.includes("重大")));
  await view.close();
});

test("silences: what is missing is said, what is registered stands on every screen", async () => {
  const view = await tab("silence-new");
  const dialog = view.getByRole("dialog");
  await dialog.getByLabel("理由").fill("試験");
  await dialog.getByRole("button", { name: "静観を登録する" }).click();
  await dialog.getByText("機器か拠点を 1 つ以上選んでください。").waitFor();
  const device = dialog.getByRole("combobox", { name: "機器を加える" });
  await device.fill("BR-003");
  await dialog.getByRole("option", { name: /BR-003/ }).waitFor();
  await device.press("Enter");
  await dialog.getByRole("list", { name: "選んだ機器" }).getByText(/BR-003/).waitFor();
  await dialog.getByRole("button", { name: "静観を登録する" }).click();
  await dialog.waitFor({ state: "hidden" });
  await view.getByRole("region", { name: "静観" }).getByText(/静観中 2 件/).waitFor();
  await view.close();
});

test("an incident whose deadline was missed asks for the reason before it closes", async () => {
  const view = await tab({ path: "/incidents/503", ready: "main h1" });
  await view.getByRole("button", { name: "インシデントを完了する" }).click();
  const dialog = view.getByRole("dialog");
  await dialog.getByLabel(/完了の理由/).fill("回線の復旧を確認した");
  await dialog.getByLabel(/間に合わなかった理由/).fill("連絡網の番号が古かったため");
  await dialog.getByRole("button", { name: "インシデントを完了する" }).click();
  await dialog.waitFor({ state: "hidden" });
  await view.getByRole("button", { name: "インシデントを再開する" }).waitFor();
  await view.close();
});

test("a report cannot be submitted with a required part missing", async () => {
  const view = await tab("incident");
  await view.getByRole("tab", { name: /報告/ }).click();
  await view.getByRole("button", { name: /書く ?最終報告/ }).click();
  await view.getByRole("button", { name: "この内容で提出する" }).click();
  assert.equal(await view.getByText("提出するには、この欄を書いてください。").count(), 3);
  await view.close();
});

test("recording a call takes it off the list", async () => {
  const view = await tab("contacts");
  const buttons = view.getByRole("button", { name: "電話の結果を記録する" });
  const before = await buttons.count();
  await buttons.first().click();
  await view.getByRole("dialog").getByRole("button", { name: "電話の結果を記録する" }).click();
  await view.waitForFunction((count) => document.querySelectorAll("main ol > li button").length < count, before);
  await view.close();
});

test("import: plan, exactly that, undo", async () => {
  const view = await tab("import");
  await view.getByLabel(/Excel/).setInputFiles({ name: "機器一覧.csv", mimeType: "text/csv", buffer: Buffer.from("名前,IP アドレス\n") });
  await view.getByRole("button", { name: "取り込むと何が起きるか確かめる" }).click();
  await view.getByRole("progressbar").waitFor();
  await view.getByText("IP アドレスの形ではありません。").first().waitFor({ timeout: 10_000 });
  await view.getByRole("button", { name: "この計画どおりに取り込む" }).click();
  await view.getByText("取り込みました", { exact: true }).waitFor({ timeout: 10_000 });
  await view.getByRole("button", { name: "この取り込みを元に戻す" }).click();
  await view.getByRole("dialog").getByRole("button", { name: "この取り込みを元に戻す" }).click();
  await view.getByText("元に戻しました", { exact: true }).waitFor({ timeout: 10_000 });
  await view.close();
});

test("a ledger row: only what changed is sent, the server's fault stands at its field", async () => {
  const view = await tab("record");
  const sent = [];
  view.on("request", (request) => { if (request.method() === "PATCH") sent.push(request.postDataJSON()); });
  await view.getByLabel(/^IP アドレス/).fill("not an address");
  await view.getByRole("button", { name: "変更を保存する" }).click();
  await view.getByText("IP アドレスの形ではありません。").waitFor();
  await view.getByLabel(/^IP アドレス/).fill("10.25.0.66");
  await view.getByRole("button", { name: "変更を保存する" }).click();
  await view.getByText("保存しました").waitFor();
  assert.deepEqual(sent.map((body) => body.fields), [{ address: "not an address" }, { address: "10.25.0.66" }]);
  assert.equal(sent[0].version, 3);
  await view.close();
});

test("a report is made with progress and can be downloaded", async () => {
  const view = await tab("reports");
  await view.getByRole("button", { name: "報告書を作る" }).click();
  await view.getByRole("progressbar").waitFor();
  await view.getByText(/の報告書ができました/).waitFor({ timeout: 10_000 });
  const [file] = await Promise.all([view.waitForEvent("download"), view.getByRole("link", { name: "Word" }).first().click()]);
  assert.equal(await file.failure(), null);
  await view.close();
});

test("graphs: three ranges, and the values as a table", async () => {
  const view = await tab("device");
  await view.getByRole("tab", { name: "グラフ" }).click();
  await view.locator("canvas").first().waitFor();
  const asked = view.waitForRequest((request) => request.url().includes("/series") && Date.parse(new URL(request.url()).searchParams.get("to")) - Date.parse(new URL(request.url()).searchParams.get("from")) === 90 * 86_400_000);
  await view.getByRole("button", { name: "90 日" }).click();
  await asked;
  await view.getByText("グラフの値を表で見る").first().click();
  assert.ok((await view.locator("figure table tbody tr").count()) > 100);
  await view.close();
});

test("accepting a refused sender takes it off the list", async () => {
  const view = await tab("refused");
  const before = await view.locator("tbody tr").count();
  await view.getByRole("button", { name: "この機器として受け入れる" }).first().click();
  await view.getByRole("dialog").getByRole("button", { name: "この機器として受け入れる" }).click();
  await view.waitForFunction((count) => document.querySelectorAll("tbody tr").length < count, before);
  await view.close();
});

test("the language switch changes the words and the document", async () => {
  const view = await tab("today");
  await view.getByRole("button", { name: "English" }).click();
  await view.getByRole("heading", { level: 1, name: "Today" }).waitFor();
  assert.equal(await view.evaluate(() => document.documentElement.lang), "en");
  assert.match(await view.title(), /^Today/);
  await view.close();
});

test("an auditor is shown no button that would be refused", async () => {
  const view = await tab({ path: "/alerts/8999?contract=sample", ready: "pre" });
  assert.equal(await view.getByRole("button", { name: "確認済みにする" }).count(), 0);
  assert.equal(await view.getByRole("link", { name: "利用者と名簿" }).count(), 0);
  assert.equal(await view.getByRole("link", { name: "操作の記録" }).count(), 1);
  await view.getByLabel("契約").selectOption("matsusaka");
  await view.getByRole("link", { name: "利用者と名簿" }).waitFor();
  await view.close();
});

test("a session that ended leads to sign-in, and says why", async () => {
  const view = await tab("alerts");
  await view.route(/\/api\/v1\/alerts\?/, (route) => route.fulfill({ status: 401, contentType: "application/problem+json", body: JSON.stringify({ title: "x", code: "web.signed_out" }) }));
  await view.request.get(`${server.base}/api/v1/dev-session?dev-session=signed_out`);
  await view.getByLabel("重大度").selectOption("minor");
  await view.getByText("サインインの期限が切れました。").waitFor();
  await view.close();
});

// ---- requests ---------------------------------------------------------------------------------------------------
const choose = async (view, label, typed, option) => {
  const box = view.getByRole("combobox", { name: label });
  await box.fill(typed);
  await view.getByRole("option", { name: option }).first().waitFor();
  await box.press("Enter");
};

test("a request: fields that come and go, faults beside them, and nothing typed is lost", async () => {
  const view = await tab("request-new");
  await view.getByRole("link", { name: /この申請書を書く ?外部媒体/ }).click();
  await view.getByRole("heading", { level: 1, name: "外部媒体の接続申請" }).waitFor();
  const route = view.getByRole("list", { name: "承認の流れ" });
  assert.equal(await view.getByLabel(/^製造番号/).count(), 0, "not asked for before the kind is known");
  await view.getByRole("radio", { name: "USB メモリ" }).check();
  await view.getByLabel(/^製造番号/).fill("XX");
  assert.equal(await route.getByText("この内容では行いません").count(), 0);
  await view.getByRole("radio", { name: "デジタルカメラ" }).check();
  assert.equal(await view.getByLabel(/^製造番号/).count(), 0);
  await route.getByText("この内容では行いません").waitFor();
  await view.getByRole("radio", { name: "USB メモリ" }).check();
  assert.equal(await view.getByLabel(/^製造番号/).inputValue(), "XX", "what was hidden is still there");
  await view.getByLabel(/^本数/).fill("３");
  await view.getByLabel(/^3 本以上必要な理由/).waitFor();

  await view.getByRole("button", { name: "この内容で申請する" }).click();
  const summary = view.getByRole("alert").filter({ hasText: "か所を直してください" });
  await summary.getByText("送れませんでした。3 か所を直してください").waitFor();
  await view.waitForFunction(() => document.activeElement?.getAttribute("role") === "alert");
  await summary.getByRole("link", { name: "承認者" }).click();
  await view.waitForFunction(() => document.activeElement?.getAttribute("role") === "combobox");
  await choose(view, /^承認者/, "山", /山﨑/);
  await route.getByText("山﨑 太郎").waitFor();
  await choose(view, /^接続するパソコン/, "BR-006", /BR-006/);
  await view.getByLabel(/^3 本以上必要な理由/).fill("三つの課で使うため");
  await view.getByLabel(/^許可書の写し/).setInputFiles({ name: "許可書.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF") });
  await view.getByText("添付済み：許可書.pdf").waitFor();
  await view.getByRole("group", { name: "庁舎の外" }).or(view.getByRole("radiogroup", { name: /庁舎の外/ })).getByRole("radio", { name: "いいえ" }).check();

  await view.reload();
  await view.getByText("前回の書きかけを表示しています").waitFor();
  assert.equal(await view.getByRole("combobox", { name: /^承認者/ }).inputValue(), "山﨑 太郎");
  await view.getByText("添付済み：許可書.pdf").waitFor();
  await view.getByRole("button", { name: "この内容で申請する" }).click();
  await view.getByText("この製造番号は使えません。").first().waitFor();
  assert.equal(await view.getByLabel(/^製造番号/).getAttribute("aria-invalid"), "true", "the server's fault stands at its field");
  assert.equal(await view.getByLabel(/^3 本以上必要な理由/).inputValue(), "三つの課で使うため");
  await view.getByLabel(/^製造番号/).fill("AX-9");
  assert.equal(await view.getByText("この製造番号は使えません。").count(), 0, "gone as soon as it is corrected");
  const sent = view.waitForRequest((request) => request.method() === "POST" && request.url().includes("/requests"));
  await view.getByRole("button", { name: "この内容で申請する" }).click();
  const { values } = (await sent).postDataJSON();
  assert.deepEqual([values.kind, values.serial, values.count, values.boss, values.pc, values.outside], ["usb_memory", "AX-9", "3", "3", "6", "false"]);
  await view.waitForURL(/\/requests\/\d+$/);
  await view.getByText("三つの課で使うため").first().waitFor();
  assert.equal(await view.evaluate(() => Object.keys(sessionStorage).filter((key) => key.startsWith("yagura.draft")).length), 0);
  await view.close();
});

test("a decision: a reason for sending back, the step's own field, and the count goes down", async () => {
  const view = await tab({ path: "/requests?view=waiting", ready: "table tbody tr" });
  assert.equal(await view.getByRole("link", { name: /^申請 ?（判断待ち 2 件）/ }).count(), 1);
  await view.getByRole("link", { name: /R8-usb-0041/ }).click();
  await view.getByText("この申請は、あなたの判断を待っています").waitFor();
  await view.getByRole("link", { name: "判断の欄へ進む" }).click();
  await view.waitForFunction(() => document.activeElement?.getAttribute("type") === "radio");
  await view.getByRole("button", { name: "判断する" }).click();
  await view.getByText("どれか 1 つを選んでください。").waitFor();
  await view.getByRole("radio", { name: /差し戻す/ }).check();
  await view.getByRole("button", { name: "差し戻す" }).click();
  await view.getByText("理由を書いてください。").waitFor();
  await view.getByRole("radio", { name: /承認する/ }).check();
  await view.getByRole("button", { name: "承認する", exact: true }).click();
  await view.getByText("送れませんでした。1 か所を直してください").waitFor();
  await view.getByRole("radio", { name: "検出なし" }).check();
  await view.getByLabel(/^申し送り/).fill("シールを貼りました");
  await view.getByRole("button", { name: "承認する", exact: true }).click();
  await view.getByText("承認しました").waitFor();
  await view.waitForFunction(() => document.activeElement?.tagName === "H1");
  await view.getByRole("list", { name: "承認の流れ" }).getByText("シールを貼りました").waitFor();
  assert.equal(await view.getByText("たったいま、この申請が更新されました").count(), 0, "one's own change is no news");
  await view.getByRole("link", { name: /^申請 ?（判断待ち 1 件）/ }).waitFor();
  await view.close();
});

test("somebody was faster: it is said, nothing is sent twice, and what was written stays", async () => {
  const view = await context.newPage();
  await view.route(/\/api\/v1\/events/, (route) => route.abort());
  await view.goto(`${server.base}/requests/40`);
  await view.getByRole("radio", { name: /却下する/ }).check();
  await view.getByLabel(/^理由/).fill("媒体の種類が違います");
  const other = await view.request.post(`${server.base}/api/v1/requests/40/route?contract=matsusaka`, { data: { version: 1, step: "approval", person: 2, reason: "x" } });
  assert.equal(other.status(), 200);
  await view.getByRole("button", { name: "却下する", exact: true }).click();
  await view.getByText("ほかの人が先にこの申請を動かしました").waitFor();
  await view.getByRole("button", { name: "最新の内容を読み込む" }).click();
  await view.getByRole("list", { name: "承認の流れ" }).getByText("髙橋 恵子").last().waitFor();
  assert.equal(await view.getByLabel(/^理由/).inputValue(), "媒体の種類が違います");
  await view.reload();
  assert.equal(await view.getByLabel(/^理由/).inputValue(), "媒体の種類が違います", "also after a reload");
  await view.close();
});

test("a live change is shown and said", async () => {
  const view = await tab({ path: "/requests/40", ready: "main form" });
  const other = await view.request.post(`${server.base}/api/v1/requests/40/decision?contract=matsusaka`, { data: { version: 2, step: "reception", decision: "approve", values: {} } });
  assert.equal(other.status(), 200);
  await view.getByText("たったいま、この申請が更新されました").waitFor();
  await view.close();
});

test("what was sent back is corrected and handed in again; then withdrawn", async () => {
  const view = await tab("request-sent-back");
  await view.getByText(/鈴木 一郎 さんから：製造番号が台帳と違います/).waitFor();
  await view.getByLabel(/^製造番号/).fill("BX-78");
  await view.getByLabel(/^連絡のつく電話番号/).fill("");
  const sent = view.waitForRequest((request) => request.url().includes("/submission"));
  await view.getByRole("button", { name: "直した内容でもう一度申請する" }).click();
  const { values, version } = (await sent).postDataJSON();
  assert.deepEqual([version, values.serial, values.phone], [4, "BX-78", ""], "what was emptied is said to be empty");
  await view.getByText("もう一度申請しました").waitFor();
  await view.getByText("3 回目の申請").waitFor();
  assert.equal(await view.evaluate(() => Object.keys(sessionStorage).filter((key) => key.startsWith("yagura.draft")).length), 0);
  await view.getByText("変更後BX-78").waitFor();
  await view.getByRole("button", { name: "取り下げる" }).click();
  await view.getByRole("dialog").getByRole("button", { name: "取り下げる" }).click();
  await view.getByRole("dialog").waitFor({ state: "hidden" });
  await view.getByText("取り下げ", { exact: true }).first().waitFor();
  await view.close();
});

test("requests: pages by cursor, and a filter that finds nothing says what to do", async () => {
  const view = await tab({ path: "/requests?view=all", ready: "table tbody tr" });
  const asked = view.waitForRequest((request) => /\/requests\?.*cursor=/.test(request.url()));
  await view.locator("table").locator("xpath=..").evaluate((box) => box.scrollTo(0, box.scrollHeight));
  await asked;
  await view.getByRole("searchbox", { name: "検索" }).fill("どこにもない言葉");
  await view.getByText("あてはまる申請はありません").waitFor();
  await view.getByRole("button", { name: "絞り込みを外す" }).click();
  await view.locator("table tbody tr").first().waitFor();
  await view.close();
});

test("a request on paper: contents and the record of approval, without the screen around it", async () => {
  const view = await tab("request-approved");
  await view.emulateMedia({ media: "print" });
  assert.equal(await view.getByRole("button").count(), 0);
  assert.ok(await view.getByText("承認の記録").isVisible());
  assert.ok(await view.getByRole("cell", { name: "髙橋 恵子（森 花子 さんの代理）" }).isVisible());
  const paper = await view.pdf({ preferCSSPageSize: true });
  const boxes = [...paper.toString("latin1").matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)];
  assert.ok(boxes.length > 0 && boxes.every(([, width, height]) => Math.round(width) === 595 && Math.round(height) === 842), "A4");
  assert.equal(boxes.length, 1, "one sheet, none empty");
  await view.close();
});

test("a deputy is named for certain days and taken back", async () => {
  const view = await tab("deputies");
  await view.getByRole("button", { name: "この人に代理を頼む" }).click();
  await view.getByText("人と日付をすべて選んでください。").waitFor();
  await choose(view, /^代わりに判断する人/, "髙橋", /髙橋/);
  await view.getByLabel(/^はじめの日/).fill("2098-02-02");
  await view.getByLabel(/^終わりの日/).fill("2098-02-01");
  await view.getByRole("button", { name: "この人に代理を頼む" }).click();
  await view.getByText("終わりの日が、はじめの日より前です。").waitFor();
  await view.getByLabel(/^終わりの日/).fill("2098-02-05");
  await view.getByRole("button", { name: "この人に代理を頼む" }).click();
  await view.getByText("2098/02/02 から 2098/02/05 まで").waitFor();
  await view.getByRole("button", { name: /代理をやめる ?髙橋/ }).click();
  await view.getByRole("dialog").getByRole("button", { name: "代理をやめる" }).click();
  await view.waitForFunction(() => !document.body.textContent.includes("2098/02/02"));
  await view.close();
});

test("a clerk who may only ask sees his requests on Today, and nothing that would be refused", async () => {
  const view = await context.newPage();
  const refused = [];
  view.on("response", (answer) => { if (answer.status() >= 400) refused.push(answer.url()); });
  await view.goto(`${server.base}/?contract=clerk`);
  await view.getByRole("link", { name: "新しく申請する" }).waitFor();
  assert.equal(await view.getByRole("link", { name: "アラート" }).count(), 0);
  await view.getByRole("link", { name: /^申請/ }).first().click();
  await view.getByRole("tab", { name: "自分の申請" }).waitFor();
  assert.equal(await view.getByRole("tab", { name: "すべての申請" }).count(), 0);
  assert.equal(await view.getByText("自動更新が止まっています").count(), 0, "no alarm about what is not for him");
  assert.deepEqual(refused, []);
  await view.close();
});

test("logs: an example to click, the meaning beneath, a purpose said once, details, time line", async () => {
  const view = await tab("logs");
  await view.getByRole("button", { name: "目的を変える" }).click();
  await view.getByRole("button", { name: /今週、USB メモリー/ }).click();
  await view.getByRole("heading", { name: /見る目的を教えてください/ }).waitFor();
  assert.equal(await view.locator("table[aria-rowcount]").count(), 0, "nothing is shown before");
  await view.getByLabel("障害の原因調査").check();
  await view.getByLabel("案件番号など").fill("第31号");
  await view.getByRole("button", { name: "この目的で探す" }).click();
  await view.getByText("目的: 障害の原因調査 第31号").waitFor();
  await view.getByText("こう読み取りました").waitFor();
  await view.locator("table[aria-rowcount] tbody tr[data-index]").first().waitFor();
  await view.getByRole("button", { name: /^詳しく/ }).first().click();
  const dialog = view.getByRole("dialog");
  await dialog.getByRole("tab", { name: "前後の記録" }).click();
  await dialog.locator("li.font-bold").waitFor();
  await dialog.getByRole("tab", { name: "項目" }).click();
  await dialog.getByRole("button", { name: "時系列（人）" }).click();
  await view.getByText(/^人「.+」の時系列$/).waitFor();
  assert.match(view.url(), /subject=person/);
  const times = await view.locator("table[aria-rowcount] tbody tr[data-index] .tabular").allTextContents();
  assert.deepEqual(times.slice(0, 5), times.slice(0, 5).toSorted(), "a time line begins with the oldest");
  await view.getByRole("button", { name: "時系列をやめる" }).click();
  await view.close();
});

test("logs: typing finds, completes by the keyboard and says where it cannot be read", async () => {
  const view = await tab("logs");
  const box = view.getByRole("combobox", { name: "探すことば" });
  await box.click();
  await box.pressSequentially("tana", { delay: 20 });
  await view.waitForURL(/q=tana$/, { timeout: 5_000 });
  await view.getByText(/^全部で/).waitFor();
  await box.pressSequentially("ka us", { delay: 20 });
  await view.getByRole("option", { name: /user:/ }).waitFor();
  await view.keyboard.press("ArrowDown");
  await view.keyboard.press("Enter");
  assert.equal(await box.inputValue(), "tanaka user:");
  await box.fill("usr:tanaka");
  await view.locator("mark").getByText("usr").waitFor();
  await view.getByText("1 文字目").waitFor();
  assert.equal(await box.getAttribute("aria-invalid"), "true");
  assert.doesNotMatch(view.url(), /usr/, "what cannot be read is not searched");
  await view.close();
});

test("logs: facets, chart and counts narrow the search", async () => {
  const view = await tab("logs-found");
  const total = async () => Number((await view.getByText(/^全部で/).textContent()).replaceAll(/\D/g, ""));
  const all = await total();
  await view.getByRole("button", { name: /^usb-copy\s*で絞る/ }).click();
  await view.waitForURL(/usb-copy/);
  await view.waitForFunction((n) => Number(document.querySelector("figcaption .tabular")?.textContent.replaceAll(/\D/g, "")) < n, all);
  await view.getByRole("combobox", { name: "探すことば" }).fill("tanaka");
  await view.keyboard.press("Enter");
  await view.waitForURL(/q=tanaka$|q=tanaka&/);
  await view.getByText(/^全部で/).waitFor();
  const chart = await view.locator(".u-over").boundingBox();
  await view.mouse.move(chart.x + chart.width * 0.4, chart.y + 40);
  await view.mouse.down();
  await view.mouse.move(chart.x + chart.width * 0.6, chart.y + 40, { steps: 5 });
  await view.mouse.up();
  await view.waitForURL(/from=20\d\d.*to=20\d\d/);
  await view.getByLabel("期間").getByRole("option", { name: "図で選んだ期間" }).waitFor({ state: "attached" });
  // The same by the keyboard.
  await view.getByLabel("期間").selectOption({ label: "指定なし" });
  await view.waitForURL((url) => !url.search.includes("from"));
  await view.getByText("数字で見る").click();
  await view.getByRole("button", { name: "この期間に絞る" }).first().click();
  await view.waitForURL(/from=20\d\d/);
  await view.close();
});

test("logs: kept under a name, exported with its proof", async () => {
  const view = await tab("logs-found");
  await view.getByRole("button", { name: "この検索を保存" }).click();
  await view.getByRole("dialog").getByLabel("名前").fill("田中さんの操作");
  await view.keyboard.press("Enter");
  await view.getByRole("dialog").waitFor({ state: "hidden" });
  await view.getByRole("button", { name: "ファイルに書き出す" }).click();
  const dialog = view.getByRole("dialog");
  await dialog.getByLabel(/CSV/).check();
  await dialog.getByLabel("目的").fill("監査への対応 第2号");
  await dialog.getByRole("button", { name: "書き出す", exact: true }).click();
  await dialog.getByText(/監査記録/).nth(1).waitFor({ timeout: 8_000 });
  await dialog.getByRole("link", { name: "ダウンロード" }).first().waitFor();
  await view.keyboard.press("Escape");
  await view.getByRole("button", { name: "条件を消す" }).click();
  await view.getByRole("button", { name: /田中さんの操作/ }).first().waitFor();
  await view.getByRole("button", { name: "「田中さんの操作」を削除" }).click();
  await view.getByRole("button", { name: /田中さんの操作/ }).first().waitFor({ state: "detached" });
  await view.close();
});

test("a rule for logs is written with its fault shown at the place, saved with a reason, switched off and removed", async () => {
  const view = await tab("log-rules");
  await view.getByRole("button", { name: "規則を作る" }).click();
  const form = view.getByRole("region", { name: "規則を作る" });
  await form.getByLabel("条件", { exact: false }).first().fill("kind:syslog colour:red");
  await form.getByLabel("アラートの件名（日本語）").fill("赤い灯");
  await form.getByLabel("識別子").fill("red-lamp");
  await form.getByRole("button", { name: "保存する…" }).click();
  await view.getByRole("dialog").getByLabel("理由").fill("点検で必要になった");
  await view.getByRole("dialog").getByRole("button", { name: "保存する" }).click();
  await form.locator("input[aria-invalid=true]").waitFor();
  assert.equal(await form.locator("input[aria-invalid=true]").inputValue(), "kind:syslog colour:red");
  await form.getByLabel("条件", { exact: false }).first().fill("kind:syslog lamp");
  await form.getByRole("button", { name: "保存する…" }).click();
  await view.getByRole("dialog").getByLabel("理由").fill("点検で必要になった");
  await view.getByRole("dialog").getByRole("button", { name: "保存する" }).click();
  const row = view.getByRole("row").filter({ hasText: "red-lamp" });
  await row.getByText("画面で作成").waitFor();
  await row.getByRole("button", { name: "「赤い灯」を変える" }).click();
  const act = async (open, done) => {
    await view.getByRole("region", { name: "「赤い灯」を変える" }).getByRole("button", { name: open, exact: true }).click();
    await view.getByRole("dialog").getByLabel("理由").fill("灯を外した");
    await view.getByRole("dialog").getByRole("button", { name: open, exact: true }).click();
    await view.getByText(done).first().waitFor();
  };
  await act("使わない", "規則を使わないようにしました");
  await row.getByText("使っていません").waitFor();
  await row.getByRole("button", { name: "「赤い灯」の履歴" }).click();
  await view.getByRole("dialog").getByText("理由: 灯を外した").waitFor();
  await view.keyboard.press("Escape");
  await row.getByRole("button", { name: "「赤い灯」を変える" }).click();
  await act("削除する", "規則を削除しました");
  await row.waitFor({ state: "detached" });
  await view.close();
});

test("of two who change a rule at once the second is told, and keeps what was typed", async () => {
  const [first, second] = [await tab("log-rules"), await tab("log-rules")];
  for (const view of [first, second]) await view.getByRole("button", { name: "「インターフェースのダウン」を変える" }).click();
  for (const [view, severity] of [[first, "critical"], [second, "info"]]) {
    await view.getByLabel("重大度").selectOption(severity);
    await view.getByRole("button", { name: "保存する…" }).click();
    await view.getByRole("dialog").getByLabel("理由").fill("見直し");
    await view.getByRole("dialog").getByRole("button", { name: "保存する" }).click();
  }
  await first.getByText("規則を保存しました").first().waitFor();
  await second.getByRole("dialog").getByText("開いている間に").waitFor();
  await second.keyboard.press("Escape");
  assert.equal(await second.getByLabel("重大度").inputValue(), "info");
  await first.getByRole("button", { name: "「インターフェースのダウン」を変える" }).click();
  await first.getByRole("button", { name: "元に戻す" }).click();
  await first.getByRole("dialog").getByLabel("理由").fill("元のままでよい");
  await first.getByRole("dialog").getByRole("button", { name: "元に戻す" }).click();
  await first.getByText("元の規則に戻しました").first().waitFor();
  await first.close();
  await second.close();
});

test("a trial of a rule of people's logs asks for its purpose itself", async () => {
  const view = await tab("log-rules");
  await view.request.delete(`${server.base}/api/v1/log-search/purpose`);
  await view.getByRole("button", { name: "「USB メモリーへの大量の書き出し」を試す" }).click();
  await view.getByRole("button", { name: "この目的で探す" }).click();
  await view.getByText("件のアラートになっていました").waitFor();
  await view.close();
});
