import { useEffect, useRef, useState } from "react";
import type { Form, FormRequest } from "../../api/contract";
import { useGet } from "../../api/hooks";
import { useLive } from "../../app/live";
import { Await } from "../../app/problem";
import { useSession } from "../../app/session";
import { Button } from "../../design/button";
import { Facts, PageHeader, Panel } from "../../design/page";
import { Note } from "../../design/states";
import { useTime } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { RequestState } from "../../parts/request-state";
import { DecidePanel } from "./decide-panel";
import { Effects } from "./effects";
import { FieldWords } from "./field-words";
import { CorrectPanel, WithdrawDialog } from "./own-panels";
import { PastRounds, RequestHistory } from "./past-rounds";
import { PrintSheet } from "./print-sheet";
import { RerouteDialog } from "./reroute-dialog";
import { RouteOf } from "./route-picture";
import { requestPageWords, requestWords } from "./words";

const ASKED_EVERY_MS = 20_000; // where no live change arrives

export default function RequestPage({ id }: { id: number }) {
  const live = useLive();
  const request = useGet("/requests/{id}", { path: { id } }, live ? {} : { refetchMs: ASKED_EVERY_MS });
  return <Await of={request}>{(data) => <WithForm request={data} reload={() => void request.refetch()} />}</Await>;
}

function WithForm({ request, reload }: { request: FormRequest; reload: () => void }) {
  const form = useGet("/forms/{form}", { path: { form: request.form } });
  // A form that the pack does not have any more: what was handed in is shown by the fields' own names.
  if (form.error?.status === 404) return <RequestView request={request} form={{ id: request.form, title: request.title, may_submit: false, fields: [], steps: [] }} reload={reload} />;
  return <Await of={form}>{(data) => <RequestView request={request} form={data} reload={reload} />}</Await>;
}

/** True after the request was changed by somebody else while this page was open. */
function useChangedByOthers(version: number) {
  const seen = useRef(version);
  const own = useRef(false);
  const [changed, setChanged] = useState(false);
  useEffect(() => {
    if (seen.current === version) return;
    seen.current = version;
    setChanged(!own.current);
    own.current = false;
  }, [version]);
  return { changed, acted: (done = true) => { own.current = done; } };
}

function RequestView({ request, form, reload }: { request: FormRequest; form: Form; reload: () => void }) {
  const t = useWords(requestPageWords);
  const r = useWords(requestWords);
  const name = useName();
  const { at } = useTime();
  const { may } = useSession();
  const [withdrawing, setWithdrawing] = useState(false);
  const [rerouting, setRerouting] = useState(false);
  const { changed, acted } = useChangedByOthers(request.version);
  const mine = request.own ?? false;
  const alive = request.state === "running" || request.state === "sent_back";
  const correcting = mine && request.state === "sent_back";
  const toDecision = () => {
    const panel = document.getElementById("decide");
    panel?.scrollIntoView({ block: "start" });
    panel?.querySelector<HTMLElement>("input")?.focus({ preventScroll: true });
  };
  const open = request.steps.filter((step) => step.state === "open");
  const mends = may("people_manage") || may("incident_close");
  return (
    <>
      <div className="print:hidden">
        <PageHeader
          title={name(request.title)}
          crumbs={[{ label: r("title"), href: "/requests" }]}
          badge={<span className="flex flex-wrap items-center gap-2"><span className="tabular">{request.number}</span><RequestState state={request.state} /></span>}
          actions={<>
            <Button icon="print" onClick={() => window.print()}>{t("print")}</Button>
            {mends && alive && !mine && request.steps.some((step) => step.state !== "passed" && step.state !== "left_out") && <Button icon="people" onClick={() => setRerouting(true)}>{t("reroute")}</Button>}
            {mine && alive && <Button icon="close" onClick={() => setWithdrawing(true)}>{t("withdraw")}</Button>}
          </>}
        />
        <div role="status">{changed && <div className="mb-4"><Note tone="info" title={t("changedNow")}>{t("changedNowLead")}</Note></div>}</div>
        <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_26rem]">
          <div className="flex min-w-0 flex-col gap-5">
            {request.steps.some((step) => step.may_decide) && <Note tone="warning" title={t("yourTurn")}><p>{t("yourTurnLead")} <a href="#decide" onClick={(event) => { event.preventDefault(); toDecision(); }}>{t("toDecision")}</a></p></Note>}
            {correcting && <CorrectPanel key={request.version} request={request} form={form} onActed={acted} onReload={reload} />}
            {!correcting && (
              <Panel title={t("contents")}>
                <Facts facts={[[r("submitter"), request.submitter.name], [r("submittedAt"), at(request.submitted_at)]]} />
                <hr className="my-4 border-solid-gray-200" />
                <Values request={request} form={form} />
              </Panel>
            )}
            <div id="decide" tabIndex={-1} className="flex flex-col gap-5 empty:hidden"><DecidePanel request={request} form={form} onActed={acted} onReload={reload} /></div>
            <Effects request={request} mends={mends} onActed={acted} />
            <PastRounds request={request} form={form} />
            <RequestHistory request={request} />
          </div>
          <div className="xl:sticky xl:top-18"><Panel title={t("route")}><RouteOf request={request} /></Panel></div>
        </div>
      </div>
      <PrintSheet request={request} form={form} />
      {withdrawing && <WithdrawDialog request={request} onActed={acted} onClose={() => setWithdrawing(false)} />}
      {rerouting && <RerouteDialog request={request} steps={open.length > 0 ? open : request.steps} onActed={acted} onClose={() => setRerouting(false)} />}
    </>
  );
}

/** What was filled in, first by the submitter, then by the steps; fields that were never asked for are left out. */
export function valueFacts(request: FormRequest, form: Form, name: (of: Form["title"]) => string) {
  const fields = [...(form.fields ?? []), ...(form.steps ?? []).flatMap((step) => step.fills ?? [])];
  const unknown = Object.keys(request.values).filter((id) => !fields.some((field) => field.id === id));
  const one = (id: string, title: string) => [title, <FieldWords key={id} field={fields.find((field) => field.id === id)} value={request.values[id]} called={request.shown?.[id]} request={request.id} />] as const;
  const given = (ids: readonly { id: string; title: Form["title"] }[]) => ids.filter((field) => request.values[field.id] !== undefined && request.values[field.id] !== "").map((field) => one(field.id, name(field.title)));
  return { asked: [...given(form.fields ?? []), ...unknown.map((id) => one(id, id))], filled: given((form.steps ?? []).flatMap((step) => step.fills ?? [])) };
}

function Values({ request, form }: { request: FormRequest; form: Form }) {
  const t = useWords(requestPageWords);
  const name = useName();
  const { asked, filled } = valueFacts(request, form, name);
  return (
    <>
      {asked.length === 0 ? <p className="text-solid-gray-700">{t("nothing")}</p> : <Facts columns={1} facts={asked} />}
      {filled.length > 0 && <><h3 className="text-std-16B-170 mt-5 mb-2">{t("filledBySteps")}</h3><Facts columns={1} facts={filled} /></>}
    </>
  );
}
