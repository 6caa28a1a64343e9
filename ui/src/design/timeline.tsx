import type { ReactNode } from "react";
import { useTime } from "../i18n/time";
import type { Tone } from "./badge";
import { Icon, type IconName } from "./icon";

export interface TimelineItem {
  key: string | number;
  at: string;
  icon: IconName;
  tone?: Tone;
  title: ReactNode;
  who?: string | undefined;
  body?: ReactNode;
}

const DOT: Record<Tone, string> = {
  critical: "bg-red-900 text-white",
  major: "bg-orange-800 text-white",
  warning: "bg-yellow-1000 text-white",
  info: "bg-light-blue-900 text-white",
  ok: "bg-green-900 text-white",
  neutral: "bg-solid-gray-700 text-white",
};

export function Timeline({ items, label }: { items: readonly TimelineItem[]; label: string }) {
  const { at } = useTime();
  return (
    <ol aria-label={label} className="flex flex-col">
      {items.map((item, index) => (
        <li key={item.key} className="relative flex gap-3 pb-4">
          {index < items.length - 1 && <span aria-hidden="true" className="absolute top-8 bottom-0 left-[0.94rem] w-0.5 bg-solid-gray-200" />}
          <span aria-hidden="true" className={`grid size-8 shrink-0 place-items-center rounded-full ${DOT[item.tone ?? "neutral"]}`}><Icon name={item.icon} className="size-4" /></span>
          <div className="min-w-0 grow">
            <p className="text-dns-14N-130 text-solid-gray-700"><time dateTime={item.at} className="tabular">{at(item.at, "seconds")}</time>{item.who && <span className="ms-2">{item.who}</span>}</p>
            <div className="font-bold">{item.title}</div>
            {item.body && <div className="mt-1">{item.body}</div>}
          </div>
        </li>
      ))}
    </ol>
  );
}
