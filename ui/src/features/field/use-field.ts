import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { ApiProblem, send, setCsrfToken } from "../../api/client";
import type { FieldWork, Session } from "../../api/contract";
import { serverNow } from "../../i18n/time";
import { sendWaiting, soon } from "./field-queue";
import { keepShell } from "./field-shell";
import { applyActs, type Act } from "./field-state";
import { addWaiting, readAllKept, readWaiting, removeWaiting, writeKept, writeWaiting, type Kept, type Waiting } from "./field-store";

const AGAIN_MS = 10_000;
const LEFT_MS = 60_000;
const CONTRACT = "yagura.contract";

export type Reach = "checking" | "online" | "offline" | "sign_in" | "not_allowed";

/** Without its fields of who and when, which are the same for every act. */
export type NewAct = Act extends infer A ? (A extends Act ? Omit<A, "key" | "contract" | "account" | "at"> : never) : never;

export function useField() {
  const [kept, setKept] = useState<Kept | null>(null);
  const [loaded, setLoaded] = useState(false);
  const [waiting, setWaiting] = useState<readonly Waiting[]>([]);
  const [reach, setReach] = useState<Reach>("checking");
  const busy = useRef(false);

  const readAll = useCallback(async () => {
    const [all, list] = await Promise.all([readAllKept(), readWaiting()]);
    let wanted = "";
    try {
      wanted = new URLSearchParams(location.search).get("contract") ?? sessionStorage.getItem(CONTRACT) ?? "";
    } catch {
      // then the first one
    }
    setKept(all.find((one) => one.contract === wanted) ?? all[0] ?? null);
    setWaiting(list);
    setLoaded(true);
    return all;
  }, []);

  /** Sends what waits, then takes along what the server says now. */
  const refresh = useCallback(async () => {
    if (busy.current) return;
    busy.current = true;
    try {
      const session = (await send("GET", "/session", soon())) as Session;
      if (session.state !== "signed_in" || !session.account) {
        setReach("sign_in");
        return;
      }
      setCsrfToken(session.csrf ?? "");
      const account = session.account.id;
      const sent = await sendWaiting(account, () => void readAll());
      if (sent !== "sent") {
        setReach(sent);
        return;
      }
      const allowed = (session.contracts ?? []).filter((one) => one.permissions.includes("work_read"));
      if (allowed.length === 0) {
        setReach("not_allowed");
        return;
      }
      let chosen = allowed[0];
      try {
        const asked = new URLSearchParams(location.search).get("contract") ?? sessionStorage.getItem(CONTRACT);
        chosen = allowed.find((one) => one.id === asked) ?? chosen;
      } catch {
        // then the first one
      }
      if (!chosen) return;
      const work = (await send("GET", "/work-field", { query: { contract: chosen.id }, ...soon(30_000) })) as FieldWork;
      await writeKept({ contract: chosen.id, account, name: session.account.name, mayWrite: chosen.permissions.includes("work_write"), fetched: new Date(serverNow()).toISOString(), work });
      setReach("online");
    } catch (fault) {
      setReach(fault instanceof ApiProblem && fault.status === 401 ? "sign_in" : "offline");
    } finally {
      busy.current = false;
      await readAll();
    }
  }, [readAll]);

  useEffect(() => {
    void readAll().then(refresh).then(keepShell);
    const now = () => void refresh();
    const gone = () => setReach("offline");
    const seen = () => { if (document.visibilityState === "visible") now(); };
    addEventListener("online", now);
    addEventListener("offline", gone);
    document.addEventListener("visibilitychange", seen);
    return () => {
      removeEventListener("online", now);
      removeEventListener("offline", gone);
      document.removeEventListener("visibilitychange", seen);
    };
  }, [readAll, refresh]);

  const unsent = waiting.some((one) => !one.refused);
  useEffect(() => {
    const timer = setInterval(() => void refresh(), unsent ? AGAIN_MS : LEFT_MS);
    return () => clearInterval(timer);
  }, [refresh, unsent]);

  const mine = useMemo(() => waiting.filter((one) => one.act.contract === kept?.contract && one.act.account === kept.account), [waiting, kept]);
  // What was refused is not laid over: the screen shows what the server has.
  const work = useMemo(() => (kept ? applyActs(kept.work, mine.filter((one) => !one.refused).map((one) => one.act)) : null), [kept, mine]);

  const act = useCallback(async (made: NewAct, files: readonly File[] = []) => {
    if (!kept) return;
    const whole = { ...made, key: crypto.randomUUID(), contract: kept.contract, account: kept.account, at: new Date(serverNow()).toISOString() } as Act;
    await addWaiting({ act: whole, files: await Promise.all(files.map(async (file) => ({ name: file.name, type: file.type, bytes: await file.arrayBuffer(), uploaded: null }))) });
    await readAll();
    void refresh();
  }, [kept, readAll, refresh]);

  const discard = useCallback(async (id: number) => { await removeWaiting(id); await readAll(); void refresh(); }, [readAll, refresh]);
  const again = useCallback(async (one: Waiting) => {
    const { refused: _, ...rest } = one;
    await writeWaiting(rest);
    await readAll();
    void refresh();
  }, [readAll, refresh]);

  return { kept, loaded, work, reach, mine, others: waiting.length - mine.length, refresh, act, discard, again };
}
export type Field = ReturnType<typeof useField>;
