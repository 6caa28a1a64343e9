import { useState } from "react";
import { useGet, useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Await, Problem } from "../../app/problem";
import type { Inquiry } from "../../api/contract";
import { Badge } from "../../design/badge";
import { Button } from "../../design/button";
import { TextArea } from "../../design/field";
import { PageHeader, Panel } from "../../design/page";
import { Note } from "../../design/states";
import { useTime } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { FileLinks, FilesField, type KeptFile } from "../../parts/files";
import { IncidentState } from "../../parts/state-badges";
import { deskWords } from "./words";

export default function InquiryPage({ id }: { id: number }) {
  const inquiry = useGet("/inquiries/{id}", { path: { id } }, { refetchMs: 60_000 });
  return <Await of={inquiry}>{(data) => <InquiryView inquiry={data} />}</Await>;
}

function InquiryView({ inquiry }: { inquiry: Inquiry }) {
  const t = useWords(deskWords);
  const name = useName();
  const { at } = useTime();
  const notices = useNotices();
  const write = useSend("POST /inquiries/{id}/messages", ["/inquiries"]);
  const [text, setText] = useState("");
  const [files, setFiles] = useState<readonly KeptFile[]>([]);
  // Merged, it stands as the ticket does in which it goes on.
  const { stage, state } = inquiry.merged ?? inquiry;
  return (
    <>
      <PageHeader title={inquiry.title} crumbs={[{ label: t("inquiries"), href: "/inquiries" }]} badge={<span className="flex gap-2"><span className="tabular">{inquiry.number}</span>{stage && state !== "closed" ? <Badge tone="info">{name(stage)}</Badge> : <IncidentState state={state} />}</span>} lead={t("askedAt", { at: at(inquiry.opened_at, "long") })} />
      <div className="max-w-240">
      {inquiry.merged && <div className="mb-4"><Note title={t("goesOn", { number: inquiry.merged.number })}>{t("goesOnLead")}</Note></div>}
      <Panel title={t("detail")}>
        <p className="break-words whitespace-pre-wrap">{inquiry.detail}</p>
        {inquiry.files.length > 0 && <div className="mt-3"><FileLinks files={inquiry.files} inquiry={inquiry.id} /></div>}
      </Panel>
      <ol className="my-5 flex flex-col gap-3">
        {inquiry.messages.map((one) => (
          <li key={one.id} className={`max-w-200 rounded-12 border border-solid-gray-200 p-4 ${one.incoming ? "ms-auto bg-key-50" : "bg-white"}`}>
            <p className="text-dns-14N-130 mb-1 text-solid-gray-700"><b>{t(one.incoming ? "iSaid" : "deskSays")}</b>　{at(one.at, "short")}</p>
            <p className="break-words whitespace-pre-wrap">{one.body}</p>
            {one.files.length > 0 && <div className="mt-2"><FileLinks files={one.files} inquiry={inquiry.id} /></div>}
          </li>
        ))}
      </ol>
      <form className="flex max-w-200 flex-col gap-3" onSubmit={(event) => { event.preventDefault(); write.mutate({ path: { id: inquiry.id }, body: { text, attachments: files.map((file) => file.id) } }, { onSuccess: () => { setText(""); setFiles([]); notices.ok(t("written")); } }); }}>
        <Problem fault={write.error} />
        <TextArea required label={t("write")} rows={4} value={text} onText={setText} maxLength={10000} />
        <FilesField label={t("files")} button={t("addFiles")} files={files} onChange={setFiles} />
        <div><Button type="submit" kind="main" busy={write.isPending}>{t("write")}</Button></div>
      </form>
      </div>
    </>
  );
}
