/**
 * The words of the screens. Each feature keeps one catalogue: key → [Japanese, English]. Both languages stand side by
 * side, so a key cannot exist in one only; words.test.ts holds that the {names} inside agree and nothing is empty.
 */
import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from "react";

export type Language = "ja" | "en";
export type Words = Readonly<Record<string, readonly [ja: string, en: string]>>;
export type Values = Readonly<Record<string, string | number>>;
export type Say<W extends Words> = (key: keyof W & string, values?: Values) => string;

/** Keeps the literal keys for typing; the value is unchanged. */
export function catalogue<const W extends Words>(words: W): W {
  return words;
}

export function fill(text: string, values?: Values): string {
  if (!values) return text;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}

interface LanguageState {
  language: Language;
  setLanguage: (language: Language) => void;
}

const LanguageContext = createContext<LanguageState>({ language: "ja", setLanguage: () => undefined });
const STORED = "yagura.language";

/** Japanese unless the person chose otherwise on this machine before. */
export function storedLanguage(): Language {
  try {
    return localStorage.getItem(STORED) === "en" ? "en" : "ja";
  } catch {
    return "ja"; // storage can be switched off by policy
  }
}

/** Whether the person ever chose on this machine; if not, the account's own language is taken at sign-in. */
export function languageChosen(): boolean {
  try {
    return localStorage.getItem(STORED) !== null;
  } catch {
    return false;
  }
}

export function LanguageProvider({ children, initial }: { children: ReactNode; initial?: Language }) {
  const [language, set] = useState<Language>(initial ?? storedLanguage());
  const setLanguage = useCallback((next: Language) => {
    set(next);
    try {
      localStorage.setItem(STORED, next);
    } catch {
      // the choice then lasts for this visit only
    }
  }, []);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const value = useMemo(() => ({ language, setLanguage }), [language, setLanguage]);
  return <LanguageContext value={value}>{children}</LanguageContext>;
}

export function useLanguage(): LanguageState {
  return useContext(LanguageContext);
}

export function useWords<W extends Words>(words: W): Say<W> {
  const { language } = useLanguage();
  return useCallback(
    (key, values) => {
      const pair = words[key];
      return pair ? fill(pair[language === "ja" ? 0 : 1], values) : key;
    },
    [words, language],
  );
}

/** Names in data come as {ja, en}; English falls back to Japanese, which always exists. */
export interface Named {
  ja: string;
  en?: string | null | undefined;
}
export function useName(): (name: Named | string | null | undefined) => string {
  const { language } = useLanguage();
  return useCallback(
    (name) => (name == null ? "" : typeof name === "string" ? name : (language === "en" && name.en) || name.ja),
    [language],
  );
}
