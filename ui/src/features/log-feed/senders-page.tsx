import { useMemo, useState } from "react";
import { Link } from "wouter";
import type { GetAnswer } from "../../api/contract";
import { useAsk, useGet, useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Await, Problem } from "../../app/problem";
import { useSession } from "../../app/session";
import { Badge } from "../../design/badge";
import { Button, LinkButton } from "../../design/button";
import { FormDialog } from "../../design/dialog";
import type { Choice } from "../../design/field";
import { Code, Facts, PageHeader, Panel } from "../../design/page";
import { Empty, Note } from "../../design/states";
import { DataTable, type Column } from "../../design/table";
import { useTime } from "../../i18n/time";
import { useWords } from "../../i18n/words";
import { DevicePicker } from "../../parts/device-picker";
import { about } from "./draft";
import { feedWords } from "./words";

type Sender = GetAnswer<"/syslog/senders">["items"][number];
const SILENT_MS = 3_600_000;
const WRONG_MS = 5_000;

export default function SendersPage() {
  const t = useWords(feedWords);
  const senders = useGet("/syslog/senders", {}, { refetchMs: 10_000, keep: true });
  return (
    <>
      <PageHeader title={t("senders")} lead={t("sendersLead")} actions={<LinkButton href="/log-rules" icon="alert">{t("toRules")}</LinkButton>} />
      <div className="flex flex-col gap-5">
        <Counters />
        <Await of={senders}>{(data) => <Senders senders={data.items} whole={data.whole} />}</Await>
      </div>
    </>
  );
}

function Counters() {
  const t = useWords(feedWords);
  const counters = useGet("/syslog/counters", {}, { refetchMs: 10_000, keep: true });
  return (
    <Panel title={t("counts")}>
      <Await of={counters}>
        {(data) => {
          const figure = (number: number, bad = false) => <strong className={`tabular ${bad && number ? "text-red-900" : ""}`}>{number.toLocaleString()}</strong>;
          const agrees = data.received === data.stored + data.waiting + data.refused + data.dropped;
          return (
            <div className="flex flex-col gap-3">
              <Facts columns={3} facts={[
                [t("received"), figure(data.received)],
                [t("stored"), figure(data.stored)],
                [t("waiting"), figure(data.waiting)],
                [t("refused"), figure(data.refused)],
                [t("dropped"), figure(data.dropped, true)],
                [t("lost"), figure(data.lost_in_kernel, true)],
                [t("cut"), figure(data.cut)],
              ]} />
              {data.problems.map((problem, index) => <Note key={index} tone="warning" title={problem.detail ?? problem.title}>{problem.advice}</Note>)}
              {data.lost_in_kernel > 0 && <Note tone="warning">{t("lostLead")}</Note>}
              {agrees ? <p className="text-dns-14N-130 text-solid-gray-700">{t("agree")}</p> : <Note tone="warning">{t("disagree")}</Note>}
            </div>
          );
        }}
      </Await>
    </Panel>
  );
}

function Senders({ senders, whole }: { senders: readonly Sender[]; whole: boolean }) {
  const t = useWords(feedWords);
  const { at } = useTime();
  const { may } = useSession();
  const accepts = may("device_accept");
  const sees = may("log_read");
  const [accepting, setAccepting] = useState<Sender | null>(null);
  const [unparsed, setUnparsed] = useState<Sender | null>(null);
  // Those that need somebody first: in no ledger, silent, then by name.
  const rows = useMemo(() => {
    const rank = (one: Sender) => (!one.known ? 0 : silence(one) ? 1 : 2);
    return [...senders].sort((a, b) => rank(a) - rank(b) || a.device.localeCompare(b.device, "ja"));
  }, [senders]);
  const columns = useMemo<Column<Sender>[]>(() => [
    { id: "sender", header: t("sender"), cell: (one) => <>{one.device !== one.address && <span className="font-bold">{one.device} </span>}{one.address && <Code>{one.address}</Code>}</> },
    { id: "state", header: t("state"), width: "13.5rem", narrow: true, cell: (one) => <State sender={one} /> },
    { id: "last", header: t("last"), width: "8.5rem", cell: (one) => <span className="tabular">{at(one.last, "short")}</span> },
    { id: "rate", header: t("rate"), width: "7rem", numeric: true, cell: (one) => one.per_second.toLocaleString(undefined, { maximumFractionDigits: one.per_second < 10 ? 1 : 0 }) },
    { id: "lines", header: t("lines"), width: "8rem", numeric: true, cell: (one) => <span className="whitespace-nowrap">{one.received.toLocaleString()}</span> },
    {
      id: "unparsed", header: t("unparsed"), width: "9rem", numeric: true, cell: (one) => {
        const share = one.received ? (100 * one.unparsed) / one.received : 0;
        const said = one.unparsed === 0 ? "0" : `${one.unparsed.toLocaleString()} (${share < 0.1 ? "<0.1" : share.toLocaleString(undefined, { maximumFractionDigits: 1 })} %)`;
        return one.unparsed > 0 && one.kept && sees ? <button type="button" className="text-key-900 underline" aria-label={`${said} ${t("unparsedHint")}: ${one.device}`} onClick={() => setUnparsed(one)}>{said}</button> : said;
      },
    },
    { id: "skew", header: t("skew"), width: "9rem", cell: (one) => <Skew ms={one.skew_ms ?? null} /> },
    ...(accepts ? [{ id: "accept", header: t("acceptShort"), width: "9rem", cell: (one: Sender) => !one.known && <Button small onClick={() => setAccepting(one)}>{t("acceptShort")}</Button> }] : []),
  ], [t, at, accepts, sees]);
  return (
    <>
      {!whole && <Note tone="warning">{t("notWhole")}</Note>}
      <div className="overflow-hidden rounded-12 border border-solid-gray-200 bg-white">
        <DataTable caption={t("senders")} columns={columns} rows={rows} rowKey={(one) => `${one.address} ${one.device}`} empty={<Empty icon="info" title={t("none")}>{t("noneLead")}</Empty>} />
      </div>
      {unparsed && <Samples sender={unparsed} onClose={() => setUnparsed(null)} />}
      {accepting && <AcceptDialog sender={accepting} onClose={() => setAccepting(null)} />}
    </>
  );
}

