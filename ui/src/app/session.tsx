/** Who is signed in, for which contract, and what they may do. The contract shown is part of the address: links keep it. */
import { useQueryClient } from "@tanstack/react-query";
import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { setCsrfToken, whenSignedOut } from "../api/client";
import type { KnownDirectory, Session } from "../api/contract";
import { ContractContext, useGet } from "../api/hooks";
import { languageChosen, useLanguage } from "../i18n/words";

/** The permissions a contract pack can give (packs/_schema/people.yaml). They only hide what would be refused anyway. */
export type Permission =
  | "watch_read" | "alert_handle" | "silence_write" | "incident_read" | "incident_write" | "incident_close" | "clock_reason" | "contact_call"
  | "ledger_read" | "ledger_write" | "ledger_import" | "personal_read" | "report_read" | "report_make" | "roster_submit" | "roster_approve"
  | "people_manage" | "journal_read" | "credential_write" | "device_accept" | "contract_read" | "request_write" | "work_read" | "work_write" | "log_read" | "operation_log_read" | "log_hold" | "log_rule_write" | "system_manage";

interface SessionState {
  session: Session;
  contract: string;
  setContract: (id: string) => void;
  may: (permission: Permission) => boolean;
  refresh: () => Promise<void>;
  /** True after the server ended a session that had been in use. */
  ended: boolean;
  /** The provider of identities at which whoever was signed in last on this page signs in. */
  lastProvider: KnownDirectory | null;
}

const SessionContext = createContext<SessionState | null>(null);
const STORED = "yagura.contract";

function startingContract(): string {
  const asked = new URLSearchParams(location.search).get("contract");
  try {
    return asked ?? sessionStorage.getItem(STORED) ?? "";
  } catch {
    return asked ?? "";
  }
}

export function SessionProvider({ children, waiting, failed }: { children: ReactNode; waiting: ReactNode; failed: (retry: () => void) => ReactNode }) {
  const queries = useQueryClient();
  const answer = useGet("/session", {});
  const { language, setLanguage } = useLanguage();
  const [chosen, setChosen] = useState(startingContract);
  const [ended, setEnded] = useState(false);
  const [lastProvider, setLastProvider] = useState<KnownDirectory | null>(null);
  const session = answer.data;
  const directory = session?.account?.directory;
  useEffect(() => {
    if (session?.account) setLastProvider(directory?.kind === "sign_on" ? directory : null);
  }, [session?.account?.id, directory?.id]);

  if (session) setCsrfToken(session.csrf ?? "");
  useEffect(() => {
    whenSignedOut(() => {
      setEnded(true);
      void queries.invalidateQueries({ queryKey: ["/session"] });
    });
  }, [queries]);

  const own = session?.account?.language;
  useEffect(() => {
    if (own && !languageChosen()) setLanguage(own);
  }, [own, setLanguage]);

  // What the server says in words is asked again in the new language.
  const asked = useRef(language);
  useEffect(() => {
    if (asked.current === language) return;
    asked.current = language;
    void queries.invalidateQueries();
  }, [queries, language]);

  const setContract = useCallback((id: string) => {
    setChosen(id);
    try {
      sessionStorage.setItem(STORED, id);
    } catch {
      // then the choice lasts until the next load
    }
  }, []);
  const refresh = useCallback(async () => {
    setEnded(false);
    await queries.resetQueries();
  }, [queries]);

  const value = useMemo<SessionState | null>(() => {
    if (!session) return null;
    const found = session.contracts?.find((one) => one.id === chosen) ?? session.contracts?.[0];
    return { session, contract: found?.id ?? "", setContract, may: (permission) => found?.permissions.includes(permission) ?? false, refresh, ended, lastProvider };
  }, [session, chosen, setContract, refresh, ended, lastProvider]);

  if (value) return <SessionContext value={value}><ContractContext value={value.contract}>{children}</ContractContext></SessionContext>;
  return <>{answer.error ? failed(() => void answer.refetch()) : waiting}</>;
}

export function useSession(): SessionState {
  const state = useContext(SessionContext);
  if (!state) throw new Error("useSession outside SessionProvider");
  return state;
}
