/**
 * What was typed and not sent yet, kept on this browser tab until it is sent: a reload, an ended session or a wrong click
 * must not cost anybody his text. Nothing leaves the tab; signing out clears it.
 */
import { useCallback, useEffect, useRef, useState } from "react";

export interface Draft {
  values: Readonly<Record<string, string>>;
  /** What chosen rows, people and files are called. */
  called: Readonly<Record<string, string>>;
}
export const EMPTY: Draft = { values: {}, called: {} };
const START = "yagura.draft.";

function texts(found: unknown): Record<string, string> {
  return typeof found === "object" && found !== null ? Object.fromEntries(Object.entries(found).filter((pair): pair is [string, string] => typeof pair[1] === "string")) : {};
}

export function readDraft(key: string): Draft | null {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(START + key) ?? "null");
    if (typeof kept !== "object" || kept === null) return null;
    const { values, called } = kept as { values?: unknown; called?: unknown };
    return { values: texts(values), called: texts(called) };
  } catch {
    return null; // storage can be switched off by policy, and what lies there may be anything
  }
}
export function keepDraft(key: string, draft: Draft): void {
  try {
    if (Object.values(draft.values).some((value) => value !== "")) sessionStorage.setItem(START + key, JSON.stringify(draft));
    else sessionStorage.removeItem(START + key);
  } catch {
    // then it lasts as long as the page
  }
}
export function clearDrafts(): void {
  try {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(START)) sessionStorage.removeItem(key);
  } catch {
    // nothing was kept then
  }
}

/** `start` is what the fields hold when nothing was kept. `found` says that this page began with an earlier draft. */
export function useDraft(key: string, start: Draft = EMPTY) {
  const [kept] = useState(() => readDraft(key));
  const [draft, setDraft] = useState<Draft>(kept ?? start);
  const dropped = useRef(false);
  useEffect(() => {
    if (draft !== start && !dropped.current) keepDraft(key, draft);
  }, [key, draft, start]);
  const set = useCallback((field: string, value: string, called?: string) => {
    dropped.current = false;
    setDraft((old) => ({ values: { ...old.values, [field]: value }, called: { ...old.called, [field]: called ?? "" } }));
  }, []);
  /** After it was sent: nothing of it stays. */
  const drop = useCallback(() => {
    dropped.current = true;
    keepDraft(key, EMPTY);
  }, [key]);
  const restart = useCallback(() => {
    keepDraft(key, EMPTY);
    setDraft(start);
  }, [key, start]);
  return { draft, set, drop, restart, found: kept !== null };
}
