import { useState } from "react";
import type { Campaign, WorkKind, WorkOrder } from "../../api/contract";
import { useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Problem } from "../../app/problem";
import { FormDialog } from "../../design/dialog";
import { CONTROL, Field, TextField } from "../../design/field";
import { Note } from "../../design/states";
import { fromLocalParts, serverNow, toLocalParts, useTime } from "../../i18n/time";
import { useWords } from "../../i18n/words";
import { KindLimits } from "./new-order-dialog";
import { PlanFields, usePlanFields } from "./plan-dialog";
import { spread } from "./spread";
import { campaignWords } from "./words";

const DAY = 86_400_000;

/** One plan for all that wait for one: sites are dealt out over the days, so many a day. */
export function CampaignPlanDialog({ campaign, kind, orders, onClose }: { campaign: Campaign; kind: WorkKind | undefined; orders: readonly WorkOrder[]; onClose: () => void }) {
  const t = useWords(campaignWords);
  const notices = useNotices();
  const { at } = useTime();
  const [first, setFirst] = useState(() => toLocalParts(serverNow() + 7 * DAY).day);
  const [start, setStart] = useState("09:00");
  const [end, setEnd] = useState("12:00");
  const [perDay, setPerDay] = useState("3");
  const fields = usePlanFields();
  const send = useSend("POST /campaigns/{id}/plan", ["/campaigns", "/work-orders", "/work-summary"]);
  const days = spread(first, orders.length, Math.max(1, Number(perDay) || 1));
  const slots = orders.map((one, index) => ({ order: one.id, version: one.version, from: fromLocalParts(days[index] ?? "", start), until: fromLocalParts(days[index] ?? "", end) }));
  const whole = slots.every((slot): slot is typeof slot & { from: string; until: string } => slot.from !== null && slot.until !== null);
  const last = slots.at(-1)?.from;
  const submit = () => {
    if (!whole) return;
    send.mutate({ path: { id: campaign.id }, body: { ...fields.body, orders: slots as { order: number; version: number; from: string; until: string }[] } }, { onSuccess: () => { notices.ok(t("plannedCount", { n: slots.length })); onClose(); } });
  };
  return (
    <FormDialog wide title={`${t("plan")}（${t("toPlan", { n: orders.length })}）`} submit={t("plan")} busy={send.isPending} disabled={!whole || !fields.complete} onClose={onClose} onSubmit={submit}>
      <Problem fault={send.error} />
      <KindLimits kind={kind} />
      <div className="flex flex-wrap gap-4">
        <Field label={t("firstDay")} required>{(wiring) => <input type="date" {...wiring} className={`${CONTROL} w-44!`} value={first} onChange={(event) => setFirst(event.target.value)} />}</Field>
        <Field label={t("startTime")} required>{(wiring) => <input type="time" {...wiring} className={`${CONTROL} w-32!`} value={start} onChange={(event) => setStart(event.target.value)} />}</Field>
        <Field label={t("endTime")} required>{(wiring) => <input type="time" {...wiring} className={`${CONTROL} w-32!`} value={end} onChange={(event) => setEnd(event.target.value)} />}</Field>
        <TextField label={t("perDay")} hint={t("perDayHint")} required inputMode="numeric" value={perDay} onText={setPerDay} />
      </div>
      {last && <div role="status"><Note tone={campaign.due && last > campaign.due ? "warning" : "info"} title={t("last", { at: at(last, "long") })} /></div>}
      <PlanFields fields={fields} kind={kind} />
    </FormDialog>
  );
}
