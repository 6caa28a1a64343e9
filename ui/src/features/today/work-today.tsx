import { Link } from "wouter";
import type { WorkDueList } from "../../api/contract";
import { useGet } from "../../api/hooks";
import { useSession } from "../../app/session";
import { Badge } from "../../design/badge";
import { Panel } from "../../design/page";
import { useTime } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { Due } from "../../parts/request-state";
import { todayWords } from "./words";

type WorkDue = WorkDueList["items"][number];
const FEW = 8;
const WORDS = { plan: "workPlan", approve: "workApprove", start: "workStart", finish: "workFinish", accept: "workAccept", order: "workOrder", campaign: "workCampaign", notice: "workNotice", regular: "workRegular" } as const;

function hrefOf(one: WorkDue): string {
  if (one.what === "notice") return "/work?view=notices";
  if (one.what === "regular") return "/ledgers/schedule?view=year";
  return one.campaign ? `/work/campaigns/${one.campaign}` : `/work/${one.id}`;
}

export function useWorkDue() {
  const { may } = useSession();
  return useGet("/work-due", {}, { enabled: may("work_read"), refetchMs: 60_000, keep: true });
}

/** Work that is late or due within a week: what is whose turn first; nothing when there is none. */
export function WorkDuePanel() {
  const t = useWords(todayWords);
  const name = useName();
  const { at } = useTime();
  const found = useWorkDue().data;
  if (!found || found.items.length === 0) return null;
  const ordered = [...found.items.filter((one) => one.mine), ...found.items.filter((one) => !one.mine)];
  return (
    <Panel title={t("work")} count={<>{found.late > 0 && <Badge tone="critical" icon="alert">{t("lateWork", { n: found.late })}</Badge>}</>} actions={<Link href="/work">{t("allWork")}</Link>}>
      <ul className="flex flex-col divide-y divide-solid-gray-200">
        {ordered.slice(0, FEW).map((one) => (
          <li key={`${one.what}.${one.id ?? one.kind}.${one.due}`} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2.5">
            <span className="w-36 shrink-0">{t(WORDS[one.what])}</span>
            <Link href={hrefOf(one)} className="min-w-0 grow basis-60 py-1 font-bold">{one.number && <span className="tabular me-2 font-normal">{one.number}</span>}{name(one.title)}{one.orders > 1 && <span className="ms-2 font-normal">{t("workOrders", { n: one.orders })}</span>}</Link>
            {one.mine && <Badge tone="info" icon="account">{t("workMine")}</Badge>}
            {one.late ? <Badge tone="critical" icon="alert">{at(one.due, "short")}</Badge> : <Due due={one.due} />}
          </li>
        ))}
      </ul>
      {(found.more || ordered.length > FEW) && <p className="text-dns-14N-130 mt-2 text-solid-gray-700">{t("workMore")}</p>}
    </Panel>
  );
}
