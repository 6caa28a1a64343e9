// A certified issuer (npm oidc-provider), a provider of SAML (npm samlp) and Chromium: from the start link to the first page, and back in. Started by
// sign_on.py: node sign_on.mjs LINK RUN PORT SECRET ADMIN_KEY ADMIN_PASSWORD SAML_LINK SAML_PORT. Last line: N passed, N failed, N skipped. PICTURES=FOLDER keeps pictures.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import https from "node:https";
import { chromium as options, count, fromScreens, pictures, stepsOn, top, totp } from "./steps.mjs";

const [link, run, port, secret, adminKey, adminPassword, samlLink, samlPort] = process.argv.slice(2);
const samlp = fromScreens("samlp");
const { chromium } = fromScreens("playwright-core");
const { Provider } = await import(`${top}/ui/node_modules/oidc-provider/lib/index.js`);
const base = new URL(link).origin;
const issuer = `https://127.0.0.1:${port}`;

const provider = new Provider(issuer, {
  clients: [{ client_id: "yagura", client_secret: secret, redirect_uris: [`${base}/sign-on/real`], response_types: ["code"], grant_types: ["authorization_code"] }],
  pkce: { required: () => true, methods: ["S256"] },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
});
provider.on("server_error", (_, fault) => console.log("issuer:", fault));
provider.on("grant.error", (_, fault) => console.log("issuer refuses a code:", fault.error_detail ?? fault.message));
const server = https.createServer({ key: readFileSync(`${run}/id.key`), cert: readFileSync(`${run}/id.pem`) }, provider.callback());
await new Promise((ready) => server.listen(Number(port), "127.0.0.1", ready));

const browser = await chromium.launch(options());
const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ignoreHTTPSErrors: true, reducedMotion: "reduce", locale: "ja-JP" });
context.setDefaultTimeout(15_000);
const page = await context.newPage();
const step = stepsOn(() => page);
const faults = [];
context.on("weberror", (fault) => faults.push(String(fault.error())));
const addresses = [];
page.on("framenavigated", (frame) => addresses.push(frame.url()));

async function picture(name) {
  if (!pictures) return;
  for (const [size, width, height] of [["wide", 1440, 900], ["narrow", 390, 844]]) {
    await page.setViewportSize({ width, height });
    await page.screenshot({ path: `${pictures}/${name}-${size}.png`, fullPage: true });
  }
  await page.setViewportSize({ width: 1440, height: 900 });
}
async function inEnglish(name) {
  await page.getByRole("button", { name: "English" }).or(page.getByRole("link", { name: "English" })).first().click();
  await picture(`${name}-en`);
  await page.getByRole("button", { name: "日本語" }).or(page.getByRole("link", { name: "日本語" })).first().click();
}
/** The pages of the issuer, as its own development screens have them: any name, then the consent. */
async function signInThere(login) {
  await page.waitForURL((url) => url.origin === issuer);
  await page.locator("input[name=login]").fill(login);
  await page.locator("input[name=password]").fill("x");
  await page.locator("button[type=submit]").click();
  await page.waitForURL((url) => url.origin === issuer && /interaction/.test(url.pathname));
  await page.locator("button[type=submit]").click();
}

