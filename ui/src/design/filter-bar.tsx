import { useEffect, useState, type ReactNode } from "react";
import { TextField } from "./field";

/** Search box that waits until the typing pauses (and never asks in the middle of a kana conversion). */
export function SearchBox({ label, value, onSearch, placeholder }: { label: string; value: string; onSearch: (text: string) => void; placeholder?: string }) {
  const [text, setText] = useState(value);
  const [composing, setComposing] = useState(false);
  useEffect(() => {
    setText(value);
  }, [value]);
  useEffect(() => {
    if (composing || text === value) return;
    const timer = setTimeout(() => onSearch(text), 250);
    return () => clearTimeout(timer);
  }, [text, composing, value, onSearch]);
  return (
    <TextField type="search" label={label} value={text} onText={setText} placeholder={placeholder} onCompositionStart={() => setComposing(true)} onCompositionEnd={() => setComposing(false)} />
  );
}

export function FilterBar({ children }: { children: ReactNode }) {
  return <div role="search" className="grid grid-cols-2 items-end gap-3 border-b border-solid-gray-200 p-4 md:flex md:flex-wrap [&>*]:min-w-0 md:[&>*]:w-48 md:[&>*:first-child]:w-72 max-md:[&>*:first-child]:col-span-2">{children}</div>;
}
