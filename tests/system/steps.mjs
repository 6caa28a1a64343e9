// What the programs for Chromium beside this file have in common: Chromium itself, steps that are counted, codes.
import { createHmac } from "node:crypto";
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";

export const top = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");
export const fromScreens = createRequire(`${top}/ui/package.json`);
/** PICTURES=FOLDER keeps pictures; "" where none are wanted. */
export const pictures = process.env.PICTURES ?? "";
if (pictures) mkdirSync(pictures, { recursive: true });

/** What Chromium is started with; `more` for what one program needs besides. */
export const chromium = (...more) => ({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", ...more],
});

export const count = { passed: 0, failed: 0 };
/** One step of a program: it goes on after a failure, and `page()` is shown as it stood then. */
export function stepsOn(page) {
  return async function step(name, work) {
    try {
      await work();
      count.passed += 1;
      console.log(`ok      ${name}`);
    } catch (fault) {
      count.failed += 1;
      console.log(`FAILED: ${name}: ${String(fault.stack ?? fault).slice(0, 1200)}`);
      const shown = page();
      const text = await shown?.locator("body").innerText({ timeout: 2_000 }).catch(String);
      if (text !== undefined) console.log(`    at ${shown.url()}: ${text.replace(/\s+/g, " ").slice(0, 700)}`);
      if (pictures) await shown?.screenshot({ path: `${pictures}/failed-${count.failed}.png` }).catch(() => undefined);
    }
  };
}

/** What an authenticator app shows (RFC 6238) for a secret in base32. */
export function totp(secret, at = Date.now()) {
  const bits = [...secret.replace(/[\s=]/g, "")].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const digest = createHmac("sha1", key).update(counter).digest();
  return String((digest.readUInt32BE((digest.at(-1) ?? 0) & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}