let key = "";
await step("the start link leads to the provider", async () => {
  await page.goto(link);
  await page.getByRole("heading", { name: "市の認証基盤で本人を確かめる" }).waitFor();
  await picture("setup-sign-on-ja");
  await page.getByRole("button", { name: "「市の認証基盤」でサインイン" }).click();
  await signInThere("hanako@city");
});
await step("and back to the second factor", async () => {
  await page.getByText("での本人の確認が済みました").waitFor();
  await picture("setup-proven-ja");
  await page.getByRole("button", { name: "次へ進む" }).click();
  key = (await page.locator("code").first().innerText()).trim();
  await page.getByLabel("認証コード（6 桁）").fill(totp(key));
  await page.getByRole("button", { name: "この内容で登録する" }).click();
  await page.getByText("控えました").click();
  await page.getByRole("button", { name: "Yagura を始める" }).click();
  await page.waitForURL(`${base}/`);
  await page.getByRole("navigation").first().waitFor();
});
await step("the account's page shows the link", async () => {
  await page.goto(`${base}/account`);
  await page.getByText("「市の認証基盤」の本人とひも付いています").waitFor();
  await picture("account-ja");
});
async function signOut() {
  await context.clearCookies({ domain: "127.0.0.1", name: "__Host-yagura" });
  await page.goto(base);
  await page.getByRole("heading", { name: "サインイン" }).waitFor();
}
await step("signing in later: the provider, our second factor, the first page", async () => {
  await signOut();
  await page.getByRole("button", { name: "「市の認証基盤」でサインイン" }).waitFor();
  await picture("sign-in-ja");
  await inEnglish("sign-in");
  await page.getByRole("button", { name: "「市の認証基盤」でサインイン" }).click();
  await page.getByRole("heading", { name: "認証コードの入力" }).waitFor();
  await page.getByLabel("認証コード（6 桁）").fill(totp(key, Date.now() + 30_000));
  await page.getByRole("button", { name: "サインインする" }).click();
  await page.getByRole("navigation").first().waitFor();
  assert.equal(new URL(page.url()).search, "");
});
await step("what the provider sent does not stay in the address, nor go back in the history", async () => {
  await page.goBack().catch(() => undefined);
  assert.doesNotMatch(page.url(), /code=/);
});
await step("somebody who is not linked here is told so, in both languages", async () => {
  await signOut();
  await context.clearCookies();
  await page.goto(base);
  await page.getByRole("button", { name: "「市の認証基盤」でサインイン" }).click();
  await signInThere("stranger");
  await page.getByText("ここで使えるアカウントにひも付いていません").waitFor();
  await picture("not-linked-ja");
  await page.getByRole("link", { name: "サインインの画面に戻る" }).click();
  await page.getByRole("heading", { name: "サインイン" }).waitFor();
});
await step("administrators see who signs in how", async () => {
  await context.clearCookies();
  await page.goto(`${base}/people`);
  await page.getByLabel("利用者名").fill("admin");
  await page.getByLabel("パスワード").fill(adminPassword);
  await page.getByRole("button", { name: "次へ進む" }).click();
  await page.getByLabel("認証コード（6 桁）").fill(totp(adminKey, Date.now() + 30_000));
  await page.getByRole("button", { name: "サインインする" }).click();
  const row = page.getByRole("row", { name: /hanako/ });
  await row.getByText("市の認証基盤", { exact: true }).waitFor();
  await page.getByRole("row", { name: /waiting/ }).getByText("試験（ひも付け前）").waitFor();
  await picture("people-ja");
  await row.getByRole("button", { name: /編集/ }).first().click();
  await page.getByRole("dialog").getByLabel("サインインの方法").waitFor();
  await picture("person-ja");
});
await step("an answer that nobody asked for is refused", async () => {
  await page.goto(`${base}/sign-on/real?state=x&code=y`);
  await page.getByText("別のブラウザーで始めたもの").waitFor();
  await inEnglish("refused");
});
// --- SAML ---------------------------------------------------------------------------------------------------------
const home = `${base}/api/v1/session/sign-on/saml`;
const answers = samlp.auth({
  issuer: `https://127.0.0.1:${samlPort}/idp`, cert: readFileSync(`${run}/id.pem`, "utf8"), key: readFileSync(`${run}/id.key`, "utf8"),
  getPostURL: (audience, request, req, done) => done(null, `${home}/response`), recipient: `${home}/response`, destination: `${home}/response`,
  getUserFromRequest: () => ({ id: "saburo" }), lifetimeInSeconds: 300, signatureAlgorithm: "rsa-sha256", digestAlgorithm: "sha256",
  authnContextClassRef: "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport",
  profileMapper: () => ({ getClaims: () => ({}), getNameIdentifier: () => ({ nameIdentifier: "persistent-saburo", nameIdentifierFormat: "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent" }) }),
});
const saml = https.createServer({ key: readFileSync(`${run}/id.key`), cert: readFileSync(`${run}/id.pem`) }, (req, res) => {
  const url = new URL(req.url, `https://127.0.0.1:${samlPort}`);
  Object.assign(req, { query: Object.fromEntries(url.searchParams), body: {}, originalUrl: req.url });
  res.set = (name, value) => res.setHeader(name, value);
  res.send = (text) => res.end(String(text));
  answers(req, res, (fault) => { console.log("saml:", fault); res.statusCode = 500; res.end("fault"); });
});
await new Promise((ready) => saml.listen(Number(samlPort), "127.0.0.1", ready));
await new Promise((done) => setTimeout(done, 16_000)); // rates are by address, and all of this comes from one
let samlKey = "";
const posted = [];
page.on("request", (request) => { if (request.method() === "POST" && request.url() === `${home}/response`) posted.push(request.postData()); });
await step("SAML: the metadata of this server can be fetched", async () => {
  const text = await (await context.request.get(`${home}/metadata`)).text();
  assert.match(text, /entityID="[^"]*\/sign-on\/saml\/metadata"/);
});
await step("SAML: the start link leads there, back, and to the first page", async () => {
  await context.clearCookies();
  await page.goto("about:blank"); // else only the fragment of the address changes
  await page.goto(samlLink);
  await page.getByRole("button", { name: "「市の SAML」でサインイン" }).click();
  await page.getByText("での本人の確認が済みました").waitFor();
  await page.getByRole("button", { name: "次へ進む" }).click();
  samlKey = (await page.locator("code").first().innerText()).trim();
  await page.getByLabel("認証コード（6 桁）").fill(totp(samlKey));
  await page.getByRole("button", { name: "この内容で登録する" }).click();
  await page.getByText("控えました").click();
  await page.getByRole("button", { name: "Yagura を始める" }).click();
  await page.getByRole("navigation").first().waitFor();
});
await step("SAML: signing in later", async () => {
  await signOut();
  await page.getByRole("button", { name: "「市の SAML」でサインイン" }).click();
  await page.getByRole("heading", { name: "認証コードの入力" }).waitFor();
  await page.getByLabel("認証コード（6 桁）").fill(totp(samlKey, Date.now() + 30_000));
  await page.getByRole("button", { name: "サインインする" }).click();
  await page.getByRole("navigation").first().waitFor();
});
await new Promise((done) => setTimeout(done, 8_000));
await step("SAML: a response posted again, from another browser or into another attempt, lets nobody in", async () => {
  assert.equal(posted.length, 2);
  const form = Object.fromEntries(new URLSearchParams(posted[1]));
  const other = await browser.newContext({ ignoreHTTPSErrors: true, locale: "ja-JP" });
  const answer = await other.request.post(`${home}/response`, { form, maxRedirects: 0 });
  assert.equal(answer.status(), 303);
  const finish = (jar, state) => jar.request.post(`${base}/api/v1/session/sign-on/finish`, { data: { provider: "saml", state } });
  assert.equal((await (await finish(other, form.RelayState)).json()).code, "people.sign_on_expired");
  const begun = await other.request.post(`${base}/api/v1/session/sign-on`, { data: { provider: "saml" } });
  const state = new URL((await begun.json()).address).searchParams.get("RelayState");
  await other.request.post(`${home}/response`, { form: { ...form, RelayState: state }, maxRedirects: 0 });
  assert.equal((await (await finish(other, state)).json()).code, "people.sign_on_not_believed");
  await other.close();
});
saml.closeAllConnections();
saml.close();
await step("no script failed", () => assert.deepEqual(faults, []));
await browser.close();
server.closeAllConnections();
server.close();
console.log(`${count.passed} passed, ${count.failed} failed, 0 skipped`);
process.exit(count.failed ? 1 : 0);
