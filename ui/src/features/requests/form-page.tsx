import { useState } from "react";
import { useLocation } from "wouter";
import type { Form } from "../../api/contract";
import { useContract, useGet, useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Await } from "../../app/problem";
import { useSession } from "../../app/session";
import { Button } from "../../design/button";
import { FormDialog } from "../../design/dialog";
import { PageHeader, Panel } from "../../design/page";
import { Note } from "../../design/states";
import { useName, useWords } from "../../i18n/words";
import { useDraft } from "../../parts/draft";
import { FaultSummary, Fields, useFilling } from "./filling";
import { RouteAhead } from "./route-picture";
import { formWords, requestWords } from "./words";

/** Drafts are one person's, for one contract: the next at the same PC does not find them. */
export const draftKey = (contract: string, account: number | undefined, of: string) => `${contract}.${account ?? 0}.${of}`;

export default function FormPage({ form: id }: { form: string }) {
  const form = useGet("/forms/{form}", { path: { form: id } });
  return <Await of={form}>{(data) => <Fill form={data} />}</Await>;
}

function Fill({ form }: { form: Form }) {
  const t = useWords(formWords);
  const r = useWords(requestWords);
  const name = useName();
  const notices = useNotices();
  const contract = useContract();
  const { session } = useSession();
  const [, navigate] = useLocation();
  const [start] = useState(() => ({ values: Object.fromEntries((form.fields ?? []).flatMap((field) => (field.start ? [[field.id, field.start]] : []))), called: {} }));
  const { draft, set, drop, restart, found } = useDraft(draftKey(contract, session.account?.id, form.id), start);
  const [clearing, setClearing] = useState(false);
  const [shown, setShown] = useState(found);
  const filling = useFilling(form.fields ?? [], draft);
  const send = useSend("POST /requests", ["/requests", "/today"]);
  const submit = () => {
    if (send.isPending) return;
    send.reset();
    if (!filling.check()) return;
    send.mutate({ body: { form: form.id, values: filling.values } }, {
      onSuccess: (made) => { drop(); notices.ok(t("sent", { number: made.number })); navigate(`/requests/${made.id}`); },
      onError: (fault) => void filling.refused(fault),
    });
  };
  return (
    <>
      <PageHeader title={name(form.title)} crumbs={[{ label: r("title"), href: "/requests" }, { label: t("chooseTitle"), href: "/requests/new" }]} lead={<>{name(form.about)}{form.clause && <span className="text-dns-14N-130 block text-solid-gray-700">{t("clause", { clause: form.clause })}</span>}</>} />
      <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_24rem]">
        <div className="flex flex-col gap-4">
          {!form.may_submit && <Note tone="warning" title={t("notAllowed")} />}
          {shown && (
            <Note tone="info" title={t("restored")}>
              <p>{t("restoredLead")}</p>
              <Button small className="mt-2" onClick={() => setClearing(true)}>{t("startAgain")}</Button>
            </Note>
          )}
          <Panel title={t("fillTitle")}>
            <form noValidate className="flex flex-col gap-6" onSubmit={(event) => { event.preventDefault(); submit(); }}>
              <FaultSummary filling={filling} fault={send.error} />
              <Fields form={form.id} filling={filling} draft={draft} set={set} />
              <div className="flex flex-wrap items-center gap-4 border-t border-solid-gray-200 pt-4">
                <Button type="submit" kind="main" icon="check" className="min-h-12 max-md:w-full" busy={send.isPending} disabled={!form.may_submit}>{t("send")}</Button>
                <span className="text-dns-14N-130 text-solid-gray-700">{t("keptHere")}</span>
              </div>
            </form>
          </Panel>
        </div>
        <Panel title={t("ahead")}>
          <p className="mb-3 text-solid-gray-700">{t("aheadLead")}</p>
          <RouteAhead form={form} filled={filling.values} called={draft.called} />
        </Panel>
      </div>
      {clearing && (
        <FormDialog title={t("startAgainTitle")} submit={t("clear")} kind="danger" onClose={() => setClearing(false)} onSubmit={() => { restart(); setShown(false); setClearing(false); }}>
          <p>{t("startAgainLead")}</p>
        </FormDialog>
      )}
    </>
  );
}
