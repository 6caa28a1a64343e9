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
