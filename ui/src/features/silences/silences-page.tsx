import { useMemo, useState } from "react";
import type { Silence } from "../../api/contract";
import { useList, useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Problem } from "../../app/problem";
import { useSession } from "../../app/session";
import { Badge } from "../../design/badge";
import { Button } from "../../design/button";
import { FormDialog } from "../../design/dialog";
import { Select } from "../../design/field";
import { FilterBar } from "../../design/filter-bar";
import { PageHeader } from "../../design/page";
import { Loading } from "../../design/progress";
import { Empty } from "../../design/states";
import { DataTable, type Column } from "../../design/table";
import { useTime } from "../../i18n/time";
import { useWords } from "../../i18n/words";
import { useFilters } from "../../parts/filter-state";
import { partWords } from "../../parts/words";
import { AddDialog } from "./add-dialog";
import { silenceWords } from "./words";

const targets = (one: Silence) => [...(one.site_names ?? []), ...(one.device_names ?? [])].join("、");
const STATES = ["running", "planned", "ended"] as const;

export default function SilencesPage() {
  const t = useWords(silenceWords);
  const p = useWords(partWords);
  const { at } = useTime();
  const [filters, set] = useFilters();
  const { may } = useSession();
  const writes = may("silence_write");
  const [ending, setEnding] = useState<Silence | null>(null);
  const list = useList("/silences", { query: { state: filters["state"] } });
  const adding = filters["new"] === "1";

  const columns = useMemo<Column<Silence>[]>(() => [
    { id: "what", header: t("what"), cell: (one) => <span className="font-bold">{targets(one)}</span> },
    { id: "state", header: p("state"), narrow: true, width: "7rem", cell: (one) => <Badge tone={one.state === "running" ? "warning" : one.state === "planned" ? "info" : "neutral"} icon={one.state === "running" ? "silence" : one.state === "planned" ? "clock" : "check"}>{t(one.state)}</Badge> },
    { id: "period", header: t("period"), width: "14rem", cell: (one) => <span className="tabular">{at(one.from, "short")} – {at(one.to, "short")}</span> },
    { id: "why", header: t("why"), cell: (one) => <>{one.why}{one.ended_early_by && <span className="text-dns-14N-130 block text-solid-gray-700">{t("endedEarly", { who: one.ended_early_by })}</span>}</> },
    { id: "who", header: t("who"), width: "9rem", cell: (one) => one.who },
    { id: "held", header: t("held"), width: "7rem", numeric: true, cell: (one) => one.held_alerts ?? 0 },
    { id: "end", header: p("action"), width: "10rem", cell: (one) => writes && one.state !== "ended" && <Button small onClick={() => setEnding(one)}>{t("endNow")}</Button> },
  ], [t, p, at, writes]);

  return (
    <>
      <PageHeader title={t("title")} lead={t("lead")} actions={writes && <Button kind="main" icon="plus" onClick={() => set({ new: "1" })}>{t("add")}</Button>} />
      <div className="overflow-hidden rounded-12 border border-solid-gray-200 bg-white">
        <FilterBar>
          <Select label={p("state")} value={filters["state"] ?? ""} onText={(state) => set({ state })} choices={STATES.map((value) => ({ value, label: t(value) }))} empty={p("anyState")} />
        </FilterBar>
        {list.error ? <div className="p-4"><Problem fault={list.error} onRetry={list.retry} /></div> : list.pending ? <Loading /> : (
          <DataTable caption={t("title")} columns={columns} rowKey={(one) => one.id} {...list} empty={<Empty icon="silence" title={t("none")} />} />
        )}
      </div>
      {adding && writes && <AddDialog device={filters["device"]} deviceName={filters["name"]} onClose={() => set({ new: undefined, device: undefined, name: undefined })} />}
      {ending && <EndDialog silence={ending} onClose={() => setEnding(null)} />}
    </>
  );
}

function EndDialog({ silence, onClose }: { silence: Silence; onClose: () => void }) {
  const t = useWords(silenceWords);
  const notices = useNotices();
  const end = useSend("POST /silences/{id}/end", ["/silences", "/today", "/devices"]);
  return (
    <FormDialog title={t("endTitle")} submit={t("endNow")} busy={end.isPending} onClose={onClose} onSubmit={() => end.mutate({ path: { id: silence.id } }, { onSuccess: () => { notices.ok(t("endedNow")); onClose(); } })}>
      <Problem fault={end.error} />
      <p>{t("endLead", { what: targets(silence) })}</p>
    </FormDialog>
  );
}
