import { useMemo, useState } from "react";
import type { TrapSender } from "../../api/contract";
import { useGet, useList, useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Await, Problem } from "../../app/problem";
import { useSession } from "../../app/session";
import { Badge } from "../../design/badge";
import { Button } from "../../design/button";
import { FormDialog } from "../../design/dialog";
import type { Choice } from "../../design/field";
import { Code, Facts, PageHeader, Panel } from "../../design/page";
import { Loading } from "../../design/progress";
import { Empty, Note } from "../../design/states";
import { DataTable, type Column } from "../../design/table";
import { useTime } from "../../i18n/time";
import { useWords } from "../../i18n/words";
import { DevicePicker } from "../../parts/device-picker";
import { refusedWords } from "./words";

// What a decision by a person can mend; a bad digest or a broken packet is mended at the device.
const ACCEPTABLE = ["unknown_sender", "unknown_engine"];

export default function RefusedPage() {
  const t = useWords(refusedWords);
  const { at } = useTime();
  const list = useList("/traps/senders", {});
  const { may } = useSession();
  const accepts = may("device_accept");
  const [accepting, setAccepting] = useState<TrapSender | null>(null);
  const columns = useMemo<Column<TrapSender>[]>(() => [
    {
      id: "address", header: t("sender"), cell: (one) => (
        <>
          <Code>{one.address}</Code> {one.version && <span className="text-dns-14N-130">{one.version}</span>}
          {one.engine_id && <span className="text-dns-14N-130 block text-solid-gray-700">{t("engine")} <Code>{one.engine_id}</Code></span>}
          {one.agent_address && one.agent_address !== one.address && <span className="text-dns-14N-130 block text-solid-gray-700">{t("agent")} <Code>{one.agent_address}</Code></span>}
        </>
      ),
    },
    { id: "reason", header: t("reason"), width: "13rem", cell: (one) => <Badge tone="warning" icon="question">{t(one.reason)}</Badge> },
    { id: "trap", header: t("trap"), cell: (one) => one.trap },
    { id: "count", header: t("count"), width: "6rem", numeric: true, cell: (one) => one.count.toLocaleString() },
    { id: "last", header: t("last"), width: "9rem", cell: (one) => <span className="tabular">{at(one.last, "short")}</span> },
    { id: "accept", header: t("action"), width: "15rem", cell: (one) => (ACCEPTABLE.includes(one.reason) ? accepts && <Button small onClick={() => setAccepting(one)}>{t("accept")}</Button> : <span className="text-dns-14N-130 text-solid-gray-700">{t("notHere")}</span>) },
  ], [t, at, accepts]);
  return (
    <>
      <PageHeader title={t("title")} lead={t("lead")} />
      <div className="flex flex-col gap-5">
        <Counters />
        <div className="overflow-hidden rounded-12 border border-solid-gray-200 bg-white">
          {list.error ? <div className="p-4"><Problem fault={list.error} onRetry={list.retry} /></div> : list.pending ? <Loading /> : <DataTable caption={t("title")} columns={columns} rowKey={(one) => one.id} {...list} empty={<Empty title={t("none")} />} />}
        </div>
      </div>
      {accepting && <AcceptDialog sender={accepting} onClose={() => setAccepting(null)} />}
    </>
  );
}

function Counters() {
  const t = useWords(refusedWords);
  const counters = useGet("/traps/counters", {}, { refetchMs: 10_000, keep: true });
  const word = (reason: string) => (reason in refusedWords ? t(reason as "malformed") : reason);
  return (
    <Panel title={t("counters")}>
      <Await of={counters}>
        {(data) => {
          const refused = Object.values(data.refused).reduce((sum, count) => sum + count, 0);
          const agrees = data.received === data.stored + refused + data.lost_in_kernel;
          return (
            <div className="flex flex-col gap-3">
              <Facts columns={3} facts={[
                [t("received"), <strong key="r" className="tabular">{data.received.toLocaleString()}</strong>],
                [t("stored"), <strong key="s" className="tabular">{data.stored.toLocaleString()}</strong>],
                [t("refused"), <strong key="f" className="tabular">{refused.toLocaleString()}</strong>],
                [t("lost"), <strong key="l" className={`tabular ${data.lost_in_kernel ? "text-red-900" : ""}`}>{data.lost_in_kernel.toLocaleString()}</strong>],
                ...Object.entries(data.refused).map(([reason, count]) => [word(reason), <span key={reason} className="tabular">{count.toLocaleString()}</span>] as const),
              ]} />
              {agrees ? <p className="text-dns-14N-130 text-solid-gray-700">{t("agree")}</p> : <Note tone="warning" title={t("disagree")}>{t("agree")}</Note>}
              {data.unknown_kinds && data.unknown_kinds.length > 0 && (
                <details><summary className="w-fit cursor-pointer text-key-900 underline">{t("unknownKinds")}</summary><ul className="mt-1 flex flex-col gap-1">{data.unknown_kinds.map((kind) => <li key={kind.oid}>{kind.name} <Code>{kind.oid}</Code> <span className="tabular">×{kind.count}</span></li>)}</ul></details>
              )}
            </div>
          );
        }}
      </Await>
    </Panel>
  );
}

function AcceptDialog({ sender, onClose }: { sender: TrapSender; onClose: () => void }) {
  const t = useWords(refusedWords);
  const notices = useNotices();
  const accept = useSend("POST /traps/senders/{id}/accept", ["/traps", "/today"]);
  const suggested = useGet("/devices/{id}", { path: { id: sender.suggested_device ?? 0 } }, { enabled: sender.suggested_device != null });
  const [chosen, setChosen] = useState<Choice | null | undefined>(undefined);
  const device = chosen === undefined ? (suggested.data ? { value: String(suggested.data.id), label: suggested.data.name } : null) : chosen;
  return (
    <FormDialog title={t("accept")} submit={t("accept")} busy={accept.isPending} disabled={!device} onClose={onClose}
      onSubmit={() => device && accept.mutate({ path: { id: sender.id }, body: { device: Number(device.value) } }, { onSuccess: () => { notices.ok(t("accepted")); onClose(); } })}>
      <Problem fault={accept.error} />
      <p>{t("acceptLead", { address: sender.address })}</p>
      <Facts facts={[[t("reason"), t(sender.reason)], [t("engine"), sender.engine_id && <Code>{sender.engine_id}</Code>], [t("trap"), sender.trap], [t("count"), sender.count.toLocaleString()]]} />
      <DevicePicker label={t("device")} required value={device} onChoose={setChosen} />
    </FormDialog>
  );
}
