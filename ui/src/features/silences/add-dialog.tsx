import { useState } from "react";
import { useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Problem } from "../../app/problem";
import { IconButton } from "../../design/button";
import { DateTimeField, momentOf, momentToUtc } from "../../design/date-time";
import { FormDialog } from "../../design/dialog";
import { Radios, Select, TextArea, type Choice } from "../../design/field";
import { serverNow } from "../../i18n/time";
import { useWords } from "../../i18n/words";
import { DevicePicker } from "../../parts/device-picker";
import { useSiteChoices } from "../../parts/sites";
import { silenceWords } from "./words";

const HOUR = 3_600_000;

export function AddDialog({ device, deviceName, onClose }: { device?: string | undefined; deviceName?: string | undefined; onClose: () => void }) {
  const t = useWords(silenceWords);
  const notices = useNotices();
  const add = useSend("POST /silences", ["/silences", "/today", "/devices"]);
  const sites = useSiteChoices();
  const [kind, setKind] = useState("devices");
  const [devices, setDevices] = useState<readonly Choice[]>(device ? [{ value: device, label: deviceName || device }] : []);
  const [site, setSite] = useState("");
  const [from, setFrom] = useState(() => momentOf(serverNow()));
  const [to, setTo] = useState(() => momentOf(serverNow() + 2 * HOUR));
  const [why, setWhy] = useState("");
  const [tried, setTried] = useState(false);

  const start = momentToUtc(from);
  const end = momentToUtc(to);
  const nothing = kind === "devices" ? devices.length === 0 : site === "";
  const disordered = start !== null && end !== null && start >= end;
  const submit = () => {
    setTried(true);
    if (nothing || disordered || !start || !end) return;
    add.mutate(
      { body: { from: start, to: end, why, ...(kind === "devices" ? { devices: devices.map((one) => Number(one.value)) } : { sites: [Number(site)] }) } },
      { onSuccess: () => { notices.ok(t("added")); onClose(); } },
    );
  };

  return (
    <FormDialog title={t("add")} submit={t("add")} busy={add.isPending} onClose={onClose} onSubmit={submit}>
      <Problem fault={add.error} />
      <Radios inline legend={t("kind")} value={kind} onChange={setKind} choices={[{ value: "devices", label: t("kindDevices") }, { value: "sites", label: t("kindSites") }]} />
      {kind === "sites" ? (
        <Select label={t("site")} required value={site} onText={setSite} choices={sites} empty="" error={tried && nothing ? t("chooseOne") : null} />
      ) : (
        <>
          <DevicePicker label={t("device")} value={null} error={tried && nothing ? t("chooseOne") : null} onChoose={(choice) => { if (choice) setDevices((all) => (all.some((one) => one.value === choice.value) ? all : [...all, choice])); }} />
          {devices.length > 0 && (
            <ul aria-label={t("chosen")} className="flex flex-wrap gap-2">
              {devices.map((one) => <li key={one.value} className="flex items-center rounded-8 border border-solid-gray-420 ps-3">{one.label}<IconButton icon="close" label={t("remove", { name: one.label })} onClick={() => setDevices((all) => all.filter((each) => each !== one))} /></li>)}
            </ul>
          )}
        </>
      )}
      <DateTimeField label={t("from")} required value={from} onChange={setFrom} error={add.error?.field("from")} />
      <DateTimeField label={t("to")} required value={to} onChange={setTo} error={tried && disordered ? t("order") : add.error?.field("to")} />
      <TextArea label={t("why")} hint={t("whyHint")} required value={why} onText={setWhy} maxLength={1000} error={add.error?.field("why")} />
    </FormDialog>
  );
}
