// Types searches into the screen of logs and says when their first rows and their histogram were drawn, by the page's own clock.
// Called by log_screen.py: node browser.mjs FILE; prints JSON.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
const require = createRequire(new URL("../../ui/package.json", import.meta.url));
const { chromium } = require("playwright-core");

const { address, cookie, asked } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const at = cookie.indexOf("=");
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: "ja-JP", viewport: { width: 1440, height: 900 } });
await context.addCookies([{ name: cookie.slice(0, at), value: cookie.slice(at + 1), url: address, secure: true }]);
const tab = await context.newPage();

// What was typed last, when; and of that very text: when it was first asked about, and when its answers stood on the screen.
await tab.addInitScript(() => {
  const drawn = (then) => requestAnimationFrame(() => setTimeout(then, 0));
  window.measured = {};
  addEventListener("input", (event) => { if (event.target.getAttribute("role") === "combobox") window.measured = { text: event.target.value, key: performance.now() }; }, true);
  const real = window.fetch;
  window.fetch = async (input, init) => {
    const path = new URL(typeof input === "string" ? input : input.url, location.href).pathname;
    const body = typeof init?.body === "string" ? JSON.parse(init.body) : {};
    const mine = window.measured;
    if (path.endsWith("/log-search/reading") && body.q === mine.text) mine.asked ??= performance.now();
    const answer = await real(input, init);
    const what = path.endsWith("/log-search/rows") ? "rows" : path.endsWith("/log-search/counts") && body.histogram ? "histogram" : "";
    if (what && body.q === mine.text && !mine[what] && answer.ok) {
      const said = await answer.clone().json();
      const first = what === "rows" ? said.items[0]?.fields.pc : "";
      const look = () => {
        if (mine !== window.measured) return;
        const there = what === "rows"
          ? document.querySelector("main table[aria-rowcount] tbody tr")?.innerText.includes(first ?? "")
          : document.querySelector("main figure canvas") && document.querySelector("main figcaption").innerText.includes(said.total.toLocaleString());
        if (there) mine[what] = performance.now();
        else drawn(look);
      };
      drawn(look);
    }
    return answer;
  };
});
await tab.goto(`${address}/logs`);
const box = tab.getByRole("combobox").and(tab.locator("[aria-autocomplete=list]")).last();
await box.waitFor({ timeout: 20_000 });
const out = [];
const rests = [];
for (const { kind, text } of asked) {
  await box.fill("");
  await box.pressSequentially(text, { delay: 60 });
  await tab.waitForFunction((wanted) => window.measured.text === wanted && window.measured.rows && window.measured.histogram, text, { timeout: 30_000 }).catch(async (cause) => {
    throw new Error(`${text}: ${JSON.stringify(await tab.evaluate(() => window.measured))} ${(await tab.locator("main").innerText()).slice(0, 400)}`, { cause });
  });
  const { key, asked: first, rows, histogram } = await tab.evaluate(() => window.measured);
  rests.push(first - key);
  out.push({ kind, text, rows: rows - first, histogram: histogram - first, both: Math.max(rows, histogram) - first });
}
await browser.close();
rests.sort((a, b) => a - b);
console.log(JSON.stringify({ rest_ms: rests[Math.floor(rests.length / 2)], searches: out }));
