/** Days of logs as they were sealed, and whether they still are so. */
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import type { LogSeal } from "../../api/contract";
import { useFileAddress, useGet, useList, useSend } from "../../api/hooks";
import { Problem } from "../../app/problem";
import { Badge, type Tone } from "../../design/badge";
import { Button, DownloadLink } from "../../design/button";
import { Dialog } from "../../design/dialog";
import { Select, TextField } from "../../design/field";
import { FilterBar } from "../../design/filter-bar";
import type { IconName } from "../../design/icon";
import { Code } from "../../design/page";
import { Loading } from "../../design/progress";
import { Empty } from "../../design/states";
import { DataTable, type Column } from "../../design/table";
import { useTime } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { JobProgress } from "../../parts/job-progress";
import { keepingWords } from "./keeping/words";

type Finding = NonNullable<LogSeal["check"]>["finding"];
const LOOKS: Record<Finding, readonly [Tone, IconName, "holdsTrue" | "dropped" | "differs" | "damaged"]> = {
  holds: ["ok", "check", "holdsTrue"],
  dropped: ["neutral", "clock", "dropped"],
  differs: ["critical", "alert", "differs"],
  damaged: ["critical", "alert", "damaged"],
};

export function Seals() {
  const t = useWords(keepingWords);
  const name = useName();
  const { at } = useTime();
  const [kind, setKind] = useState("");
  const known = useGet("/log-search/kinds", {});
  const about = useGet("/log-seals", { query: { limit: 1 } }, { keep: true });
  const list = useList("/log-seals", { query: kind ? { kind } : {} }, { limit: 100 });
  const [checking, setChecking] = useState<LogSeal | null>(null);
  const [proving, setProving] = useState<LogSeal | null>(null);
  const mayCheck = about.data?.may_check ?? false;
  const columns = useMemo<Column<LogSeal>[]>(() => {
    const about = (one: LogSeal) => known.data?.kinds.find((other) => other.kind === one.kind);
    return [
      { id: "day", header: t("day"), width: "7.5rem", cell: (one) => <span className="tabular font-bold">{one.day}</span> },
      { id: "kind", header: t("kind"), width: "10rem", cell: (one) => name(about(one)?.title) || one.kind },
      { id: "events", header: t("events"), width: "6.5rem", numeric: true, cell: (one) => one.events.toLocaleString() },
      { id: "sources", header: t("sources"), width: "8rem", numeric: true, cell: (one) => one.sources.toLocaleString() },
      { id: "root", header: t("root"), cell: (one) => <><Code>{one.root.slice(0, 16)}…</Code><span className="text-dns-14N-130 block text-solid-gray-700">{t("entry", { n: one.entry })}</span></> },
      { id: "check", header: t("check"), width: "15rem", cell: (one) => (one.check ? <><Badge tone={LOOKS[one.check.finding][0]} icon={LOOKS[one.check.finding][1]}>{t(LOOKS[one.check.finding][2])}</Badge><span className="text-dns-14N-130 block text-solid-gray-700">{t("checkedBy", { who: one.check.who, at: at(one.check.at, "short") })}</span></> : t("notChecked")) },
      { id: "actions", header: t("actions"), width: "11rem", cell: (one) => (
        <span className="flex flex-wrap gap-2">
          {mayCheck && <Button small onClick={() => setChecking(one)}>{t("checkNow")}<span className="sr-only">{one.day}</span></Button>}
          {about(one)?.may && <Button small kind="quiet" onClick={() => setProving(one)}>{t("proof")}<span className="sr-only">{one.day}</span></Button>}
        </span>
      ) },
    ];
  }, [t, name, at, known.data, mayCheck]);
  return (
    <>
      <FilterBar><Select label={t("kind")} value={kind} onText={setKind} empty={t("allKinds")} choices={(known.data?.kinds ?? []).map((one) => ({ value: one.kind, label: name(one.title) }))} /></FilterBar>
      {list.error ? <div className="p-4"><Problem fault={list.error} onRetry={list.retry} /></div> : list.pending ? <Loading /> : <DataTable caption={t("seals")} columns={columns} rowKey={(one) => one.entry} {...list} empty={<Empty icon="check" title={t("noSeals")}><p>{t("noSealsLead")}</p></Empty>} />}
      {checking && <CheckDialog seal={checking} onClose={() => setChecking(null)} />}
      {proving && <ProofDialog seal={proving} onClose={() => setProving(null)} />}
    </>
  );
}

function CheckDialog({ seal, onClose }: { seal: LogSeal; onClose: () => void }) {
  const t = useWords(keepingWords);
  const queries = useQueryClient();
  const [job, setJob] = useState<number | null>(null);
  const start = useSend("POST /log-seals/checks");
  const done = useCallback(() => {
    void queries.invalidateQueries({ queryKey: ["/log-seals"] });
    onClose();
  }, [queries, onClose]);
  return (
    <Dialog title={`${t("check")} ${seal.day}`} onClose={onClose}>
      <p className="mb-4">{t("checking")}</p>
      <Problem fault={start.error} />
      {job === null ? <Button kind="main" busy={start.isPending} onClick={() => start.mutate({ body: { kind: seal.kind, day: seal.day } }, { onSuccess: (made) => setJob(made.id) })}>{t("checkNow")}</Button> : <JobProgress id={job} label={t("check")} onDone={done} />}
    </Dialog>
  );
}

function ProofDialog({ seal, onClose }: { seal: LogSeal; onClose: () => void }) {
  const t = useWords(keepingWords);
  const file = useFileAddress();
  const [source, setSource] = useState("");
  return (
    <Dialog title={t("proof")} onClose={onClose}>
      <p className="mb-4">{t("proofLead", { day: seal.day })}</p>
      <TextField label={t("source")} required value={source} onText={setSource} />
      <div className="mt-4">{source.trim() && <DownloadLink href={file("/log-seals/proof", { query: { kind: seal.kind, day: seal.day, source: source.trim() } })}>{t("take")}</DownloadLink>}</div>
    </Dialog>
  );
}
