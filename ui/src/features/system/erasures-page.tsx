import { useCallback, useState } from "react";
import type { ErasureAgreement } from "../../api/contract";
import { useContract, useFileAddress, useGet, useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Await, Problem } from "../../app/problem";
import { Badge } from "../../design/badge";
import { Button, DownloadLink } from "../../design/button";
import { FormDialog } from "../../design/dialog";
import { TextArea, TextField } from "../../design/field";
import { Code, PageHeader, Panel } from "../../design/page";
import { Empty } from "../../design/states";
import { useTime } from "../../i18n/time";
import { useWords } from "../../i18n/words";
import { JobProgress } from "../../parts/job-progress";
import { erasureWords } from "./words";

const AFTER = ["/erasures"];

export default function ErasuresPage() {
  const t = useWords(erasureWords);
  const list = useGet("/erasures", {}, { keep: true });
  return (
    <div className="max-w-200">
      <PageHeader title={t("title")} lead={t("lead")} />
      <div className="flex flex-col gap-5">
        <Handover />
        <Panel title={t("agreements")}>
          <Await of={list}>{({ items }) => (items.length === 0 ? <Empty icon="check" title={t("none")} /> : <ul className="flex flex-col divide-y divide-solid-gray-200">{items.map((one) => <li key={one.id} className="py-3"><Agreement one={one} /></li>)}</ul>)}</Await>
        </Panel>
        <Ask />
      </div>
    </div>
  );
}

/** Makes the hand-over as a job, and lets it be taken as one file. */
function Handover() {
  const t = useWords(erasureWords);
  const { at } = useTime();
  const contract = useContract();
  const file = useFileAddress();
  const list = useGet("/handovers", {}, { keep: true });
  const start = useSend("POST /handovers");
  const [job, setJob] = useState<number | null>(null);
  const { refetch } = list;
  const done = useCallback(() => { setJob(null); void refetch(); }, [refetch]);
  return (
    <Panel title={t("how")}>
      <p className="mb-3">{t("howLead")}</p>
      <div className="flex flex-col gap-3">
        <Problem fault={start.error} />
        <div><Button kind="main" busy={start.isPending} onClick={() => start.mutate({}, { onSuccess: (made) => setJob(made.id) })}>{t("makeHandover")}</Button></div>
        {job !== null && <JobProgress key={job} id={job} label={t("makingHandover")} onDone={done} />}
      </div>
      <Await of={list}>{({ items }) => (
        <ul className="mt-3 flex flex-col divide-y divide-solid-gray-200">
          {items.map((one) => (
            <li key={one.id} className="py-3">
              <p className="flex flex-wrap items-center gap-x-3 gap-y-1"><span className="tabular font-bold">{at(one.made_at)}</span><span>{one.made_by}</span><span className="tabular">{t("handoverSize", { mb: Math.max(0.1, one.size / 1e6).toFixed(1) })}</span>{one.there ? <DownloadLink small href={file("/handovers/{id}/file", { path: { id: one.id } })}>{t("takeHandover")}</DownloadLink> : <span className="text-solid-gray-700">{t("handoverGone")}</span>}</p>
              <p className="text-dns-14N-130 break-all">{t("fileSum")} <Code>{one.sha256}</Code></p>
              <p className="text-dns-14N-130 break-all">{t("manifestSum")} <Code>{one.manifest}</Code></p>
            </li>
          ))}
        </ul>
      )}</Await>
      <p className="mt-3">{t("byCommand")}</p>
      <p className="break-all"><Code>{`yagura handover export --database … --contract ${contract ?? ""} --out …`}</Code></p>
    </Panel>
  );
}

function Agreement({ one }: { one: ErasureAgreement }) {
  const t = useWords(erasureWords);
  const { at } = useTime();
  const notices = useNotices();
  const approve = useSend("POST /erasures/{id}/approval", AFTER);
  const [open, setOpen] = useState(false);
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="tabular font-bold">{t("number", { id: one.id })}</span>
        {one.done_at ? <Badge icon="check">{t("done")}</Badge> : one.approved_at ? <Badge tone="warning" icon="check">{t("approved")}</Badge> : <Badge tone="info" icon="clock">{t("waiting")}</Badge>}
        {one.may_approve && <Button small kind="danger" onClick={() => setOpen(true)}>{t("approve")}<span className="sr-only">{one.id}</span></Button>}
      </p>
      <p className="whitespace-pre-wrap">{one.reason}</p>
      <p className="text-dns-14N-130 text-solid-gray-700">{t("askedBy", { who: one.asked_name, at: at(one.asked_at) })}{one.approved_at && <span className="block">{t("approvedBy", { who: one.approved_name, at: at(one.approved_at) })}</span>}</p>
      <p className="text-dns-14N-130 break-all"><Code>{one.manifest}</Code></p>
      {open && (
        <FormDialog title={t("approve")} submit={t("approve")} kind="danger" busy={approve.isPending} onClose={() => setOpen(false)} onSubmit={() => approve.mutate({ path: { id: one.id } }, { onSuccess: () => { notices.ok(t("approvedNow")); setOpen(false); } })}>
          <Problem fault={approve.error} />
          <p>{t("approveLead")}</p>
        </FormDialog>
      )}
    </>
  );
}

function Ask() {
  const t = useWords(erasureWords);
  const notices = useNotices();
  const ask = useSend("POST /erasures", AFTER);
  const [manifest, setManifest] = useState("");
  const [reason, setReason] = useState("");
  return (
    <Panel title={t("ask")}>
      <form noValidate className="flex flex-col gap-4" onSubmit={(event) => {
        event.preventDefault();
        if (!ask.isPending) ask.mutate({ body: { manifest: manifest.trim(), reason } }, { onSuccess: () => { notices.ok(t("asked")); setManifest(""); setReason(""); } });
      }}>
        <p>{t("askLead")}</p>
        <Problem fault={ask.error} />
        <TextField label={t("manifest")} required spellCheck={false} value={manifest} onText={setManifest} />
        <TextArea label={t("reason")} required rows={2} maxLength={2000} value={reason} onText={setReason} />
        <div><Button type="submit" kind="danger" busy={ask.isPending}>{t("send")}</Button></div>
      </form>
    </Panel>
  );
}
