// Passkeys in Chromium, with its virtual authenticator in the place of a finger: set-up, both ways to sign in, the own
// list, and what must be refused. Started by passkeys.py: ADDRESS LINK. Last line: N passed, N failed.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { chromium as options, count, fromScreens, pictures as PICTURES, stepsOn, totp } from "./steps.mjs";

const [base, link] = process.argv.slice(2);
const { ADMIN_COOKIE, ADMIN_RECOVERY, ADMIN_SECRET, PASSWORD, PORT } = process.env;
const { chromium } = fromScreens("playwright-core");
const axe = readFileSync(fromScreens.resolve("axe-core/axe.min.js"), "utf8");

const sleep = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

const browser = await chromium.launch(options("--ignore-certificate-errors"));
const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ignoreHTTPSErrors: true, reducedMotion: "reduce", locale: "ja-JP" });
context.setDefaultTimeout(12_000);
const faults = [];
context.on("weberror", (fault) => faults.push(String(fault.error())));
const page = await context.newPage();
const step = stepsOn(() => page);
const key = await context.newCDPSession(page);
await key.send("WebAuthn.enable");
const { authenticatorId } = await key.send("WebAuthn.addVirtualAuthenticator", {
  options: { protocol: "ctap2", ctap2Version: "ctap2_1", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
});
const credentials = async () => (await key.send("WebAuthn.getCredentials", { authenticatorId })).credentials;
const button = (name, within = page) => within.getByRole("button", { name });
const heading = (name) => page.getByRole("heading", { level: 1, name }).waitFor();
const dialog = () => page.getByRole("dialog");
async function picture(name) {
  if (!PICTURES) return;
  // Under a dialog the language cannot be changed.
  if (await dialog().isVisible()) {
    for (const width of [390, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      await page.screenshot({ path: `${PICTURES}/${name}-${width}.png` });
    }
    return;
  }
  for (const [language, other] of [["ja", "English"], ["en", "日本語"]]) {
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 900 });
      await page.screenshot({ path: `${PICTURES}/${name}-${width}-${language}.png`, fullPage: true });
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.getByRole("button", { name: other }).first().click();
    await sleep(1);
  }
}
async function accessible() {
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }).then((all) => all.violations.filter((one) => one.impact === "serious" || one.impact === "critical").map((one) => `${one.id}: ${one.nodes[0].html.slice(0, 140)}`)));
  assert.deepEqual(found, []);
}
/** Tries to sign in are counted by address: a pause lets some through again. */
async function signedOut() {
  await sleep(7);
  await context.clearCookies();
  await page.goto(base);
  await heading("サインイン");
}
const giveName = async () => {
  await page.getByLabel("利用者名").fill("jiro");
  await page.getByLabel("パスワード").fill(PASSWORD);
  await button("次へ進む").click();
};

