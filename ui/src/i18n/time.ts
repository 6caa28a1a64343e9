/**
 * Times on the screens. The server speaks UTC; every contract is in Japan, so all screens show and take Japan Standard
 * Time whatever the PC is set to. "Now" is the server's: a PC with a wrong clock must not show a wrong remaining time.
 */
import { useMemo, useSyncExternalStore } from "react";
import { useLanguage, type Language } from "./words";

const ZONE = "Asia/Tokyo";
const JST_OFFSET_MS = 9 * 3_600_000;

const cache = new Map<string, Intl.DateTimeFormat>();
function formatter(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale + JSON.stringify(options);
  let found = cache.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(locale, { timeZone: ZONE, ...options });
    cache.set(key, found);
  }
  return found;
}

export type TimeStyle = "datetime" | "seconds" | "date" | "time" | "short" | "long" | "month" | "weekday";

const STYLES: Record<TimeStyle, Intl.DateTimeFormatOptions> = {
  datetime: { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  seconds: { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
  date: { year: "numeric", month: "2-digit", day: "2-digit" },
  time: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  short: { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  long: { year: "numeric", month: "long", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  month: { year: "numeric", month: "long" },
  weekday: { weekday: "short" },
};

export function formatTime(language: Language, at: string | number | Date | null | undefined, style: TimeStyle = "datetime"): string {
  if (at == null || at === "") return "";
  const date = at instanceof Date ? at : new Date(at);
  if (Number.isNaN(date.getTime())) return String(at);
  return formatter(language === "ja" ? "ja-JP" : "en-GB", STYLES[style]).format(date);
}

/** 令和8年11月21日(土) — the era form that forms of a city are written in. */
export function formatEra(at: string | number | Date): string {
  const date = at instanceof Date ? at : new Date(at);
  if (Number.isNaN(date.getTime())) return "";
  return formatter("ja-JP-u-ca-japanese", { era: "long", year: "numeric", month: "long", day: "numeric", weekday: "short" })
    .format(date)
    .replace(/(\D)1年/, "$1元年");
}

/** "2026-04-28" and "17:10" (Japan time) → RFC 3339 UTC; null when either is not a date or a time. */
export function fromLocalParts(day: string, time: string): string | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || !/^\d{2}:\d{2}$/.test(time)) return null;
  const date = new Date(`${day}T${time}:00+09:00`);
  if (Number.isNaN(date.getTime())) return null;
  const back = toLocalParts(date);
  return back.day === day ? date.toISOString().replace(".000Z", "Z") : null; // 2026-02-31 would roll over
}

export function toLocalParts(at: string | number | Date): { day: string; time: string } {
  const date = at instanceof Date ? at : new Date(at);
  if (Number.isNaN(date.getTime())) return { day: "", time: "" };
  const iso = new Date(date.getTime() + JST_OFFSET_MS).toISOString();
  return { day: iso.slice(0, 10), time: iso.slice(11, 16) };
}

/** 95 s → 「1 分 35 秒」; coarse above an hour because nobody reads seconds of a day. */
export function formatDuration(language: Language, seconds: number): string {
  const total = Math.max(0, Math.round(Math.abs(seconds)));
  const d = Math.floor(total / 86_400);
  const h = Math.floor((total % 86_400) / 3600);
  const m = Math.floor((total % 3600) / 60);
  const s = total % 60;
  const [ud, uh, um, us] = language === "ja" ? [" 日", " 時間", " 分", " 秒"] : [" d", " h", " min", " s"];
  if (d > 0) return `${d}${ud}${h ? ` ${h}${uh}` : ""}`;
  if (h > 0) return `${h}${uh}${m ? ` ${m}${um}` : ""}`;
  if (m > 0) return `${m}${um}${s && m < 10 ? ` ${s}${us}` : ""}`;
  return `${s}${us}`;
}

// ---- the server's now -------------------------------------------------------------------------------------------
let offsetMs = 0;
const listeners = new Set<() => void>();
let tickMs = Math.floor(Date.now() / 1000) * 1000;
let timer: ReturnType<typeof setInterval> | undefined;

/** Called with the Date header of each answer; differences under 2 s are the network's. */
export function learnServerTime(header: string | null): void {
  const server = header ? Date.parse(header) : Number.NaN;
  if (Number.isNaN(server)) return;
  const found = server - Date.now();
  if (Math.abs(found - offsetMs) > 2000) offsetMs = found;
}
export function serverNow(): number {
  return Date.now() + offsetMs;
}
function tick(): void {
  tickMs = Math.floor(serverNow() / 1000) * 1000;
}
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (!timer) {
    tick(); // nobody looked at the clock for a while: what it said then must not be shown as now
    timer = setInterval(() => {
      tick();
      for (const each of listeners) each();
    }, 1000);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && timer) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}
/** The server's time in ms, renewed each second while something on the screen shows it. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => tickMs);
}

export function useTime() {
  const { language } = useLanguage();
  return useMemo(
    () => ({
      at: (at: string | number | Date | null | undefined, style: TimeStyle = "datetime") => formatTime(language, at, style),
      span: (seconds: number) => formatDuration(language, seconds),
      language,
    }),
    [language],
  );
}
