import { useMemo, useState } from "react";
import { Link } from "wouter";
import type { Campaign } from "../../api/contract";
import { useGet, useList } from "../../api/hooks";
import { Problem } from "../../app/problem";
import { useSession } from "../../app/session";
import { Badge } from "../../design/badge";
import { Button } from "../../design/button";
import { Bar, Loading } from "../../design/progress";
import { Empty } from "../../design/states";
import { DataTable, type Column } from "../../design/table";
import { useName, useWords } from "../../i18n/words";
import { Due } from "../../parts/request-state";
import { CampaignDialog } from "./campaign-dialog";
import { campaignWords, workWords } from "./words";

export default function CampaignList() {
  const t = useWords(campaignWords);
  const w = useWords(workWords);
  const name = useName();
  const { may } = useSession();
  const kinds = useGet("/work-kinds", {});
  const list = useList("/campaigns", {}, { limit: 50 });
  const [opening, setOpening] = useState(false);
  const mayOpen = may("work_write") && (kinds.data?.items.some((kind) => kind.may_order) ?? false);
  const columns = useMemo<Column<Campaign>[]>(() => [
    { id: "title", header: w("campaigns"), cell: (one) => <Link href={`/work/campaigns/${one.id}`} className="font-bold"><span className="tabular me-2 font-normal">{one.number}</span>{one.title}<span className="text-dns-14N-130 block font-normal text-solid-gray-700">{name(one.kind_title)}</span></Link> },
    { id: "sites", header: t("progress"), width: "16rem", cell: (one) => <CampaignBar campaign={one} /> },
    { id: "due", header: w("due"), width: "14rem", cell: (one) => (one.whole.finished < one.whole.orders ? <Due due={one.due} /> : <span className="text-solid-gray-600">—</span>) },
  ], [t, w, name]);
  return (
    <>
      <div className="flex flex-wrap items-center gap-3 px-4 pb-4"><p className="text-solid-gray-800">{t("lead")}</p>{mayOpen && <Button className="ms-auto" icon="plus" onClick={() => setOpening(true)}>{t("open")}</Button>}</div>
      {list.error ? <div className="p-4"><Problem fault={list.error} onRetry={list.retry} /></div> : list.pending ? <Loading /> : (
        <DataTable caption={w("campaigns")} columns={columns} rowKey={(one) => one.id} rowHref={(one) => `/work/campaigns/${one.id}`} {...list} empty={<Empty icon="form" title={t("none")}><p>{t("noneLead")}</p></Empty>} />
      )}
      {opening && kinds.data && <CampaignDialog kinds={kinds.data} onClose={() => setOpening(false)} />}
    </>
  );
}

export function CampaignBar({ campaign }: { campaign: Campaign }) {
  const t = useWords(campaignWords);
  const { whole } = campaign;
  return (
    <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
      <Bar label={t("progress")} max={whole.orders} value={whole.finished} className="h-2 w-24" />
      <span className="tabular">{t("finished", { n: whole.finished, all: whole.orders })}</span>
      {whole.overdue > 0 && <Badge tone="critical" icon="clock">{t("overdue", { n: whole.overdue })}</Badge>}
      {whole.stopped > 0 && <Badge tone="critical" icon="pause">{t("stopped", { n: whole.stopped })}</Badge>}
    </span>
  );
}