await step("set-up with a passkey in place of the authenticator app", async () => {
  await page.goto(base + link.slice(link.indexOf("/setup")));
  await page.getByLabel("パスワード", { exact: false }).first().fill(PASSWORD);
  await page.getByLabel("パスワード（確認）").fill(PASSWORD);
  await button("パスワードを決めて次へ進む").click();
  await button("認証アプリの代わりにパスキーを登録する").waitFor();
  await picture("setup");
  await accessible();
  await button("認証アプリの代わりにパスキーを登録する").click();
  await page.getByLabel("控えました").check();
  await button("Yagura を始める").click();
  await heading("きょう");
  const [made, ...more] = await credentials();
  assert.equal(more.length, 0);
  assert.equal(made.rpId, "localhost");
  assert.equal(made.isResidentCredential, true);
});
await step("sign-in with the passkey alone", async () => {
  await signedOut();
  await picture("sign-in");
  await accessible();
  await button("パスキーでサインイン").click();
  await heading("きょう");
});
await step("password, then the passkey as second factor; nobody is asked for digits he does not have", async () => {
  await signedOut();
  await giveName();
  await heading("パスキーの確認");
  assert.equal(await page.getByLabel("認証コード").count(), 0);
  await picture("second-factor");
  await accessible();
  await button("パスキーを使う").click();
  await heading("きょう");
});
await step("a user who is not verified does not get in by the passkey alone", async () => {
  await signedOut();
  await key.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
  await button("パスキーでサインイン").click();
  await page.getByText("パスキーが使われませんでした").waitFor();
  await key.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: true });
});
await step("at the address as a number the button is not there", async () => {
  await context.clearCookies();
  await page.goto(`https://127.0.0.1:${PORT}/`);
  await heading("サインイン");
  assert.equal(await button("パスキーでサインイン").count(), 0);
});
await step("the own list: the last second factor stays, a name can be changed", async () => {
  await signedOut();
  await button("パスキーでサインイン").click();
  await heading("きょう");
  await page.goto(`${base}/account`);
  await heading("自分の設定");
  await page.getByText("最初に登録した端末").first().waitFor();
  await button("名前を変える").click();
  await dialog().getByLabel("パスキーの名前").fill("次郎のパソコン");
  await button("名前を変える", dialog()).click();
  await dialog().waitFor({ state: "hidden" });
  await page.getByText("次郎のパソコン").first().waitFor();
  await button(/^削除/).click();
  await dialog().getByLabel("いまのパスワード").fill(PASSWORD);
  assert.equal(await dialog().getByRole("radio").count(), 2, "a passkey or a recovery code: there is no app");
  await picture("proof");
  await accessible();
  await button("パスキーを削除する", dialog()).click();
  await dialog().getByText("最後に残った 2 段階目の手段なので").waitFor();
  await button("やめる", dialog()).click();
  await picture("account");
  await accessible();
});
await step("a copied passkey is noticed by its counter and stopped", async () => {
  const [mine] = await credentials();
  await key.send("WebAuthn.removeCredential", { authenticatorId, credentialId: mine.credentialId });
  await key.send("WebAuthn.addCredential", { authenticatorId, credential: { ...mine, signCount: 0 } });
  await signedOut();
  await button("パスキーでサインイン").click();
  await page.getByRole("alert").getByText("複製されたおそれがあるため").waitFor();
  await key.send("WebAuthn.removeCredential", { authenticatorId, credentialId: mine.credentialId });
  await key.send("WebAuthn.addCredential", { authenticatorId, credential: { ...mine, signCount: 1000 } });
  await sleep(7);
  await button("パスキーでサインイン").click();
  await page.getByRole("alert").getByText("複製されたおそれがあるため").waitFor();
});
await step("beside the authenticator app: made behind password and code", async () => {
  await key.send("WebAuthn.clearCredentials", { authenticatorId });
  await sleep(7);
  await context.clearCookies();
  const [name, value] = [ADMIN_COOKIE.slice(0, ADMIN_COOKIE.indexOf("=")), ADMIN_COOKIE.slice(ADMIN_COOKIE.indexOf("=") + 1)];
  await context.addCookies([{ name, value, url: base, secure: true, httpOnly: true, sameSite: "Strict" }]);
  await page.goto(`${base}/account`);
  await heading("自分の設定");
  await button("パスキーを登録する").click();
  await dialog().getByLabel("パスキーの名前").fill("管理者の鍵");
  await dialog().getByLabel("いまのパスワード").fill(PASSWORD);
  await dialog().getByLabel("認証コード").fill("000000");
  await button("この端末に登録する", dialog()).click();
  await dialog().getByText("コードが違います").waitFor();
  // The code of the set-up serves once; the next one is good already.
  await dialog().getByLabel("認証コード").fill(totp(ADMIN_SECRET, Date.now() + 30_000));
  await button("この端末に登録する", dialog()).click();
  await dialog().waitFor({ state: "hidden" });
  await page.getByText("管理者の鍵").first().waitFor();
  await picture("account-app");
});
await step("another app only behind a second factor; the passkey is one, a recovery code serves once", async () => {
  await page.goto(`${base}/account`);
  await heading("自分の設定");
  const begin = async (way, value) => {
    await button("新しい認証アプリを登録する").click();
    await dialog().getByLabel("いまのパスワード").fill(PASSWORD);
    await dialog().getByLabel(way).check();
    if (value) await dialog().getByLabel("回復コード", { exact: false }).last().fill(value);
    await button("次へ進む", dialog()).click();
  };
  await begin("パスキー");
  await dialog().getByText("QR コードを読み取り").waitFor();
  await button("やめる", dialog()).click();
  await begin("回復コード", ADMIN_RECOVERY);
  await dialog().getByText("QR コードを読み取り").waitFor();
  await button("やめる", dialog()).click();
  await page.getByText("使っていない回復コード：9 個").waitFor();
  await sleep(7);
  await begin("回復コード", ADMIN_RECOVERY);
  await dialog().getByText("回復コードが違うか、すでに使われています").waitFor();
  await picture("proof-refused");
  await accessible();
  await button("やめる", dialog()).click();
});
await step("both second factors are offered", async () => {
  await sleep(7);
  await context.clearCookies();
  await page.goto(base);
  await page.getByLabel("利用者名").fill("admin");
  await page.getByLabel("パスワード").fill(PASSWORD);
  await button("次へ進む").click();
  await page.getByLabel("認証コード").waitFor();
  await picture("second-factor-both");
  await button("パスキーを使う").click();
  await heading("きょう");
});
await step("no script failed on the way", () => assert.deepEqual(faults, []));
await browser.close();
console.log(`${count.passed} passed, ${count.failed} failed`);
