// Chromium for the browser tests, and the built screens with the invented server behind them.
import { chromium } from "playwright-core";
import { preview } from "vite";

export const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

export async function serve() {
  const server = await preview({ configFile: new URL("../vite.config.ts", import.meta.url).pathname, root: new URL("..", import.meta.url).pathname, preview: { port: 0, host: "127.0.0.1" }, logLevel: "error" });
  return { base: server.resolvedUrls.local[0].replace(/\/$/, ""), close: () => new Promise((done) => server.httpServer.close(done)) };
}

export function launch() {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}

/** Every page once; `session` is the state it is seen in. `ready` is a text or selector that says the page has its data. */
export const PAGES = [
  { name: "sign-in", path: "/", session: "signed_out", ready: "form" },
  { name: "second-factor", path: "/", session: "second_factor", ready: "form" },
  { name: "setup", path: "/setup#good", session: "signed_out", ready: "form" },
  { name: "today", path: "/", ready: "table tbody tr" },
  { name: "map", path: "/map", ready: "canvas" },
  { name: "devices", path: "/devices", ready: "table tbody tr" },
  { name: "device", path: "/devices/6", ready: "table tbody tr" },
  { name: "alerts", path: "/alerts", ready: "table tbody tr" },
  { name: "alert", path: "/alerts/8999", ready: "pre" },
  { name: "incidents", path: "/incidents", ready: "table tbody tr" },
  { name: "inquiries", path: "/inquiries", ready: "table tbody tr" },
  { name: "inquiry", path: "/inquiries/61", ready: "main form" },
  { name: "deliverables-month", path: "/deliverables?view=calendar", ready: "main ol a" },
  { name: "ticket-new", path: "/tickets/new?kind=incident", ready: "main form" },
  { name: "incident", path: "/incidents/501", ready: "ol[aria-label] li" },
  { name: "logs", path: "/logs", ready: "main ul button" },
  { name: "logs-keeping", path: "/logs/keeping", ready: "table tbody tr" },
  { name: "logs-holds", path: "/logs/keeping?view=holds", ready: "table tbody tr" },
  { name: "logs-seals", path: "/logs/keeping?view=seals", ready: "table tbody tr" },
  { name: "logs-found", path: "/logs?q=tanaka", ready: "table[aria-rowcount] tbody tr" },
  { name: "logs-part", path: `/logs?q=${encodeURIComponent("見積")}`, ready: "main figure canvas" },
  { name: "logs-counted", path: `/logs?q=${encodeURIComponent("tanaka | count by action")}`, ready: "table[aria-rowcount] tbody tr" },
  { name: "logs-fault", path: `/logs?q=${encodeURIComponent("usr:tanaka")}`, ready: "main mark" },
  { name: "log-senders", path: "/log-senders", ready: "table tbody tr" },
  { name: "log-rules", path: "/log-rules", ready: "table tbody tr" },
  { name: "log-rule-change", path: "/log-rules?rule=sender-silent", ready: "main form" },
  { name: "silences", path: "/silences", ready: "table tbody tr" },
  { name: "silence-new", path: "/silences?new=1", ready: "dialog[open]" },
  { name: "contacts", path: "/contacts", ready: "main ol li ul li" },
  { name: "refused", path: "/refused", ready: "table tbody tr" },
  { name: "ledgers", path: "/ledgers", ready: "main ul a" },
  { name: "ledger", path: "/ledgers/devices", ready: "table tbody tr" },
  { name: "record", path: "/ledgers/devices/6", ready: "main form" },
  { name: "import", path: "/ledgers/devices/import", ready: "main form" },
  { name: "requests", path: "/requests", ready: "table tbody tr" },
  { name: "requests-waiting", path: "/requests?view=waiting", ready: "table tbody tr" },
  { name: "request-new", path: "/requests/new", ready: "main li h2" },
  { name: "request-form", path: "/requests/new/usb_connection", ready: "main form" },
  { name: "request-decide", path: "/requests/41", ready: "main form" },
  { name: "request-sent-back", path: "/requests/39", ready: "main form" },
  { name: "request-approved", path: "/requests/38", ready: "main ol li" },
  { name: "deputies", path: "/requests/deputies", ready: "main form" },
  { name: "today-clerk", path: "/?contract=clerk", ready: "main ul li" },
  { name: "work", path: "/work", ready: "table tbody tr" },
  { name: "work-board", path: "/work?view=board", ready: "main li a" },
  { name: "work-campaigns", path: "/work?view=campaigns", ready: "table tbody tr" },
  { name: "work-visits", path: "/work?view=visits", ready: "main li h2" },
  { name: "work-notices", path: "/work?view=notices", ready: "table tbody tr" },
  { name: "work-notice", path: "/work?view=notices&notice=96", ready: "dialog[open] dl" },
  { name: "work-planned", path: "/work/701", ready: "main dl" },
  { name: "work-executing", path: "/work/703", ready: "main ol li" },
  { name: "work-stopped", path: "/work/704", ready: "main ol li" },
  { name: "campaign", path: "/work/campaigns/80", ready: "table tbody tr" },
  { name: "field", path: "/field", ready: "main a" },
  { name: "field-order", path: "/field?order=703", ready: "main article" },
  { name: "reports", path: "/reports", ready: "table tbody tr" },
  { name: "people", path: "/people", ready: "table tbody tr" },
  { name: "roster", path: "/people?tab=roster", ready: "table tbody tr" },
  { name: "journal", path: "/journal", ready: "table tbody tr" },
  { name: "credentials", path: "/credentials", ready: "table tbody tr" },
  { name: "status", path: "/status", ready: "main dl" },
  { name: "account", path: "/account", ready: "main form" },
];

export async function open(context, base, page, { language = "ja" } = {}) {
  const tab = await context.newPage();
  await tab.addInitScript((chosen) => localStorage.setItem("yagura.language", chosen), language);
  await tab.request.get(`${base}/api/v1/dev-session?dev-session=${page.session ?? "signed_in"}`);
  await tab.goto(base + page.path);
  await tab.waitForSelector(page.ready, { timeout: 15_000 });
  await tab.waitForTimeout(350); // fonts, graphs and the map's layout come after the data
  return tab;
}
