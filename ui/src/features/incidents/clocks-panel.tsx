import { useState } from "react";
import type { Clock } from "../../api/contract";
import { useGet, useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Await, Problem } from "../../app/problem";
import { useSession } from "../../app/session";
import { Button } from "../../design/button";
import { Dialog, FormDialog } from "../../design/dialog";
import { TextArea } from "../../design/field";
import { Facts, Panel } from "../../design/page";
import { Empty } from "../../design/states";
import { useTime } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { ClockView } from "../../parts/clock-view";
import { incidentWords } from "./words";

export function ClocksPanel({ clocks }: { clocks: readonly Clock[] }) {
  const t = useWords(incidentWords);
  const { may } = useSession();
  const [explained, setExplained] = useState<Clock | null>(null);
  const [reasoned, setReasoned] = useState<Clock | null>(null);
  return (
    <Panel title={t("clocks")}>
      {clocks.length === 0 ? <Empty icon="clock" title={t("noClocks")} /> : (
        <ul className="flex flex-col gap-4">
          {clocks.map((clock) => (
            <li key={clock.id}>
              <ClockView clock={clock} />
              {clock.reason && <p className="text-dns-14N-130 ms-17 mt-1">{t("missedWhy")}：{clock.reason}</p>}
              <p className="ms-14 flex flex-wrap">
                <Button small kind="quiet" onClick={() => setExplained(clock)}>{t("explain")}</Button>
                {clock.reason_missing && may("clock_reason") && <Button small kind="quiet" onClick={() => setReasoned(clock)}>{t("giveReason")}</Button>}
              </p>
            </li>
          ))}
        </ul>
      )}
      {explained && <Account clock={explained} onClose={() => setExplained(null)} />}
      {reasoned && <ReasonDialog clock={reasoned} onClose={() => setReasoned(null)} />}
    </Panel>
  );
}

/** How the time was counted, line by line: what a deadline says must be checkable by hand. */
function Account({ clock, onClose }: { clock: Clock; onClose: () => void }) {
  const t = useWords(incidentWords);
  const name = useName();
  const { at, span } = useTime();
  const full = useGet("/clocks/{id}", { path: { id: clock.id } });
  return (
    <Dialog title={name(clock.name)} onClose={onClose}>
      <Await of={full}>
        {(data) => (
          <div className="flex flex-col gap-4">
            {data.rule_words && <p className="rounded-8 bg-solid-gray-50 p-3">{name(data.rule_words)}</p>}
            <Facts facts={[
              [t("startedAt"), at(data.started, "seconds")],
              [t("stoppedAt"), at(data.stopped, "seconds")],
              [t("counted"), data.counted_s === undefined ? "" : span(data.counted_s)],
              [t("limit"), data.limit_s == null ? "" : span(data.limit_s)],
              [t("clause"), data.clause],
            ]} />
            <ol className="flex list-decimal flex-col gap-1 ps-6">{data.account?.map((line, index) => <li key={index} className="tabular">{name(line)}</li>)}</ol>
          </div>
        )}
      </Await>
    </Dialog>
  );
}

function ReasonDialog({ clock, onClose }: { clock: Clock; onClose: () => void }) {
  const t = useWords(incidentWords);
  const name = useName();
  const notices = useNotices();
  const give = useSend("POST /clocks/{id}/reason", ["/incidents", "/today", "/clocks"]);
  const [reason, setReason] = useState("");
  return (
    <FormDialog title={t("giveReason")} submit={t("giveReason")} busy={give.isPending} onClose={onClose}
      onSubmit={() => give.mutate({ path: { id: clock.id }, body: { reason } }, { onSuccess: () => { notices.ok(t("reasonGiven")); onClose(); } })}>
      <Problem fault={give.error} />
      <TextArea required label={t("breachWhy", { clock: name(clock.name) })} value={reason} onText={setReason} maxLength={4000} />
    </FormDialog>
  );
}
