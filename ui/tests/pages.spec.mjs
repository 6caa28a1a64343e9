// Every page, in both languages, wide and narrow: accessible (axe), within the content security policy, without faults in
// the console, nothing fetched from elsewhere, nothing cut off at the side.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { launch, open, PAGES, serve } from "./browser.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let server;
let browser;
before(async () => {
  server = await serve();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

for (const [language, width, height] of [["ja", 1440, 900], ["en", 390, 844]]) {
  for (const page of PAGES) {
    test(`${page.name} (${language}, ${width})`, async () => {
      const context = await browser.newContext({ viewport: { width, height }, reducedMotion: "reduce" });
      const faults = [];
      const abroad = [];
      context.on("request", (request) => { if (!request.url().startsWith(server.base) && !/^(data|blob):/.test(request.url())) abroad.push(request.url()); });
      context.on("console", (message) => { if (message.type() === "error") faults.push(message.text()); });
      context.on("weberror", (fault) => faults.push(String(fault.error())));
      try {
        const tab = await open(context, server.base, page, { language });
        await tab.evaluate(axe);
        const { violations } = await tab.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
        const serious = violations.filter((one) => one.impact === "serious" || one.impact === "critical");
        assert.deepEqual(serious.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`), []);
        assert.deepEqual(faults, [], "console");
        assert.deepEqual(abroad, [], "requests to elsewhere");
        assert.equal(await tab.evaluate(() => document.documentElement.lang), language);
        assert.equal(await tab.locator("h1").count(), 1, "one h1");
        const cut = await tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(cut <= 0, `the page is ${cut} px wider than the screen`);
      } finally {
        await context.close();
      }
    });
  }
}
