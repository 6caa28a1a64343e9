import { useState } from "react";
import { useGet, useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Await, Problem } from "../../app/problem";
import type { Inquiry } from "../../api/contract";
import { Badge } from "../../design/badge";
import { Button } from "../../design/button";
import { TextArea } from "../../design/field";
import { PageHeader, Panel } from "../../design/page";
import { useTime } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
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
  return (
    <>
      <PageHeader title={inquiry.title} crumbs={[{ label: t("inquiries"), href: "/inquiries" }]} badge={<span className="flex gap-2"><span className="tabular">{inquiry.number}</span>{inquiry.stage && inquiry.state !== "closed" ? <Badge tone="info">{name(inquiry.stage)}</Badge> : <IncidentState state={inquiry.state} />}</span>} lead={t("askedAt", { at: at(inquiry.opened_at, "long") })} />
      <Panel title={t("detail")}><p className="whitespace-pre-wrap">{inquiry.detail}</p></Panel>
      <ol className="my-5 flex flex-col gap-3">
        {inquiry.messages.map((one) => (
          <li key={one.id} className={`max-w-200 rounded-12 border border-solid-gray-200 p-4 ${one.incoming ? "ms-auto bg-key-50" : "bg-white"}`}>
            <p className="text-dns-14N-130 mb-1 text-solid-gray-700"><b>{t(one.incoming ? "iSaid" : "deskSays")}</b>　{at(one.at, "short")}</p>
            <p className="break-words whitespace-pre-wrap">{one.body}</p>
          </li>
        ))}
      </ol>
      <form className="flex max-w-200 flex-col gap-3" onSubmit={(event) => { event.preventDefault(); write.mutate({ path: { id: inquiry.id }, body: { text } }, { onSuccess: () => { setText(""); notices.ok(t("written")); } }); }}>
        <Problem fault={write.error} />
        <TextArea required label={t("write")} rows={4} value={text} onText={setText} maxLength={10000} />
        <div><Button type="submit" kind="main" busy={write.isPending}>{t("write")}</Button></div>
      </form>
    </>
  );
}
