import { useEffect, useRef } from "react";

export interface TriageActs {
  acknowledge: (index: number) => void;
  own: (index: number) => void;
  select: (index: number) => void;
  create: () => void;
  help: () => void;
}

const rows = () => [...document.querySelectorAll<HTMLElement>("tbody tr[data-index]")];
const rowOf = (element: Element | null) => element?.closest<HTMLElement>("tbody tr[data-index]") ?? null;

function step(by: 1 | -1) {
  const all = rows();
  const here = rowOf(document.activeElement);
  const next = here ? all[all.indexOf(here) + by] : all[0];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

/** One hand on the keys: j and k walk the list, the others act on the row they stand on. They rest while one types. */
export function useTriageKeys(acts: TriageActs, enabled: boolean) {
  const now = useRef(acts);
  now.current = acts;
  useEffect(() => {
    if (!enabled) return;
    const press = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      if (target.closest("input:not([type=checkbox]),textarea,select,[contenteditable]") || document.querySelector("dialog[open]")) return;
      const here = rowOf(document.activeElement);
      const index = here ? Number(here.dataset["index"]) : -1;
      const on = (act: (at: number) => void) => { if (index >= 0) act(index); };
      const keys: Record<string, () => void> = {
        j: () => step(1),
        k: () => step(-1),
        a: () => on(now.current.acknowledge),
        o: () => on(now.current.own),
        x: () => on(now.current.select),
        n: () => now.current.create(),
        "?": () => now.current.help(),
        "/": () => document.querySelector<HTMLElement>("[role=search] input[type=search]")?.focus(),
      };
      const act = keys[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [enabled]);
}
