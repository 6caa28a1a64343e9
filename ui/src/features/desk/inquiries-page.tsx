import { useMemo, useState } from "react";
import { Link, useLocation } from "wouter";
import type { Ticket } from "../../api/contract";
import { useGet, useList, useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Problem } from "../../app/problem";
import { Button } from "../../design/button";
import { FormDialog } from "../../design/dialog";
import { TextArea, TextField } from "../../design/field";
import { PageHeader } from "../../design/page";
import { Loading } from "../../design/progress";
import { Empty } from "../../design/states";
import { DataTable, type Column } from "../../design/table";
import { FilesField, type KeptFile } from "../../parts/files";
import { useTime } from "../../i18n/time";
import { useWords } from "../../i18n/words";
import { TicketState } from "./ticket-state";
import { deskWords } from "./words";

/** The portal's side: what one asked oneself. */
export default function InquiriesPage() {
  const t = useWords(deskWords);
  const { at } = useTime();
  const [asking, setAsking] = useState(() => new URLSearchParams(window.location.search).has("new"));
  const desk = useGet("/desk", {}, { keep: true });
  const list = useList("/inquiries", {});
  const columns = useMemo<Column<Ticket>[]>(() => [
    { id: "title", header: t("number"), cell: (one) => <Link href={`/inquiries/${one.id}`} className="font-bold"><span className="tabular me-2 font-normal">{one.number}</span>{one.title}</Link> },
    { id: "state", header: t("state"), narrow: true, width: "10rem", cell: (one) => <TicketState ticket={{ ...one, acknowledged: true }} desk={desk.data} /> },
    { id: "opened", header: t("openedAt"), width: "9rem", cell: (one) => <span className="tabular whitespace-nowrap">{at(one.opened_at, "short")}</span> },
  ], [t, at, desk.data]);
  return (
    <>
      <PageHeader title={t("inquiries")} lead={t("inquiriesLead")} actions={<Button kind="main" icon="plus" onClick={() => setAsking(true)}>{t("ask")}</Button>} />
      {asking && <AskDialog onClose={() => setAsking(false)} />}
      <div className="overflow-hidden rounded-12 border border-solid-gray-200 bg-white">
        {list.error ? <div className="p-4"><Problem fault={list.error} onRetry={list.retry} /></div> : list.pending ? <Loading /> : (
          <DataTable caption={t("inquiries")} columns={columns} rowKey={(one) => one.id} rowHref={(one) => `/inquiries/${one.id}`} {...list} empty={<Empty title={t("noInquiries")} />} />
        )}
      </div>
    </>
  );
}

function AskDialog({ onClose }: { onClose: () => void }) {
  const t = useWords(deskWords);
  const notices = useNotices();
  const [, navigate] = useLocation();
  const ask = useSend("POST /inquiries", ["/inquiries"]);
  const [title, setTitle] = useState("");
  const [detail, setDetail] = useState("");
  const [files, setFiles] = useState<readonly KeptFile[]>([]);
  return (
    <FormDialog title={t("ask")} submit={t("ask")} busy={ask.isPending} onClose={onClose}
      onSubmit={() => ask.mutate({ body: { title, detail, attachments: files.map((file) => file.id) } }, { onSuccess: (made) => { notices.ok(t("asked", { number: made.number })); navigate(`/inquiries/${made.id}`); } })}>
      <Problem fault={ask.error} />
      <TextField required label={t("askTitle")} value={title} onText={setTitle} maxLength={300} error={ask.error?.field("title")} />
      <TextArea required label={t("askDetail")} rows={6} value={detail} onText={setDetail} maxLength={10000} error={ask.error?.field("detail")} />
      <FilesField label={t("files")} button={t("addFiles")} files={files} onChange={setFiles} />
    </FormDialog>
  );
}
