// Types searches into the screen of logs and says how long after the last key their rows and their histogram were drawn, by the page's own clock.
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

// What was typed last, when; and of that very text: when it was first asked about, when its first rows and its first histogram stood
// on the screen, and when the histogram of all that is counted did.
await tab.addInitScript(() => {
  const drawn = (then) => requestAnimationFrame(() => setTimeout(then, 0));
  window.measured = {};
  addEventListener("input", (event) => { if (event.target.getAttribute("role") === "combobox") window.measured = { text: event.target.value, key: performance.now() }; }, true);
  const note = (mine, what, there) => {
    const look = () => {
      if (mine !== window.measured || mine[what]) return;
      if (there()) mine[what] = performance.now();
      else drawn(look);
    };
    drawn(look);
  };
  const chart = ({ total }) => () => total === 0 ? !document.querySelector("main figure") : document.querySelector("main figure canvas") && document.querySelector("main figcaption").innerText.includes(total.toLocaleString());
  const follow = async (mine, body) => {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let held = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      held += value;
      const lines = held.split("\n");
      held = lines.pop();
      for (const line of lines) {
        const said = JSON.parse(line);
        // A later line may take its place before it is drawn: then that one is the first.
        if (!mine.histogram) note(mine, "histogram", chart(said.counts));
        if (said.last) {
          mine.partial = said.counts.complete_from !== null;
          note(mine, "counted", chart(said.counts));
        }
      }
    }
  };
  const real = window.fetch;
  window.fetch = async (input, init) => {
    const path = new URL(typeof input === "string" ? input : input.url, location.href).pathname;
    const body = typeof init?.body === "string" ? JSON.parse(init.body) : {};
    const mine = window.measured;
    if (path.endsWith("/log-search/reading") && body.q === mine.text) mine.asked ??= performance.now();
    const answer = await real(input, init);
    if (body.q !== mine.text || !answer.ok) return answer;
    if (path.endsWith("/log-search/rows")) {
      const said = await answer.clone().json();
      const first = said.items[0]?.fields.pc;
      note(mine, "rows", () => first === undefined || document.querySelector("main table[aria-rowcount] tbody tr")?.innerText.includes(first));
    } else if (path.endsWith("/log-search/overview")) {
      const [own, theirs] = answer.body.tee();
      follow(mine, own).catch(() => undefined);
      return new Response(theirs, { status: answer.status, headers: answer.headers });
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
  await tab.waitForFunction((wanted) => window.measured.text === wanted && window.measured.rows && window.measured.counted, text, { timeout: 60_000 }).catch(async (cause) => {
    throw new Error(`${text}: ${JSON.stringify(await tab.evaluate(() => window.measured))} ${(await tab.locator("main").innerText()).slice(0, 400)}`, { cause });
  });
  const { key, asked: first, rows, histogram = 0, counted, partial } = await tab.evaluate(() => window.measured);
  const chart = histogram || counted;
  rests.push(first - key);
  out.push({ kind, text, partial, rows: rows - key, histogram: chart - key, both: Math.max(rows, chart) - key, counted: counted - key });
}
await browser.close();
rests.sort((a, b) => a - b);
console.log(JSON.stringify({ rest_ms: rests[Math.floor(rests.length / 2)], searches: out }));
