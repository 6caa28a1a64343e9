import { IconButton } from "../../design/button";
import type { Choice } from "../../design/field";
import { useWords } from "../../i18n/words";
import { DevicePicker } from "../../parts/device-picker";
import { orderWords, workWords } from "./words";

/** Machines one after the other, each shown with the way to take it out again. */
export function MachineChooser({ value, onChange }: { value: readonly Choice[]; onChange: (value: readonly Choice[]) => void }) {
  const t = useWords(workWords);
  const o = useWords(orderWords);
  return (
    <div className="flex flex-col gap-2">
      <DevicePicker label={t("addMachine")} hint={o("targetsHint")} value={null} onChoose={(choice) => { if (choice && !value.some((one) => one.value === choice.value)) onChange([...value, choice]); }} />
      {value.length > 0 && (
        <ul aria-label={t("machines")} className="flex flex-wrap gap-2">
          {value.map((one) => <li key={one.value} className="flex items-center rounded-8 border border-solid-gray-420 ps-3">{one.label}<IconButton icon="close" label={t("remove", { name: one.label })} onClick={() => onChange(value.filter((each) => each !== one))} /></li>)}
        </ul>
      )}
    </div>
  );
}
