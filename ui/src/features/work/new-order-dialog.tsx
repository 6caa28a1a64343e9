import { useState } from "react";
import { useLocation } from "wouter";
import type { WorkKind } from "../../api/contract";
import { useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Problem } from "../../app/problem";
import { DateTimeField, momentToUtc, type LocalMoment } from "../../design/date-time";
import { FormDialog } from "../../design/dialog";
import { Select, TextArea, TextField, type Choice } from "../../design/field";
import { useName, useWords } from "../../i18n/words";
import { useSiteChoices } from "../../parts/sites";
import { MachineChooser } from "./machine-chooser";
import { workWords } from "./words";

const NO_DAY: LocalMoment = { day: "", time: "" };

/** What the kind asks for, in the pack's own words. */
export function KindLimits({ kind }: { kind: WorkKind | undefined }) {
  const t = useWords(workWords);
  const name = useName();
  if (!kind) return null;
  return <p className="text-dns-14N-130 text-solid-gray-700">{[t("limit", { notice: name(kind.notice) }), kind.within ? t("withinLimit", { within: name(kind.within) }) : "", ...kind.check_lists.map((list) => name(list.title))].filter(Boolean).join(" ／ ")}</p>;
}

export function NewOrderDialog({ kinds, onClose }: { kinds: readonly WorkKind[]; onClose: () => void }) {
  const t = useWords(workWords);
  const name = useName();
  const notices = useNotices();
  const [, navigate] = useLocation();
  const offered = kinds.filter((kind) => kind.may_order);
  const [kind, setKind] = useState(offered[0]?.id ?? "");
  const [title, setTitle] = useState("");
  const [detail, setDetail] = useState("");
  const [site, setSite] = useState("");
  const [devices, setDevices] = useState<readonly Choice[]>([]);
  const [due, setDue] = useState(NO_DAY);
  const sites = useSiteChoices();
  const open = useSend("POST /work-orders", ["/work-orders", "/work-summary"]);
  const submit = () => {
    const end = due.day ? momentToUtc({ day: due.day, time: "23:59" }) : null;
    open.mutate(
      { body: { kind, title, detail, devices: devices.map((one) => Number(one.value)), ...(site && devices.length === 0 ? { site: Number(site) } : {}), ...(end ? { due: end } : {}) } },
      { onSuccess: (made) => { notices.ok(t("ordered", { number: made.number })); onClose(); navigate(`/work/${made.id}`); } },
    );
  };
  return (
    <FormDialog title={t("newOrder")} submit={t("order")} busy={open.isPending} disabled={kind === "" || title.trim() === ""} onClose={onClose} onSubmit={submit}>
      <Problem fault={open.error} />
      <Select label={t("kind")} required value={kind} onText={setKind} choices={offered.map((one) => ({ value: one.id, label: name(one.title) }))} />
      <KindLimits kind={offered.find((one) => one.id === kind)} />
      <TextField label={t("subject")} required value={title} onText={setTitle} maxLength={200} />
      <TextArea label={t("detail")} value={detail} onText={setDetail} maxLength={10000} />
      <MachineChooser value={devices} onChange={setDevices} />
      {devices.length === 0 && <Select label={t("site")} value={site} onText={setSite} empty="" choices={sites} />}
      <DateTimeField dayOnly label={t("wantedBy")} value={due} onChange={setDue} />
    </FormDialog>
  );
}
