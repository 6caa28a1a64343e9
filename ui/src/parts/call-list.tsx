import { useState } from "react";
import { Link } from "wouter";
import type { Contact } from "../api/contract";
import { useSend } from "../api/hooks";
import { useNotices } from "../app/notices";
import { Problem } from "../app/problem";
import { useSession } from "../app/session";
import { Badge } from "../design/badge";
import { Button } from "../design/button";
import { FormDialog } from "../design/dialog";
import { Radios, TextArea } from "../design/field";
import { useNow, useTime } from "../i18n/time";
import { useWords } from "../i18n/words";
import { callWords } from "./words";


const RESULTS = ["answered", "no_answer", "busy", "wrong_number"] as const;
type Result = (typeof RESULTS)[number];

/** The phone list an operator works through: one button a call, and what came of it goes on the incident. */
export function CallList({ calls, showIncident }: { calls: readonly Contact[]; showIncident?: boolean }) {
  const t = useWords(callWords);
  const { at } = useTime();
  const now = useNow();
  const { may } = useSession();
  const [open, setOpen] = useState<Contact | null>(null);
  return (
    <>
      <ol className="flex flex-col divide-y divide-solid-gray-200">
        {calls.map((call) => (
          <li key={call.id} className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3">
            <div className="min-w-0 grow">
              <p className="flex flex-wrap items-center gap-2">{call.step !== undefined && <Badge>{t("step", { n: call.step })}</Badge>}<strong>{call.name}</strong></p>
              <p className="tabular flex flex-wrap gap-x-3">{call.to && <a href={`tel:${call.to.replace(/[^\d+]/g, "")}`} aria-label={t("dial", { phone: call.to })}>{call.to}</a>}
                {call.escalates_at && <span className={`text-dns-14N-130 ${Date.parse(call.escalates_at) < now ? "font-bold text-red-900" : "text-solid-gray-700"}`}>{Date.parse(call.escalates_at) < now ? t("overdue") : t("due", { at: at(call.escalates_at, "time") })}</span>}
              </p>
              {showIncident && call.incident && <p className="text-dns-14N-130"><Link href={`/incidents/${call.incident}`}>{call.incident_number ? `${call.incident_number} ${call.incident_title ?? ""}` : t("toIncident")}</Link></p>}
            </div>
            {may("contact_call") && <Button icon="phone" onClick={() => setOpen(call)}>{t("record")}</Button>}
          </li>
        ))}
      </ol>
      {open && <RecordCall call={open} onClose={() => setOpen(null)} />}
    </>
  );
}

function RecordCall({ call, onClose }: { call: Contact; onClose: () => void }) {
  const t = useWords(callWords);
  const notices = useNotices();
  const [result, setResult] = useState<Result>("answered");
  const [note, setNote] = useState("");
  const record = useSend("POST /calls/{id}", ["/calls", "/today", "/incidents"]);
  const choices = RESULTS.map((value) => ({ value, label: t(value), ...(value === "answered" || value === "no_answer" ? { note: t(`${value}Note`) } : {}) }));
  return (
    <FormDialog title={`${call.name} ${call.to ?? ""}`} submit={t("record")} busy={record.isPending} onClose={onClose}
      onSubmit={() => record.mutate({ path: { id: call.id }, body: { result, note } }, { onSuccess: () => { notices.ok(t("recorded")); onClose(); } })}>
      <Problem fault={record.error} />
      <Radios legend={t("result")} value={result} onChange={(value) => setResult(value as Result)} choices={choices} />
      <TextArea label={t("note")} markOptional value={note} onText={setNote} />
    </FormDialog>
  );
}
