import { useEffect, useRef, useState, type ReactNode } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { ApiProblem, send } from "../api/client";
import { Icon, type IconName } from "../design/icon";
import { IconButton } from "../design/button";
import { useLanguage, useName, useWords } from "../i18n/words";
import { forgetKept } from "../features/field/field-store";
import { clearDrafts } from "../parts/draft";
import { INCIDENTS, isIncidents } from "../parts/ticket-views";
import { WaitingBadge } from "../parts/request-state";
import { useLive } from "./live";
import { useNotices } from "./notices";
import { useSession, type Permission } from "./session";
import { SilenceBanner } from "./silence-banner";
import { appWords } from "./words";

type Word = keyof typeof appWords;
interface Place {
  href: string;
  word: Word;
  icon: IconName;
  /** Shown to whoever has one of these; to everybody without any. */
  needs?: readonly Permission[];
}

export const PLACES: readonly { word: Word; places: readonly Place[] }[] = [
  { word: "watch", places: [
    { href: "/", word: "today", icon: "today" },
    { href: "/alerts", word: "alerts", icon: "alert", needs: ["watch_read"] },
    { href: INCIDENTS, word: "incidents", icon: "incident", needs: ["incident_read"] },
    { href: "/map", word: "map", icon: "map", needs: ["watch_read"] },
    { href: "/devices", word: "devices", icon: "device", needs: ["watch_read"] },
    { href: "/logs", word: "logs", icon: "search", needs: ["log_read", "operation_log_read"] },
  ] },
  { word: "respond", places: [
    { href: "/tickets", word: "desk", icon: "form", needs: ["incident_read"] },
    { href: "/silences", word: "silences", icon: "silence", needs: ["watch_read"] },
    { href: "/contacts", word: "contacts", icon: "phone", needs: ["contract_read"] },
    { href: "/log-senders", word: "logSenders", icon: "device", needs: ["watch_read"] },
    { href: "/refused", word: "traps", icon: "trap", needs: ["watch_read"] },
  ] },
  { word: "paperwork", places: [
    { href: "/inquiries", word: "inquiries", icon: "question", needs: ["request_write"] },
    { href: "/requests", word: "requests", icon: "form", needs: ["request_write"] },
    { href: "/deliverables", word: "deliverables", icon: "print", needs: ["report_read"] },
    { href: "/work", word: "work", icon: "work", needs: ["work_read"] },
  ] },
  { word: "records", places: [
    { href: "/ledgers", word: "ledgers", icon: "ledger", needs: ["ledger_read"] },
    { href: "/passwords", word: "passwords", icon: "key", needs: ["ledger_write", "roster_approve"] },
    { href: "/reports", word: "reports", icon: "report", needs: ["report_read"] },
    { href: "/journal", word: "journal", icon: "journal", needs: ["journal_read"] },
  ] },
  { word: "others", places: [
    { href: "/people", word: "people", icon: "people", needs: ["people_manage", "roster_submit", "roster_approve"] },
    { href: "/credentials", word: "credentials", icon: "key", needs: ["credential_write"] },
    { href: "/erasures", word: "erasures", icon: "download", needs: ["people_manage", "roster_approve"] },
    { href: "/status", word: "status", icon: "info", needs: ["system_manage"] },
    { href: "/account", word: "account", icon: "account" },
  ] },
];
const BOTTOM: readonly string[] = ["/", "/alerts", INCIDENTS, "/devices", "/inquiries", "/requests"];
const BOTTOM_MOST = 4;

function usePlaces() {
  const { may } = useSession();
  return PLACES.map((group) => ({ ...group, places: group.places.filter((place) => !place.needs || place.needs.some(may)) })).filter((group) => group.places.length > 0);
}

/** Of two entries for one page, that whose filters are in the address is the one where we are. */
function isHere(location: string, search: string, href: string): boolean {
  if (href === "/") return location === "/";
  if (href === INCIDENTS) return location.startsWith("/incidents/") || (location === "/tickets" && isIncidents(search));
  return (location === href || location.startsWith(`${href}/`)) && !(href === "/tickets" && location === href && isIncidents(search));
}

function Menu({ onGo }: { onGo?: () => void }) {
  const t = useWords(appWords);
  const [location] = useLocation();
  const search = useSearch();
  return (
    <>
      {usePlaces().map((group) => (
        <div key={group.word} className="mb-3">
          <p className="text-oln-14B-100 px-3 py-2 text-solid-gray-700" id={`menu-${group.word}`}>{t(group.word)}</p>
          <ul aria-labelledby={`menu-${group.word}`}>
            {group.places.map((place) => {
              const here = isHere(location, search, place.href);
              return (
                <li key={place.href}>
                  <Link href={place.href} onClick={onGo} aria-current={here ? "page" : undefined} className={`plain-link flex min-h-11 items-center gap-3 rounded-8 px-3 ${here ? "bg-key-100 font-bold text-key-1000" : "hover:bg-solid-gray-50 hover:underline"}`}>
                    <Icon name={place.icon} />
                    {t(place.word)}
                    {place.href === "/requests" && <WaitingBadge />}
                  </Link>
                </li>
              );
            })}
          </ul>
        </div>
      ))}
    </>
  );
}

/** The menu of a narrow screen, over the page. */
function Drawer({ onClose }: { onClose: () => void }) {
  const t = useWords(appWords);
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    ref.current?.showModal();
  }, []);
  return (
    <dialog ref={ref} aria-label={t("mainMenu")} onCancel={onClose} onClick={(event) => { if (event.target === ref.current) onClose(); }} className="m-0 ms-auto h-dvh max-h-none w-76 max-w-[85vw] overflow-auto bg-white p-0">
      <div className="flex justify-end p-1"><IconButton icon="close" label={t("menu")} onClick={onClose} /></div>
      <nav aria-label={t("mainMenu")} className="px-2 pb-6"><Menu onGo={onClose} /><AccountBox /></nav>
    </dialog>
  );
}

