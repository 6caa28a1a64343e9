import { useState } from "react";
import { useLocation, useSearch } from "wouter";
import { useGet, useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Await, Problem } from "../../app/problem";
import type { Desk, FoundCaller } from "../../api/contract";
import { Button } from "../../design/button";
import { Combobox } from "../../design/combobox";
import { DateTimeField, momentOf, momentToUtc } from "../../design/date-time";
import { Checkbox, Radios, Select, TextArea, TextField, type Choice } from "../../design/field";
import { PageHeader, Panel } from "../../design/page";
import { serverNow } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { DevicePicker } from "../../parts/device-picker";
import { useSeverityChoices } from "../../parts/state-badges";
import { partWords } from "../../parts/words";
import { TicketHistory } from "./ticket-history";
import { deskWords } from "./words";

type Severity = "critical" | "major" | "minor" | "warning" | "info";

export default function NewTicketPage() {
  const desk = useGet("/desk", {});
  return <Await of={desk}>{(data) => <NewTicket desk={data} />}</Await>;
}

/** One screen for the operator on the telephone: who, about what, since when; the look-up fills in what the ledgers know. */
function NewTicket({ desk }: { desk: Desk }) {
  const t = useWords(deskWords);
  const p = useWords(partWords);
  const name = useName();
  const severities = useSeverityChoices();
  const notices = useNotices();
  const [, navigate] = useLocation();
  const create = useSend("POST /tickets", ["/tickets", "/incidents", "/today"]);
  const kinds = desk.kinds;
  const wanted = new URLSearchParams(useSearch()).get("kind")?.split(",")[0];
  const [kindId, setKind] = useState((kinds.find((kind) => kind.id === wanted) ?? kinds.find((kind) => kind.from_portal) ?? kinds[0])?.id ?? "");
  const kind = kinds.find((one) => one.id === kindId);
  const asks = (field: string) => kind?.fields.includes(field) ?? false;
  const [form, setForm] = useState({ title: "", detail: "", severity: "minor", channel: "phone", stopped: false });
  const set = (change: Partial<typeof form>) => setForm((old) => ({ ...old, ...change }));
  const [caller, setCaller] = useState({ name: "", section: "", extension: "", mail: "", contact: 0 });
  const [device, setDevice] = useState<Choice | null>(null);
  const [opened] = useState(() => momentOf(serverNow()));
  const [when, setWhen] = useState(opened);
  const take = (found: FoundCaller) => {
    if (found.kind === "device") setDevice({ value: String(found.id), label: found.name });
    else if (found.kind === "section") setCaller((old) => ({ ...old, section: found.name, extension: old.extension || (found.extension ?? "") }));
    else setCaller((old) => ({ ...old, contact: found.id, name: found.name, section: found.section || old.section, extension: found.extension || old.extension }));
  };
  // Left as it was, it means now.
  const at = when === opened ? null : momentToUtc(when);
  const submit = () => create.mutate(
    { body: {
      kind: kindId, channel: form.channel as "phone" | "mail", title: form.title, detail: form.detail, device: device ? Number(device.value) : null,
      ...(asks("severity") ? { severity: form.severity as Severity } : {}), ...(asks("service_stopped") ? { service_stopped: form.stopped } : {}), ...(at ? { at } : {}),
      caller: asks("caller") ? { name: caller.name, section: caller.section, extension: caller.extension, mail: caller.mail, contact: caller.contact || null } : {},
    } },
    { onSuccess: (made) => { notices.ok(t("created", { number: made.number })); navigate(`/incidents/${made.id}`); } },
  );
  return (
    <>
      <PageHeader title={t(asks("caller") ? "createTitle" : "createIncident")} crumbs={[{ label: t("title"), href: "/tickets" }]} />
      <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_24rem]">
        <form className="flex flex-col gap-4 rounded-12 border border-solid-gray-200 bg-white p-4" onSubmit={(event) => { event.preventDefault(); if (!create.isPending) submit(); }}>
          <Problem fault={create.error} />
          <Radios legend={t("kind")} inline value={kindId} onChange={setKind} choices={kinds.map((one) => ({ value: one.id, label: name(one.title) }))} />
          {asks("caller") && <CallerSearch onTake={take} />}
          {asks("caller") && <div className="grid gap-4 md:grid-cols-2">
            <TextField label={t("callerName")} value={caller.name} onText={(text) => setCaller((old) => ({ ...old, name: text, contact: 0 }))} maxLength={100} />
            <TextField label={t("section")} value={caller.section} onText={(section) => setCaller((old) => ({ ...old, section }))} maxLength={100} />
            <TextField label={t("extension")} value={caller.extension} onText={(extension) => setCaller((old) => ({ ...old, extension }))} maxLength={40} inputMode="tel" />
            <TextField label={t("mail")} type="email" value={caller.mail} onText={(mail) => setCaller((old) => ({ ...old, mail }))} maxLength={200} />
          </div>}
          <DevicePicker label={p("device")} value={device} onChoose={setDevice} />
          <TextField required label={t("subject")} value={form.title} onText={(title) => set({ title })} maxLength={300} error={create.error?.field("title")} />
          <TextArea label={t("detail")} rows={4} value={form.detail} onText={(detail) => set({ detail })} maxLength={10000} />
          {asks("severity") && <Select label={p("severity")} value={form.severity} onText={(severity) => set({ severity })} choices={severities} />}
          {asks("service_stopped") && <Checkbox label={t("stopped")} checked={form.stopped} onChange={(stopped) => set({ stopped })} />}
          <div className="grid gap-4 md:grid-cols-2">
            {asks("caller") && <Radios legend={t("channel")} inline value={form.channel} onChange={(channel) => set({ channel })} choices={[{ value: "phone", label: t("phone") }, { value: "mail", label: t("byMail") }]} />}
            <DateTimeField label={t(asks("caller") ? "when" : "detectedAt")} required value={when} onChange={setWhen} error={create.error?.field("at")} />
          </div>
          <div className="flex justify-end"><Button type="submit" kind="main" icon="check" busy={create.isPending}>{t("create")}</Button></div>
        </form>
        <div className="flex flex-col gap-5">
          {caller.contact > 0 && <Panel title={t("historyOf", { name: caller.name })}><TicketHistory contact={caller.contact} /></Panel>}
          {device && <Panel title={t("historyOf", { name: device.label })}><TicketHistory device={Number(device.value)} /></Panel>}
        </div>
      </div>
    </>
  );
}

function CallerSearch({ onTake }: { onTake: (found: FoundCaller) => void }) {
  const t = useWords(deskWords);
  const [q, setQ] = useState("");
  const found = useGet("/callers", { query: { q } }, { enabled: q.trim() !== "", keep: true });
  const words = { contact: t("foundContact"), section: t("foundSection"), device: t("foundDevice") };
  const items = q.trim() ? (found.data?.items ?? []) : [];
  const choices = items.map((one) => ({ value: `${one.kind}/${one.id}`, label: one.name, note: [words[one.kind], one.kind === "section" ? "" : one.section, one.extension && `${t("extension")} ${one.extension}`, one.note].filter(Boolean).join("　") }));
  return (
    <Combobox label={t("callerFind")} hint={t("callerFindHint")} value={null} choices={choices} onQuery={setQ}
      onChoose={(choice) => { const one = items.find((item) => `${item.kind}/${item.id}` === choice?.value); if (one) onTake(one); }} />
  );
}
