import { useState } from "react";
import type { Deputy } from "../../api/contract";
import { useGet, useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Await, Problem } from "../../app/problem";
import { useSession } from "../../app/session";
import { Badge } from "../../design/badge";
import { Button } from "../../design/button";
import { FormDialog } from "../../design/dialog";
import { TextField } from "../../design/field";
import { PageHeader, Panel } from "../../design/page";
import { Empty, Note } from "../../design/states";
import { serverNow, toLocalParts, useTime } from "../../i18n/time";
import { useWords } from "../../i18n/words";
import { PersonPicker } from "./form-field";
import { deputyWords, requestWords } from "./words";

const today = () => toLocalParts(serverNow()).day;

export default function DeputiesPage() {
  const t = useWords(deputyWords);
  const r = useWords(requestWords);
  const { session } = useSession();
  const me = session.account?.id;
  const deputies = useGet("/deputies", {});
  const [ending, setEnding] = useState<Deputy | null>(null);
  return (
    <div className="max-w-200">
      <PageHeader title={t("title")} lead={t("lead")} crumbs={[{ label: r("title"), href: "/requests" }]} />
      <div className="flex flex-col gap-5">
        <Await of={deputies}>
          {({ items }) => {
            const mine = items.filter((one) => one.person.id === me);
            const forMe = items.filter((one) => one.deputy.id === me);
            const others = items.filter((one) => one.person.id !== me && one.deputy.id !== me);
            return (
              <>
                <Panel title={t("mine")}>{mine.length === 0 ? <Empty icon="people" title={t("none")}><p>{t("noneLead")}</p></Empty> : <List deputies={mine} called={(one) => one.deputy.name} onEnd={setEnding} />}</Panel>
                <AddDeputy />
                <Panel title={t("forMe")}>{forMe.length === 0 ? <p className="text-solid-gray-700">{t("noneForMe")}</p> : <List deputies={forMe} called={(one) => one.person.name} />}</Panel>
                {others.length > 0 && <Panel title={t("others")}><List deputies={others} called={(one) => t("pair", { person: one.person.name, deputy: one.deputy.name })} /></Panel>}
              </>
            );
          }}
        </Await>
      </div>
      {ending && <EndDialog deputy={ending} onClose={() => setEnding(null)} />}
    </div>
  );
}

function List({ deputies, called, onEnd }: { deputies: readonly Deputy[]; called: (one: Deputy) => string; onEnd?: (one: Deputy) => void }) {
  const t = useWords(deputyWords);
  const { at } = useTime();
  const day = (text: string) => at(`${text}T00:00:00+09:00`, "date");
  const now = today();
  const state = (one: Deputy) => (one.until < now ? "past" : one.from > now ? "later" : "now");
  return (
    <ul className="flex flex-col divide-y divide-solid-gray-200">
      {deputies.map((one) => (
        <li key={one.id} className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3">
          <div className="min-w-0 grow basis-60"><p className="font-bold">{called(one)}</p><p className="tabular">{t("period", { from: day(one.from), until: day(one.until) })}</p></div>
          <Badge tone={state(one) === "now" ? "ok" : state(one) === "later" ? "info" : "neutral"} icon={state(one) === "now" ? "check" : "clock"}>{t(state(one))}</Badge>
          {onEnd && state(one) !== "past" && <Button onClick={() => onEnd(one)}>{t("end")}<span className="sr-only">{one.deputy.name}</span></Button>}
        </li>
      ))}
    </ul>
  );
}

function AddDeputy() {
  const t = useWords(deputyWords);
  const notices = useNotices();
  const { session } = useSession();
  const add = useSend("POST /deputies", ["/deputies"]);
  const [who, setWho] = useState({ id: "", name: "" });
  const [from, setFrom] = useState(today);
  const [until, setUntil] = useState("");
  const [missing, setMissing] = useState(false);
  return (
    <Panel title={t("add")}>
      <form noValidate className="flex flex-col gap-4" onSubmit={(event) => {
        event.preventDefault();
        const complete = !!(who.id && from && until);
        setMissing(!complete);
        if (!complete || add.isPending) return;
        add.mutate({ body: { person: session.account?.id ?? 0, deputy: Number(who.id), from, until } }, { onSuccess: () => { notices.ok(t("added", { name: who.name })); setWho({ id: "", name: "" }); setUntil(""); } });
      }}>
        {missing && <div role="alert"><Note tone="warning" title={t("missing")} /></div>}
        <Problem fault={add.error} />
        <PersonPicker label={t("who")} required value={who.id} called={who.name} onChange={(id, name) => setWho({ id, name: name ?? "" })} error={add.error?.field("deputy")} />
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField type="date" label={t("from")} hint={t("bothDays")} required value={from} onText={setFrom} error={add.error?.field("from")} />
          <TextField type="date" label={t("until")} hint={t("bothDays")} required min={from} value={until} onText={setUntil} error={add.error?.field("until")} />
        </div>
        <div><Button type="submit" kind="main" icon="plus" className="min-h-12 max-md:w-full" busy={add.isPending}>{t("save")}</Button></div>
      </form>
    </Panel>
  );
}

function EndDialog({ deputy, onClose }: { deputy: Deputy; onClose: () => void }) {
  const t = useWords(deputyWords);
  const notices = useNotices();
  const end = useSend("DELETE /deputies/{id}", ["/deputies"]);
  return (
    <FormDialog title={t("endTitle")} submit={t("end")} kind="danger" busy={end.isPending} onClose={onClose} onSubmit={() => end.mutate({ path: { id: deputy.id } }, { onSuccess: () => { notices.ok(t("ended")); onClose(); } })}>
      <Problem fault={end.error} />
      <p>{t("endLead", { name: deputy.deputy.name })}</p>
    </FormDialog>
  );
}
