import { useState } from "react";
import { useLocation } from "wouter";
import type { WorkKindList } from "../../api/contract";
import { useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Problem } from "../../app/problem";
import { DateTimeField, momentToUtc, type LocalMoment } from "../../design/date-time";
import { FormDialog } from "../../design/dialog";
import { Radios, Select, TextArea, TextField } from "../../design/field";
import { useName, useWords } from "../../i18n/words";
import { WaveFields, type WaveDraft } from "./campaign-waves";
import { ALL_MACHINES, MachineFilterFields } from "./machine-filter";
import { KindLimits } from "./new-order-dialog";
import { campaignWords, workWords } from "./words";

export function CampaignDialog({ kinds, onClose }: { kinds: WorkKindList; onClose: () => void }) {
  const t = useWords(campaignWords);
  const w = useWords(workWords);
  const name = useName();
  const notices = useNotices();
  const [, navigate] = useLocation();
  const offered = kinds.items.filter((kind) => kind.may_order);
  const [kind, setKind] = useState(offered[0]?.id ?? "");
  const [title, setTitle] = useState("");
  const [detail, setDetail] = useState("");
  const [per, setPer] = useState("site");
  const [filter, setFilter] = useState(ALL_MACHINES);
  const [waves, setWaves] = useState<readonly WaveDraft[]>([]);
  const [due, setDue] = useState<LocalMoment>({ day: "", time: "" });
  const open = useSend("POST /campaigns", ["/campaigns", "/work-orders", "/work-summary"]);
  const submit = () => {
    const end = due.day ? momentToUtc({ day: due.day, time: "23:59" }) : null;
    open.mutate(
      { body: { kind, title, detail, per_site: per === "site", classes: [...filter.classes], sites: [...filter.sites], text: filter.text, ...(waves.length > 0 ? { waves: waves.map((one) => ({ title: one.title, devices: one.machines.map((machine) => Number(machine.value)), sites: [...one.sites] })) } : {}), ...(end ? { due: end } : {}) } },
      { onSuccess: (made) => { notices.ok(t("opened", { number: made.number })); onClose(); navigate(`/work/campaigns/${made.id}`); } },
    );
  };
  return (
    <FormDialog wide title={t("open")} submit={t("open")} busy={open.isPending} disabled={kind === "" || title.trim() === "" || waves.some((one) => one.title.trim() === "")} onClose={onClose} onSubmit={submit}>
      <Problem fault={open.error} />
      <Select label={w("kind")} required value={kind} onText={setKind} choices={offered.map((one) => ({ value: one.id, label: name(one.title) }))} />
      <KindLimits kind={offered.find((one) => one.id === kind)} />
      <TextField label={w("subject")} required value={title} onText={setTitle} maxLength={200} />
      <TextArea label={w("detail")} value={detail} onText={setDetail} maxLength={10000} />
      <Radios legend={t("per")} value={per} onChange={setPer} choices={[{ value: "site", label: t("perSite") }, { value: "device", label: t("perDevice") }]} />
      <MachineFilterFields kinds={kinds} value={filter} onChange={setFilter} />
      <WaveFields value={waves} onChange={setWaves} />
      <DateTimeField dayOnly label={w("wantedBy")} value={due} onChange={setDue} />
    </FormDialog>
  );
}
