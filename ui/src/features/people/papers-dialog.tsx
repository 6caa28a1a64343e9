import { useState } from "react";
import type { RosterEntry } from "../../api/contract";
import { useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Problem } from "../../app/problem";
import { DateTimeField, momentOf } from "../../design/date-time";
import { FormDialog } from "../../design/dialog";
import { serverNow } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { FilesField, type KeptFile } from "../../parts/files";
import { peopleWords } from "./words";

interface Given {
  day: ReturnType<typeof momentOf>;
  files: readonly KeptFile[];
}

/** Each paper that the contract asks for: the day it was handed over, or its file. */
export function PapersDialog({ entry, onClose }: { entry: RosterEntry; onClose: () => void }) {
  const t = useWords(peopleWords);
  const name = useName();
  const notices = useNotices();
  const send = useSend("POST /roster/{id}/papers", ["/roster", "/people", "/today"]);
  const [rows, setRows] = useState(() => (entry.papers ?? []).map((paper) => ({ paper, day: { ...momentOf(serverNow()), day: paper.day ?? "" }, files: (paper.file ? [{ id: paper.file, name: paper.file_name ?? "" }] : []) as readonly KeptFile[] })));
  const change = (id: string, next: Partial<Given>) => setRows((all) => all.map((one) => (one.paper.id === id ? { ...one, ...next } : one)));
  const papers = rows.flatMap(({ paper, day, files }) => {
    const file = files.at(-1)?.id;
    return day.day || file ? [{ id: paper.id, ...(day.day ? { day: day.day } : {}), ...(file ? { file } : {}) }] : [];
  });
  return (
    <FormDialog title={t("papersTitle", { name: entry.person_name })} submit={t("savePapers")} busy={send.isPending} onClose={onClose}
      onSubmit={() => send.mutate({ path: { id: entry.id }, body: { papers } }, { onSuccess: () => { notices.ok(t("papersSaved")); onClose(); } })}>
      <Problem fault={send.error} />
      <p>{t("papersLead")}</p>
      {rows.map(({ paper, day, files }) => (
        <fieldset key={paper.id} className="flex flex-col gap-2 border-t border-solid-gray-200 pt-3">
          <legend className="font-bold">{name(paper.title)}{paper.clause && <span className="text-dns-14N-130 ms-2 font-normal text-solid-gray-700">{paper.clause}</span>}</legend>
          <DateTimeField dayOnly label={t("paperDay")} value={day} onChange={(next) => change(paper.id, { day: next })} />
          <FilesField label={t("paperFile")} button={t("addPaper")} files={files} onChange={(next) => change(paper.id, { files: next })} />
        </fieldset>
      ))}
    </FormDialog>
  );
}
