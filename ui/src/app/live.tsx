import { useQueryClient } from "@tanstack/react-query";
import { createContext, useContext, useEffect, useRef, useState, type ReactNode } from "react";
import { listen, type LiveEvent } from "../api/live";
import { serverNow, useTime } from "../i18n/time";
import { useWords } from "../i18n/words";
import { useSession } from "./session";
import { appWords } from "./words";

const LiveContext = createContext<boolean | null>(null);

/** Holds the one live connection of the page and reads new alerts aloud, politely. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const t = useWords(appWords);
  const { at } = useTime();
  const { contract, may } = useSession();
  // Whoever may neither watch nor ask for anything has nothing to hear.
  const allowed = may("watch_read") || may("incident_read") || may("request_write");
  const [connected, setConnected] = useState(true);
  const [spoken, setSpoken] = useState("");
  const hear = useRef((_: LiveEvent) => undefined as void);
  hear.current = (event) => {
    if (event.topic === "alert" && event["change"] === "opened") setSpoken(t("newAlert", { at: at(serverNow(), "seconds") }));
  };
  useEffect(() => {
    if (!contract || !allowed) return;
    return listen(queries, `?contract=${encodeURIComponent(contract)}`, (event) => hear.current(event), setConnected);
  }, [queries, contract, allowed]);
  return (
    <LiveContext value={allowed ? connected : null}>
      {children}
      <div aria-live="polite" className="sr-only">{spoken}</div>
    </LiveContext>
  );
}
/** Whether live changes arrive; null for those who get none. */
export function useLive(): boolean | null {
  return useContext(LiveContext);
}
