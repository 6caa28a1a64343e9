// Takes a picture of every page: node tests/pictures.mjs OUT_FOLDER [name...]
import { mkdir } from "node:fs/promises";
import { launch, open, PAGES, serve } from "./browser.mjs";

const [out = "pictures", ...only] = process.argv.slice(2);
await mkdir(out, { recursive: true });
const server = await serve();
const browser = await launch();
try {
  for (const [language, width, height] of [["ja", 1440, 900], ["ja", 390, 844], ["en", 1440, 900], ["en", 390, 844]]) {
    const context = await browser.newContext({ viewport: { width, height }, locale: language === "ja" ? "ja-JP" : "en-GB" });
    for (const page of PAGES.filter((one) => only.length === 0 || only.includes(one.name))) {
      const tab = await open(context, server.base, page, { language });
      await tab.screenshot({ path: `${out}/${page.name}-${language}-${width}.png`, fullPage: true });
      await tab.close();
    }
    await context.close();
  }
} finally {
  await browser.close();
  await server.close();
}
