import { useWords } from "../i18n/words";
import { designWords } from "./words";

/** How far something is, without words of its own; no value while nobody knows yet. */
export function Bar({ label, value, max, className = "h-3 w-full" }: { label: string; value?: number; max: number; className?: string }) {
  return (
    <progress
      aria-label={label}
      max={Math.max(1, max)}
      {...(value === undefined ? {} : { value })}
      className={`${className} appearance-none overflow-hidden rounded-full border border-solid-gray-536 bg-white [&::-moz-progress-bar]:bg-key-900 [&::-webkit-progress-bar]:bg-white [&::-webkit-progress-value]:bg-key-900`}
    />
  );
}

/** Share done, 0 to 1; null while nobody knows yet. */
export function Progress({ label, value, note }: { label: string; value: number | null; note?: string }) {
  const t = useWords(designWords);
  const percent = value === null ? null : Math.round(Math.min(1, Math.max(0, value)) * 100);
  return (
    <div className="flex flex-col gap-1" role="group" aria-label={label}>
      <div className="flex flex-wrap justify-between gap-x-4">
        <span className="font-bold">{label}</span>
        <span className="tabular" role="status">{percent === null ? note : t("percentDone", { n: percent })}</span>
      </div>
      <Bar label={label} max={100} {...(percent === null ? {} : { value: percent })} />
      {percent !== null && note && <span className="text-dns-14N-130 text-solid-gray-700">{note}</span>}
    </div>
  );
}

/** Loading indicator that keeps quiet for the first moments: most answers come before anyone would read it. */
export function Loading({ label }: { label?: string }) {
  const t = useWords(designWords);
  return (
    <div role="status" className="flex animate-[appear_0.2s_0.3s_both] items-center gap-3 p-4 text-solid-gray-700">
      <span aria-hidden="true" className="size-5 animate-spin rounded-full border-3 border-key-900 border-t-transparent" />
      {label ?? t("loading")}
    </div>
  );
}
