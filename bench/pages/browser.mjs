// How long a page takes in Chromium: from going there until its list is shown, and from typing until it shows the answer.
// Called by pages.py: node browser.mjs FILE-WITH-ADDRESS-AND-COOKIE RUNS; prints "what<TAB>median<TAB>worst" in ms.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
const require = createRequire(new URL("../../ui/package.json", import.meta.url));
const { chromium } = require("playwright-core");

const [address, cookie] = readFileSync(process.argv[2], "utf8").trim().split("\n");
const runs = Number(process.argv[3]);
const at = cookie.indexOf("=");
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: "ja-JP" });
await context.addCookies([{ name: cookie.slice(0, at), value: cookie.slice(at + 1), url: address, secure: true }]);
const rows = "main table tbody tr";
let failed = false;

function say(what, took) {
  took.sort((a, b) => a - b);
  console.log(`${what}\t${took[Math.floor(took.length / 2)].toFixed(0)}\t${took[took.length - 1].toFixed(0)}`);
}

for (const [name, path, words] of [["today", "/"], ["alerts", "/alerts", "1/0/7"], ["devices", "/devices", "機器-09"], ["incidents", "/incidents"], ["ledger of devices", "/ledgers/devices", "機器-09"]]) {
  const shown = [], answered = [];
  for (let i = 0; i <= runs; ++i) {
    const tab = await context.newPage();
    try {
      // By the page's own clock, which begins when it is gone to: the way to this program and back is no part of it.
      // Usable: a frame after the rows was drawn, so that input is taken.
      await tab.addInitScript((selector) => {
        const watch = new MutationObserver(() => {
          if (!document.querySelector(selector)) return;
          watch.disconnect();
          requestAnimationFrame(() => setTimeout(() => { window.usableAfter = performance.now(); }, 0));
        });
        watch.observe(document, { childList: true, subtree: true });
      }, rows);
      await tab.goto(address + path, { waitUntil: "commit" });
      const took = await (await tab.waitForFunction(() => window.usableAfter, undefined, { timeout: 20000 })).jsonValue();
      if (i > 0) shown.push(took);  // the first starts Chromium
      if (words) {
        const before = await tab.locator(rows).first().innerText();
        const typed = performance.now();
        await tab.locator('main input[type="search"]').first().fill(words);
        await tab.waitForFunction(([selector, text, wanted]) => {
          const first = document.querySelector(selector);
          return first && first.innerText !== text && first.innerText.includes(wanted);
        }, [rows, before, words], { timeout: 20000 });
        if (i > 0) answered.push(performance.now() - typed);
      }
    } catch (error) {
      failed = true;
      console.error(`${name}: ${String(error).split("\n")[0]}`);
      break;
    } finally {
      await tab.close();
    }
  }
  if (shown.length) say(`${name}, until its list is shown and reacts (Chromium)`, shown);
  if (answered.length) say(`${name}, from typing “${words}” until the answer is shown`, answered);
}
await browser.close();
process.exit(failed ? 1 : 0);
