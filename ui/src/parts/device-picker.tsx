import { useState } from "react";
import { useList } from "../api/hooks";
import { Combobox } from "../design/combobox";
import type { Choice, FieldProps } from "../design/field";

/** Finds a device by any part of its name or address; the server matches kana and width variants. */
export function DevicePicker({ value, onChoose, ...field }: FieldProps & { value: Choice | null; onChoose: (choice: Choice | null) => void }) {
  const [q, setQ] = useState<string | null>(null);
  const found = useList("/devices", { query: { q: q || undefined, sort: "name" } }, { enabled: q !== null, limit: 20 });
  const choices = found.rows.map((device) => ({ value: String(device.id), label: device.name, note: [device.site_name, device.address].filter(Boolean).join(" ") }));
  return <Combobox {...field} value={value} choices={choices} onQuery={setQ} onChoose={onChoose} />;
}
