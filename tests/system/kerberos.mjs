// The button of the sign-in page in Chromium, at a PC of the domain (KRB5CCNAME) that the city's policy lets send tickets here,
// and at one that it does not. Started by kerberos.py: ADDRESS FOLDER SECRET_OF_THE_AUTHENTICATOR.
// Last line: N passed, N failed.
import assert from "node:assert/strict";
import { chromium as options, count, fromScreens, pictures, stepsOn, totp } from "./steps.mjs";

const [base, run, secret] = process.argv.slice(2);
const { chromium } = fromScreens("playwright-core");
let page;
const step = stepsOn(() => page);
// A profile of its own: in private windows Chromium sends no ticket, and it loads GSS-API from the start after the one at which it was
// first asked for a ticket.
async function at(args, work, language = "ja-JP", width = 1440) {
  const context = await chromium.launchPersistentContext(`${run}/profile`, {
    ...options("--ignore-certificate-errors", ...args),
    viewport: { width, height: 844 }, ignoreHTTPSErrors: true, reducedMotion: "reduce", locale: language, env: { ...process.env, HOME: run },
  });
  try {
    context.setDefaultTimeout(15_000);
    page = await context.newPage();
    await page.goto(`${base}/`);
    await work();
  } finally {
    await context.close();
  }
}
const picture = (name) => (pictures ? page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true }) : undefined);
const allowed = [`--auth-server-allowlist=${new URL(base).hostname}`];

await step("a PC that may not: it is said, and the password is still there", () => at([], async () => {
  await page.getByRole("button", { name: "市役所の PC でサインイン" }).click();
  await page.getByText("Kerberos チケット").waitFor();
  await page.getByLabel("利用者名").waitFor();
  await picture("refused-ja-1440");
}));
if (pictures) {
  for (const [language, width] of [["ja-JP", 390], ["en-GB", 390], ["en-GB", 1440]])
    await step(`pictures ${language} ${width}`, () => at([], async () => {
      if (language !== "ja-JP") await page.getByText("English", { exact: true }).click();
      await page.getByRole("button", { name: language === "ja-JP" ? "市役所の PC でサインイン" : "Sign in with this city PC" }).click();
      await page.getByText("Kerberos").first().waitFor();
      await picture(`refused-${language}-${width}`);
      if (language !== "ja-JP") await page.getByText("日本語", { exact: true }).click(); // the profile keeps it
    }, language, width));
}
await step("asked for the first time", () => at(allowed, async () => {
  await page.getByRole("button", { name: "市役所の PC でサインイン" }).click();
  await page.getByText("Kerberos チケット").or(page.getByRole("heading", { name: "認証コードの入力" })).first().waitFor();
  await page.context().clearCookies();
}));
await step("a PC that may send tickets: one press, then the code", () => at(allowed, async () => {
  await page.getByRole("button", { name: "市役所の PC でサインイン" }).waitFor();
  await picture("sign-in-ja-1440");
  await page.getByRole("button", { name: "市役所の PC でサインイン" }).click();
  await page.getByRole("heading", { name: "認証コードの入力" }).waitFor();
  await page.waitForTimeout(30_000 - (Date.now() % 30_000) + 1_000);
  await page.getByLabel("認証コード（6 桁）").fill(totp(secret));
  await page.getByRole("button", { name: "サインインする" }).click();
  await page.getByRole("heading", { name: "認証コードの入力" }).waitFor({ state: "detached" });
  const session = await page.evaluate(async () => (await fetch("/api/v1/session")).json());
  assert.equal(session.account.login, "taro");
  if (pictures) {
    await page.goto(`${base}/account`);
    await page.getByText("市の AD").first().waitFor();
    await picture("account-ja-1440");
  }
}));
console.log(`${count.passed} passed, ${count.failed} failed`);
process.exitCode = count.failed ? 1 : 0;
