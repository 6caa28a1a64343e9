import { createContext, useCallback, useContext, useMemo, useRef, useState, type ReactNode } from "react";
import { ApiProblem } from "../api/client";
import { Toasts, type ToastMessage } from "../design/toast";
import { designWords } from "../design/words";
import { useWords } from "../i18n/words";

interface Notices {
  ok: (text: string, action?: ToastMessage["action"]) => void;
  info: (text: string) => void;
  /** Shows what failed; a fault that the form itself shows should not come here too. */
  fault: (fault: unknown) => void;
}

const NoticesContext = createContext<Notices>({ ok: () => undefined, info: () => undefined, fault: () => undefined });
const SHOWN_MS = 8000; // faults stay until closed: nobody should have to read against time

export function NoticesProvider({ children }: { children: ReactNode }) {
  const t = useWords(designWords);
  const [messages, setMessages] = useState<readonly ToastMessage[]>([]);
  const next = useRef(1);
  const close = useCallback((id: number) => setMessages((all) => all.filter((one) => one.id !== id)), []);
  const add = useCallback(
    (message: Omit<ToastMessage, "id">) => {
      const id = next.current++;
      setMessages((all) => [...all.slice(-3), { ...message, id }]);
      if (message.tone !== "error" && !message.action) setTimeout(() => close(id), SHOWN_MS);
    },
    [close],
  );
  const value = useMemo<Notices>(
    () => ({
      ok: (text, action) => add({ tone: "ok", text, ...(action ? { action } : {}) }),
      info: (text) => add({ tone: "info", text }),
      fault: (fault) => add({ tone: "error", text: fault instanceof ApiProblem ? [fault.detail ?? fault.title, fault.advice].filter(Boolean).join(" ") : String(fault) }),
    }),
    [add],
  );
  return (
    <NoticesContext value={value}>
      {children}
      <Toasts messages={messages} onClose={close} closeLabel={t("close")} />
    </NoticesContext>
  );
}

export function useNotices(): Notices {
  return useContext(NoticesContext);
}
