// Opens the screen for work on site without a connection. It keeps the screens, never what the server says of work:
// that the page keeps by itself. Which files: src/features/field/field-shell.ts.
const SHELL = "yagura-shell";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

/** The newest shell, or the kept one when there is no answer soon. */
async function shell(request) {
  const kept = await (await caches.open(SHELL)).match("/");
  const late = new Promise((_, failed) => setTimeout(failed, kept ? 4000 : 60_000));
  try {
    return await Promise.race([fetch(request), late]);
  } catch (fault) {
    if (kept) return kept;
    throw fault;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate" && pathname === "/field") event.respondWith(shell(request));
  else if (pathname.startsWith("/assets/")) event.respondWith(caches.open(SHELL).then((cache) => cache.match(request)).then((kept) => kept ?? fetch(request)));
});
