import { useState } from "react";
import type { Campaign } from "../../api/contract";
import { useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Badge } from "../../design/badge";
import { Button, IconButton } from "../../design/button";
import { Checkbox, TextField, type Choice } from "../../design/field";
import { Panel } from "../../design/page";
import { Bar } from "../../design/progress";
import { useTime } from "../../i18n/time";
import { useWords } from "../../i18n/words";
import { useSiteChoices } from "../../parts/sites";
import { MachineChooser } from "./machine-chooser";
import { ReasonDialog } from "./reason-dialog";
import { waveWords } from "./words";

export interface WaveDraft {
  key: number;
  title: string;
  machines: readonly Choice[];
  sites: readonly number[];
}

const MOST = 20;

/** Verification first, then the others: nothing while everything is done at once. The last wave takes what is left. */
export function WaveFields({ value, onChange }: { value: readonly WaveDraft[]; onChange: (value: readonly WaveDraft[]) => void }) {
  const t = useWords(waveWords);
  const sites = useSiteChoices();
  const begin = () => onChange([{ key: 1, title: t("verification"), machines: [], sites: [] }, { key: 2, title: t("production"), machines: [], sites: [] }]);
  const put = (index: number, change: Partial<WaveDraft>) => onChange(value.map((one, at) => (at === index ? { ...one, ...change } : one)));
  const more = () => onChange([...value.slice(0, -1), { key: Math.max(...value.map((one) => one.key)) + 1, title: "", machines: [], sites: [] }, ...value.slice(-1)]);
  const without = (index: number) => onChange(value.length <= 2 ? [] : value.filter((_, at) => at !== index));
  return (
    <div className="flex flex-col gap-3">
      <Checkbox label={t("inWaves")} checked={value.length > 0} onChange={() => (value.length > 0 ? onChange([]) : begin())} />
      {value.length > 0 && (
        <ol className="flex flex-col gap-3">
          {value.map((one, index) => {
            const last = index === value.length - 1;
            return (
              <li key={one.key} className="flex flex-col gap-3 rounded-8 border border-solid-gray-300 p-3">
                <div className="flex items-end gap-2"><div className="grow"><TextField label={t("wave", { n: index + 1 })} required value={one.title} onText={(title) => put(index, { title })} maxLength={100} /></div>{!last && <IconButton icon="close" label={t("removeWave", { name: one.title })} onClick={() => without(index)} />}</div>
                {last ? <p>{t("rest")}</p> : (
                  <>
                    <MachineChooser value={one.machines} onChange={(machines) => put(index, { machines })} />
                    <details open={one.sites.length > 0}>
                      <summary className="min-h-11 cursor-pointer py-2">{t("wholeSites")}：{one.sites.length === 0 ? t("noSites") : sites.filter((site) => one.sites.includes(Number(site.value))).map((site) => site.label).join("、")}</summary>
                      <div role="group" aria-label={t("wholeSites")} className="grid max-h-56 overflow-y-auto px-3 md:grid-cols-2">{sites.map((site) => <Checkbox key={site.value} label={site.label} checked={one.sites.includes(Number(site.value))} onChange={() => put(index, { sites: one.sites.includes(Number(site.value)) ? one.sites.filter((id) => id !== Number(site.value)) : [...one.sites, Number(site.value)] })} />)}</div>
                    </details>
                  </>
                )}
              </li>
            );
          })}
        </ol>
      )}
      {value.length > 0 && value.length < MOST && <div><Button small icon="plus" onClick={more}>{t("addWave")}</Button></div>}
    </div>
  );
}

/** How far each wave is, what the one before showed, and the way to the next. */
export function WavePanel({ campaign }: { campaign: Campaign }) {
  const t = useWords(waveWords);
  const { at } = useTime();
  const notices = useNotices();
  const open = useSend("POST /campaigns/{id}/waves", ["/campaigns", "/work-orders", "/work-summary"]);
  const [asking, setAsking] = useState<number | null>(null);
  const waves = campaign.waves ?? [];
  if (waves.length === 0) return null;
  return (
    <Panel title={t("waves")}>
      <ol className="flex flex-col gap-4">
        {waves.map((one) => (
          <li key={one.seq} className="flex flex-col gap-1">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <span className="font-bold">{one.seq}. {one.title}</span>
              {one.opened_at ? <span className="text-dns-14N-130 text-solid-gray-700">{t("openedBy", { who: one.opened_by ?? "", at: at(one.opened_at, "short") })}</span> : <Badge tone="info" icon="clock">{t("waits")}</Badge>}
              <span className="tabular ms-auto">{t("finished", { n: one.progress.finished, all: one.progress.orders })}</span>
            </div>
            <Bar label={one.title} max={one.progress.orders} value={one.progress.finished} />
            {one.finding && <p className="whitespace-pre-wrap"><span className="text-solid-gray-700">{t("finding")}：</span>{one.finding}</p>}
            {one.may_open && <div className="pt-1"><Button kind="main" icon="next" onClick={() => setAsking(one.seq)}>{t("openNext", { name: one.title })}</Button></div>}
          </li>
        ))}
      </ol>
      {asking !== null && <ReasonDialog required title={t("openTitle")} label={t("findingAsked")} submit={t("openTitle")} busy={open.isPending} fault={open.error} onClose={() => { setAsking(null); open.reset(); }} onSubmit={(finding) => open.mutateAsync({ path: { id: campaign.id }, body: { seq: asking, finding } }).then(() => { notices.ok(t("opened")); setAsking(null); }, () => undefined)} />}
    </Panel>
  );
}
