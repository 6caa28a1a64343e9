import type { ReactNode } from "react";
import { LanguageSwitch } from "../../app/shell";

/** The plain page around everything that comes before a session. */
export function Frame({ title, lead, children }: { title: string; lead?: string; children: ReactNode }) {
  return (
    <div className="min-h-dvh bg-solid-gray-50">
      <header className="flex h-14 items-center justify-between border-b border-solid-gray-200 bg-white px-4">
        <span className="text-std-18B-160 flex items-center gap-2 text-key-1000"><img src="/yagura.svg" alt="" className="size-7" />Yagura</span>
        <LanguageSwitch />
      </header>
      <main className="mx-auto max-w-120 px-4 py-8 md:py-12">
        <h1 className="text-std-28B-150">{title}</h1>
        {lead && <p className="mt-1 text-solid-gray-800">{lead}</p>}
        <div className="mt-6 rounded-12 border border-solid-gray-200 bg-white p-5">{children}</div>
      </main>
    </div>
  );
}
