/** Keeps the screens on the telephone, so that /field opens without a connection. */
export const SHELL = "yagura-shell";

export async function keepShell(): Promise<void> {
  if (!("serviceWorker" in navigator) || !("caches" in globalThis)) return;
  try {
    await navigator.serviceWorker.register("/sw.js");
    const wanted = new Set(["/"]);
    for (const entry of performance.getEntriesByType("resource")) {
      const { origin, pathname } = new URL(entry.name);
      if (origin === location.origin && pathname.startsWith("/assets/")) wanted.add(pathname);
    }
    for (const one of document.querySelectorAll<HTMLScriptElement | HTMLLinkElement>("script[src],link[rel=stylesheet],link[rel=modulepreload]")) wanted.add(new URL("src" in one ? one.src : one.href).pathname);
    const cache = await caches.open(SHELL);
    await Promise.all([...wanted].map(async (path) => {
      const answer = await fetch(path, { cache: "reload", signal: AbortSignal.timeout(30_000) }).catch(() => undefined);
      if (answer?.ok) await cache.put(path, answer);
    }));
    // Files of versions before this one.
    for (const asked of await cache.keys()) if (!wanted.has(new URL(asked.url).pathname)) await cache.delete(asked);
  } catch {
    // Without it the page works as long as it stays open.
  }
}
