import { useState } from "react";
import type { WorkKindList } from "../../api/contract";
import { useGet } from "../../api/hooks";
import { Problem } from "../../app/problem";
import { Checkbox, TextField } from "../../design/field";
import { Note } from "../../design/states";
import { useName, useWords } from "../../i18n/words";
import { useSiteChoices } from "../../parts/sites";
import { campaignWords } from "./words";

export interface MachineFilter {
  classes: readonly string[];
  sites: readonly number[];
  text: string;
}
export const ALL_MACHINES: MachineFilter = { classes: [], sites: [], text: "" };

const toggled = <T,>(list: readonly T[], one: T) => (list.includes(one) ? list.filter((each) => each !== one) : [...list, one]);

/** Which machines of the ledger: what is found is shown while it is chosen. */
export function MachineFilterFields({ kinds, value, onChange }: { kinds: WorkKindList; value: MachineFilter; onChange: (value: MachineFilter) => void }) {
  const t = useWords(campaignWords);
  const name = useName();
  const sites = useSiteChoices();
  const [text, setText] = useState(value.text);
  const found = useGet("/work-machines", { query: { classes: value.classes.join(","), sites: value.sites.join(","), q: value.text } }, { keep: true });
  return (
    <>
      <details open={value.classes.length > 0}>
        <summary className="min-h-11 cursor-pointer py-2">{t("classes")}：{value.classes.length === 0 ? t("allClasses") : value.classes.map((id) => name(kinds.classes.find((one) => one.id === id)?.title)).join("、")}</summary>
        <div role="group" aria-label={t("classes")} className="grid max-h-56 overflow-y-auto rounded-8 border border-solid-gray-300 px-3 md:grid-cols-2">{kinds.classes.map((one) => <Checkbox key={one.id} label={name(one.title)} checked={value.classes.includes(one.id)} onChange={() => onChange({ ...value, classes: toggled(value.classes, one.id) })} />)}</div>
      </details>
      <details open={value.sites.length > 0}>
        <summary className="min-h-11 cursor-pointer py-2">{t("sitesChosen")}：{value.sites.length === 0 ? t("allSites") : sites.filter((one) => value.sites.includes(Number(one.value))).map((one) => one.label).join("、")}</summary>
        <div role="group" aria-label={t("sitesChosen")} className="grid max-h-56 overflow-y-auto rounded-8 border border-solid-gray-300 px-3 md:grid-cols-2">{sites.map((one) => <Checkbox key={one.value} label={one.label} checked={value.sites.includes(Number(one.value))} onChange={() => onChange({ ...value, sites: toggled(value.sites, Number(one.value)) })} />)}</div>
      </details>
      <TextField label={t("text")} value={text} onText={setText} onBlur={() => onChange({ ...value, text })} maxLength={200} />
      <div role="status">
        <Problem fault={found.error} />
        {found.data && <Note tone={found.data.total > 0 ? "info" : "warning"} title={found.data.total > 0 ? t("found", { n: found.data.total, sites: found.data.sites.length }) : t("nothing")}><p className="text-dns-14N-130">{found.data.sites.map((one) => `${one.site_name} ${one.count}`).join("、")}</p></Note>}
      </div>
    </>
  );
}
