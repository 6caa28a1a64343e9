// The screen for work on site in Chromium: opened with a connection, used without one, sent when it is back.
// Started by work.py: ADDRESS COOKIE ORDER FOLDER. The network is the loopback device of a namespace of our own.
// Last line: N passed, N failed.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { chromium as options, count, fromScreens, pictures, stepsOn } from "./steps.mjs";

const [base, cookie, order, run] = process.argv.slice(2);
const { chromium } = fromScreens("playwright-core");
const axe = readFileSync(fromScreens.resolve("axe-core/axe.min.js"), "utf8");
process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0"; // the server's own certificate; nothing leaves this namespace

const picture = (name) => (pictures ? page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true }) : undefined);
const network = (state) => assert.equal(spawnSync("ip", ["link", "set", "lo", state]).status, 0);
const asSecond = async (path, body) => {
  const answer = await fetch(`${base}/api/v1${path}?contract=${process.env.CONTRACT}`, {
    method: body ? "POST" : "GET", headers: { Cookie: process.env.SECOND, "X-CSRF-Token": process.env.SECOND_CSRF, "Content-Type": "application/json" }, ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return answer.json();
};

const browser = await chromium.launch(options("--ignore-certificate-errors"));
const context = await browser.newContext({ viewport: { width: 390, height: 844 }, ignoreHTTPSErrors: true, reducedMotion: "reduce", locale: "ja-JP", hasTouch: true });
context.setDefaultTimeout(15_000);
const faults = [];
context.on("weberror", (fault) => faults.push(String(fault.error())));
const [name, value] = [cookie.slice(0, cookie.indexOf("=")), cookie.slice(cookie.indexOf("=") + 1)];
await context.addCookies([{ name, value, url: base, secure: true, httpOnly: true, sameSite: "Lax" }]);
const page = await context.newPage();
const step = stepsOn(() => page);
const item = (title) => page.getByRole("article", { name: title, exact: true });
const press = (title, button) => item(title).getByRole("button", { name: button }).click();
const status = (text) => page.getByRole("status").getByText(text).first().waitFor({ timeout: 30_000 });

await step("it opens on a telephone and takes the work along", async () => {
  await page.goto(`${base}/field`);
  await page.getByRole("heading", { level: 1, name: "現場の作業" }).waitFor();
  await page.getByText("端末の移設").first().waitFor();
  await status("接続中");
  // The shell is kept once the worker is in charge and the page's files are there.
  await page.waitForFunction(async () => {
    await navigator.serviceWorker.ready;
    const kept = await (await caches.open("yagura-shell")).keys();
    return kept.some((one) => one.url.includes("/assets/")) && kept.some((one) => new URL(one.url).pathname === "/");
  }, undefined, { timeout: 30_000 });
  await picture("field-list");
});
await step("it is accessible and fits", async () => {
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }).then((all) => all.violations.filter((one) => one.impact === "serious" || one.impact === "critical").map((one) => `${one.id}: ${one.nodes[0].html.slice(0, 140)}`)));
  assert.deepEqual(found, []);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0);
});
network("down");
await step("without a network it opens again from what it kept", async () => {
  await page.goto(`${base}/field`);
  await page.getByText("端末の移設").first().waitFor({ timeout: 30_000 });
  await status("圏外");
  await page.getByRole("button", { name: "到着した" }).click();
  await status("未送信 1 件");
});
await step("items are ticked off, with a photograph, and wait", async () => {
  await page.getByRole("link", { name: /端末の移設/ }).first().click();
  await page.getByRole("heading", { level: 2, name: "端末の移設" }).waitFor();
  await item("運ぶ").getByText("先に 線を外す を済ませてください").waitFor();
  for (const title of ["線を外す", "運ぶ", "線をつなぐ"]) await press(title, /実施した/);
  await item("新しい IP アドレスを記録").getByLabel("値").fill("10.1.2.3");
  await press("新しい IP アドレスを記録", /^適合/);
  await press("設置の状態（配線・ワイヤーロック）", /^適合/);
  await item("設置の状態（配線・ワイヤーロック）").getByText("写真が必要です").waitFor();
  writeFileSync(`${run}/photo.jpg`, Buffer.from("/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAACf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AVN//2Q==", "base64"));
  await item("設置の状態（配線・ワイヤーロック）").locator("input[type=file]").setInputFiles(`${run}/photo.jpg`);
  await item("設置の状態（配線・ワイヤーロック）").getByRole("button", { name: /写真 1 枚/ }).waitFor();
  await press("設置の状態（配線・ワイヤーロック）", /^適合/);
  await status("未送信 6 件");
  await picture("field-order-offline");
});
await step("what is done survives the page", async () => {
  await page.reload();
  await page.getByRole("heading", { level: 2, name: "端末の移設" }).waitFor({ timeout: 30_000 });
  await status("未送信 6 件");
  await item("運ぶ").getByText("実施した").first().waitFor();
});
network("up");
await step("with the network it is sent by itself", () => status("すべて送信済み"));
await step("somebody else was faster: it is said, and nothing is overwritten", async () => {
  const seen = await asSecond(`/work-orders/${order}`);
  const open = seen.steps.find((one) => one.result === "open");
  assert.equal(open.title.ja, "業務アプリケーションが動く");
  network("down");
  await page.reload();
  await press("業務アプリケーションが動く", /^不適合/);
  await item("業務アプリケーションが動く").getByLabel(/何がどうなっていたか/).fill("遅い");
  await press("業務アプリケーションが動く", /記録する/);
  await status("未送信 1 件");
  network("up");
  const sent = await asSecond(`/work-orders/${order}/steps/${open.seq}`, { version: open.version, result: "ok" });
  // Whoever was first has the step; here it may be either, and the other is told.
  if (sent.code) return assert.equal(sent.code, "desk.work_step_conflict");
  await status("確認が必要 1 件");
  await page.getByRole("button", { name: "送っていない記録" }).click();
  await page.getByText("先に別の人が記録しました").waitFor();
  await picture("field-conflict");
  await page.getByRole("button", { name: "この記録を捨てる" }).click();
  await status("すべて送信済み");
  await item("業務アプリケーションが動く").getByText("適合").first().waitFor();
});
await step("the order is finished and the site left", async () => {
  await page.getByLabel("結果の報告").fill("移設した");
  await page.getByRole("button", { name: "作業を終える" }).click();
  await page.getByText("作業を終えました。").first().waitFor();
  await page.getByRole("link", { name: /一覧へ戻る/ }).click();
  await page.getByRole("button", { name: "退去する" }).click();
  await page.getByRole("button", { name: "退去する" }).click();
  await page.getByText(/退去 ?\d/).first().waitFor(); // until then "all sent" is said of what was before
  await status("すべて送信済み");
});
await step("no script failed on the way", () => assert.deepEqual(faults, []));
await browser.close();
console.log(`${count.passed} passed, ${count.failed} failed`);