const silence = (one: Sender) => !one.since_start || (one.last != null && Date.now() - Date.parse(one.last) > SILENT_MS);

function State({ sender }: { sender: Sender }) {
  const t = useWords(feedWords);
  if (!sender.known) return <Badge tone={sender.kept ? "info" : "warning"} icon="question">{t(sender.kept ? "unknown" : "refusedLines")}</Badge>;
  if (!sender.since_start) return <Badge tone="warning" icon="alert">{t("notSinceStart")}</Badge>;
  if (silence(sender)) return <Badge tone="warning" icon="alert">{t("silent")}</Badge>;
  return <Badge tone="ok" icon="check">{t("arriving")}</Badge>;
}

function Skew({ ms }: { ms: number | null }) {
  const t = useWords(feedWords);
  if (ms === null) return <>—</>;
  if (Math.abs(ms) < WRONG_MS) return <>{t("exact")}</>;
  const far = about(Math.abs(ms) / 1000);
  const n = t(`of_${far.unit}`, { n: far.n });
  return <span className="text-orange-900">{t(ms > 0 ? "ahead" : "behind", { n })}</span>;
}

function Samples({ sender, onClose }: { sender: Sender; onClose: () => void }) {
  const t = useWords(feedWords);
  const { at } = useTime();
  const q = `kind:syslog parser:none device:="${sender.device.replaceAll('"', '""')}"`;
  const found = useAsk("POST /log-search/rows", { body: { q, from: "7d", limit: 5 } });
  return (
    <Panel title={`${t("samples")}: ${sender.device}`} actions={<><LinkButton href={`/logs?q=${encodeURIComponent(q)}&from=7d`} icon="search">{t("inSearch")}</LinkButton><Button icon="close" onClick={onClose}>{t("close")}</Button></>}>
      <p className="mb-2 text-solid-gray-800">{t("samplesLead")}</p>
      <Await of={found}>
        {(data) => (
          <ul className="flex flex-col gap-2">
            {data.items.map((event) => <li key={event.us}><span className="text-dns-14N-130 tabular text-solid-gray-700">{at(event.at, "seconds")}</span><pre className="overflow-auto rounded-8 bg-solid-gray-50 p-2 font-mono text-[0.85rem] break-all whitespace-pre-wrap" tabIndex={0}>{String(event.fields["raw"] ?? event.fields["message"] ?? "")}</pre></li>)}
          </ul>
        )}
      </Await>
    </Panel>
  );
}

function AcceptDialog({ sender, onClose }: { sender: Sender; onClose: () => void }) {
  const t = useWords(feedWords);
  const notices = useNotices();
  const accept = useSend("POST /syslog/senders/accept", ["/syslog"]);
  const [device, setDevice] = useState<Choice | null>(null);
  return (
    <FormDialog title={t("accept")} submit={t("accept")} busy={accept.isPending} disabled={!device} onClose={onClose}
      onSubmit={() => device && accept.mutate({ body: { address: sender.address, device: Number(device.value) } }, { onSuccess: () => { notices.ok(t("accepted")); onClose(); } })}>
      <Problem fault={accept.error} />
      <p>{t("acceptLead", { address: sender.address })} <Link href={`/logs?q=${encodeURIComponent(`device:="${sender.device}"`)}`}>{t("inSearch")}</Link></p>
      <DevicePicker label={t("device")} required value={device} onChoose={setDevice} />
    </FormDialog>
  );
}