export function LanguageSwitch() {
  const t = useWords(appWords);
  const { language, setLanguage } = useLanguage();
  const other = language === "ja" ? "en" : "ja";
  return (
    <button type="button" lang={other} onClick={() => setLanguage(other)} className="text-oln-14B-100 min-h-11 shrink-0 cursor-pointer rounded-8 px-2 whitespace-nowrap text-key-900 underline underline-offset-3 hover:bg-key-50">
      {t("otherLanguage")}
    </button>
  );
}

function AccountBox() {
  const t = useWords(appWords);
  const { session, refresh } = useSession();
  const notices = useNotices();
  const [, navigate] = useLocation();
  const out = async () => {
    try {
      await send("DELETE", "/session");
    } catch (fault) {
      // A session that has run out in the meantime is what was asked for.
      if (!(fault instanceof ApiProblem) || fault.status !== 401) return notices.fault(fault);
    }
    clearDrafts(); // the next at this PC may be somebody else
    await forgetKept();
    await refresh();
    navigate("/");
  };
  return (
    <div className="flex flex-wrap items-center gap-x-2 border-t border-solid-gray-200 px-3 pt-3">
      <span className="text-dns-14N-130 w-full">{t("signedInAs", { name: session.account?.name ?? "" })}</span>
      <button type="button" onClick={() => void out()} className="text-oln-14B-100 -ms-2 inline-flex min-h-11 cursor-pointer items-center gap-2 rounded-8 px-2 text-key-900 underline underline-offset-3 hover:bg-key-50">
        <Icon name="logout" className="size-4.5" />{t("signOut")}
      </button>
    </div>
  );
}

function ContractChoice() {
  const t = useWords(appWords);
  const name = useName();
  const { session, contract, setContract } = useSession();
  const all = session.contracts ?? [];
  const first = all[0];
  if (all.length < 2) return <span className="text-dns-14B-130 min-w-0 truncate">{name(first?.name)}</span>;
  return (
    <label className="flex min-w-0 items-center gap-2">
      <span className="text-dns-14N-130 shrink-0 max-md:sr-only">{t("contract")}</span>
      <select value={contract} onChange={(event) => setContract(event.target.value)} className="text-oln-14B-100 min-h-10 max-w-80 min-w-0 truncate rounded-8 border border-solid-gray-600 bg-white px-2">
        {all.map((one) => <option key={one.id} value={one.id}>{name(one.name)}</option>)}
      </select>
    </label>
  );
}

export function Shell({ children }: { children: ReactNode }) {
  const t = useWords(appWords);
  const [location] = useLocation();
  const search = useSearch();
  const [drawer, setDrawer] = useState(false);
  const live = useLive();
  const places = usePlaces();
  return (
    <div className="flex min-h-dvh flex-col">
      <a href="#content" className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-white focus:p-3">{t("skip")}</a>
      <header className="sticky top-0 z-20 flex h-14 items-center gap-3 border-b border-solid-gray-200 bg-white px-3 md:px-5">
        <Link href="/" className="plain-link flex shrink-0 items-center gap-2 text-std-18B-160 text-key-1000">
          <img src="/yagura.svg" alt="" className="size-7" /><span>Yagura</span>
        </Link>
        <ContractChoice />
        <span className="ms-auto flex items-center gap-1">
          {live !== null && <span className={`text-dns-14N-130 max-lg:sr-only ${live ? "text-solid-gray-700" : "text-red-900"}`} role="status">{live ? t("live") : t("notLive")}</span>}
          <LanguageSwitch />
          <IconButton icon="menu" label={t("menu")} className="max-md:hidden lg:hidden" onClick={() => setDrawer(true)} />
        </span>
      </header>
      <SilenceBanner />
      <div className="flex grow">
        <div className="w-60 shrink-0 border-e border-solid-gray-200 bg-white max-lg:hidden">
          <nav aria-label={t("mainMenu")} className="sticky top-14 max-h-[calc(100dvh-3.5rem)] overflow-y-auto p-3">
            <Menu />
            <AccountBox />
          </nav>
        </div>
        <main id="content" tabIndex={-1} className="mx-auto min-w-0 max-w-400 grow px-3 pt-5 pb-24 outline-none! md:px-6 lg:pb-10">{children}</main>
      </div>
      <nav aria-label={t("shortMenu")} className="fixed inset-x-0 bottom-0 z-20 flex border-t border-solid-gray-300 bg-white md:hidden">
        {places.flatMap((group) => group.places).filter((place) => BOTTOM.includes(place.href)).slice(0, BOTTOM_MOST).map((place) => (
          <Link key={place.href} href={place.href} aria-current={isHere(location, search, place.href) ? "page" : undefined} className={`plain-link flex min-h-14 grow basis-0 flex-col items-center justify-center gap-1 text-[0.75rem] leading-none ${isHere(location, search, place.href) ? "border-t-4 border-key-900 font-bold text-key-1000" : "border-t-4 border-transparent"}`}>
            <Icon name={place.icon} />{t(place.word)}
          </Link>
        ))}
        <button type="button" onClick={() => setDrawer(true)} className="flex min-h-14 grow basis-0 cursor-pointer flex-col items-center justify-center gap-1 border-t-4 border-transparent text-[0.75rem] leading-none">
          <Icon name="menu" />{t("more")}
        </button>
      </nav>
      {drawer && <Drawer onClose={() => setDrawer(false)} />}
    </div>
  );
}
