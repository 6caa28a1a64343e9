import { useId, type KeyboardEvent, type ReactNode } from "react";

export interface Tab {
  id: string;
  label: string;
  count?: number | undefined;
}

/** ARIA tabs: arrows move and choose at once; only the chosen panel is mounted. */
export function Tabs({ label, tabs, value, onChange, children }: { label: string; tabs: readonly Tab[]; value: string; onChange: (id: string) => void; children: ReactNode }) {
  const base = useId();
  const keys = (event: KeyboardEvent) => {
    const at = tabs.findIndex((tab) => tab.id === value);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = tabs[(to + tabs.length) % tabs.length];
    if (!next) return;
    onChange(next.id);
    document.getElementById(`${base}-${next.id}`)?.focus();
  };
  return (
    <div>
      <div role="tablist" aria-label={label} onKeyDown={keys} className="flex overflow-x-auto border-b border-solid-gray-420 p-1 pb-0">
        {tabs.map((tab) => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            id={`${base}-${tab.id}`}
            aria-selected={tab.id === value}
            aria-controls={`${base}-panel`}
            tabIndex={tab.id === value ? 0 : -1}
            onClick={() => onChange(tab.id)}
            className={`text-oln-16B-100 min-h-11 cursor-pointer px-4 whitespace-nowrap ${tab.id === value ? "border-b-4 border-key-900 text-key-900" : "border-b-4 border-transparent text-solid-gray-800 hover:border-solid-gray-300"}`}
          >
            {tab.label}
            {tab.count !== undefined && <span className="text-oln-14N-100 ms-1.5 tabular">{tab.count}</span>}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${base}-panel`} aria-labelledby={`${base}-${value}`} tabIndex={0} className="pt-4">{children}</div>
    </div>
  );
}
