import { useMemo, useState } from "react";
import type { RosterEntry } from "../../api/contract";
import { useList, useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Problem } from "../../app/problem";
import { useSession } from "../../app/session";
import { Badge, type Tone } from "../../design/badge";
import { Button } from "../../design/button";
import { FormDialog } from "../../design/dialog";
import { Select, TextArea } from "../../design/field";
import { Loading } from "../../design/progress";
import { Empty } from "../../design/states";
import { DataTable, type Column } from "../../design/table";
import { useTime } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { useFilters } from "../../parts/filter-state";
import { PapersDialog } from "./papers-dialog";
import { peopleWords } from "./words";

const TONES: Record<RosterEntry["state"], Tone> = { submitted: "warning", approved: "ok", refused: "critical", ended: "neutral" };
const STATES = ["submitted", "approved", "refused", "ended"] as const;
type Decision = "approve" | "refuse" | "end";

export function RosterTab() {
  const t = useWords(peopleWords);
  const { at } = useTime();
  const name = useName();
  const { session, may } = useSession();
  const decides = may("roster_approve");
  const [filters, set] = useFilters();
  const submits = may("roster_submit") || may("people_manage");
  const [papersOf, setPapersOf] = useState<RosterEntry | null>(null);
  const [deciding, setDeciding] = useState<{ entry: RosterEntry; decision: Decision } | null>(null);
  const list = useList("/roster", { query: { state: filters["state"] } });
  const me = session.account?.id;
  const columns = useMemo<Column<RosterEntry>[]>(() => {
    const day = (value: string | null | undefined) => (value ? at(`${value}T00:00:00+09:00`, "date") : "");
    return [
      { id: "name", header: t("person"), width: "12rem", cell: (one) => <><span className="font-bold">{one.person_name}</span> {one.organisation}</> },
      { id: "state", header: t("state"), narrow: true, width: "8rem", cell: (one) => <Badge tone={TONES[one.state]} icon={one.state === "approved" ? "check" : "info"}>{t(one.state)}</Badge> },
      { id: "role", header: t("role"), width: "9rem", cell: (one) => t(one.role) },
      { id: "period", header: t("period"), width: "10rem", cell: (one) => <span className="tabular">{day(one.from)} – {day(one.until)}</span> },
      {
        id: "papers", header: t("papers"), width: "14rem", cell: (one) => {
          const papers = one.papers ?? [];
          if (papers.length === 0) return "";
          return (
            <span className="flex flex-col items-start gap-1">
              {papers.map((paper) => <span key={paper.id} className={`text-dns-14N-130 ${paper.given ? "" : "font-bold text-error-1"}`}>{name(paper.title)}：{paper.given ? [day(paper.day), paper.file_name].filter(Boolean).join(" ") : t("paperMissing")}</span>)}
              {submits && one.state === "submitted" && <Button small onClick={() => setPapersOf(one)}>{t("enterPapers")}<span className="sr-only">{one.person_name}</span></Button>}
            </span>
          );
        },
      },
      { id: "by", header: t("by"), width: "13rem", cell: (one) => <span className="text-dns-14N-130">{one.submitted_by}{one.decided_by && ` → ${one.decided_by}`}{one.reason && `（${one.reason}）`}</span> },
      {
        id: "decide", header: t("actions"), width: "12rem", cell: (one) => (
          <span className="flex flex-wrap gap-2">
            {decides && one.state === "submitted" && one.person !== me && <><Button small kind="main" disabled={(one.papers_missing ?? 0) > 0} onClick={() => setDeciding({ entry: one, decision: "approve" })}>{t("approve")}</Button><Button small onClick={() => setDeciding({ entry: one, decision: "refuse" })}>{t("refuse")}</Button></>}
            {decides && one.state === "approved" && <Button small onClick={() => setDeciding({ entry: one, decision: "end" })}>{t("end")}</Button>}
          </span>
        ),
      },
    ];
  }, [t, at, me, decides, submits, name]);
  return (
    <>
      <div className="mb-3 max-w-64"><Select label={t("state")} value={filters["state"] ?? ""} onText={(state) => set({ state })} empty={t("anyState")} choices={STATES.map((value) => ({ value, label: t(value) }))} /></div>
      {list.error ? <Problem fault={list.error} onRetry={list.retry} /> : list.pending ? <Loading /> : <DataTable caption={t("tabRoster")} columns={columns} rowKey={(one) => one.id} {...list} empty={<Empty icon="people" title={t("noEntries")} />} />}
      {papersOf && <PapersDialog entry={papersOf} onClose={() => setPapersOf(null)} />}
      {deciding && <DecideDialog {...deciding} onClose={() => setDeciding(null)} />}
    </>
  );
}

function DecideDialog({ entry, decision, onClose }: { entry: RosterEntry; decision: Decision; onClose: () => void }) {
  const t = useWords(peopleWords);
  const notices = useNotices();
  const decide = useSend("POST /roster/{id}/decision", ["/roster", "/people", "/today"]);
  const [reason, setReason] = useState("");
  return (
    <FormDialog title={t(decision)} submit={t(decision)} kind={decision === "approve" ? "main" : "danger"} busy={decide.isPending} onClose={onClose}
      onSubmit={() => decide.mutate({ path: { id: entry.id }, body: { decision, ...(reason ? { reason } : {}) } }, { onSuccess: () => { notices.ok(t("decided")); onClose(); } })}>
      <Problem fault={decide.error} />
      <p>{t("decideLead", { name: entry.person_name, role: t(entry.role) })} {entry.note}</p>
      <TextArea label={t("reason")} rows={2} value={reason} onText={setReason} {...(decision === "approve" ? { markOptional: true } : { required: true })} error={decide.error?.field("reason")} />
    </FormDialog>
  );
}
