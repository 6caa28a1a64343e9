import { useState } from "react";
import { Link } from "wouter";
import type { EquipmentList } from "../../api/contract";
import { useGet } from "../../api/hooks";
import { Badge } from "../../design/badge";
import { Button } from "../../design/button";
import { Panel } from "../../design/page";
import { useName, useWords } from "../../i18n/words";
import { deviceWords } from "./words";

type Kind = EquipmentList["items"][number];

function Difference({ one }: { one: Pick<Kind, "missing" | "extra"> }) {
  const t = useWords(deviceWords);
  if (one.missing > 0) return <Badge tone="warning" icon="alert">{t("equipmentMissing", { n: one.missing.toLocaleString() })}</Badge>;
  if (one.extra > 0) return <Badge tone="info" icon="info">{t("equipmentExtra", { n: one.extra.toLocaleString() })}</Badge>;
  return <Badge tone="ok" icon="check">{t("equipmentSame")}</Badge>;
}

/** How many of each kind the specification names, and how many the ledger holds; what differs comes first. */
export function EquipmentPanel() {
  const t = useWords(deviceWords);
  const name = useName();
  const [all, setAll] = useState(false);
  const found = useGet("/equipment", {}).data;
  const kinds = (found?.items ?? []).filter((one) => one.in_ledger);
  if (!found || kinds.length === 0) return null;
  const differs = (one: Kind) => one.missing + one.extra > 0 || one.sites.length > 0;
  const different = kinds.filter(differs);
  const shown = all ? [...different, ...kinds.filter((one) => !differs(one))] : different;
  return (
    <Panel className="mb-5" title={t("equipment")} count={<span className="tabular">{t("equipmentDiffers", { n: different.length, all: kinds.length })}</span>} actions={<Button small aria-expanded={all} onClick={() => setAll(!all)}>{t(all ? "equipmentFew" : "equipmentAll")}</Button>}>
      {shown.length > 0 && (
        <ul className="flex max-h-100 flex-col divide-y divide-solid-gray-200 overflow-auto" tabIndex={0} aria-label={t("equipment")}>
          {shown.map((one) => (
            <li key={one.id} className="py-2">
              <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
                <Link href={`/devices?class=${one.class ?? ""}`} className="min-w-0 grow basis-60 font-bold">{name(one.name)}<span className="text-dns-14N-130 ms-2 font-normal text-solid-gray-700">{one.clause}</span></Link>
                <span className="tabular">{t("equipmentCounts", { scope: one.scope == null ? "—" : `${one.about ? t("about") : ""}${one.scope.toLocaleString()}`, ledger: one.ledger.toLocaleString() })}</span>
                {one.scope != null && <Difference one={one} />}
              </div>
              {one.sites.length > 0 && (
                <details className="mt-1">
                  <summary className="cursor-pointer">{t("equipmentSites", { n: one.sites.length })}</summary>
                  <ul className="mt-1 flex flex-col gap-1 ps-4">{one.sites.map((site) => <li key={site.id} className="flex flex-wrap items-center gap-3"><span>{name(site.name)}</span><span className="tabular">{t("equipmentCounts", { scope: String(site.scope ?? "—"), ledger: String(site.ledger) })}</span><Difference one={site} /></li>)}</ul>
                </details>
              )}
            </li>
          ))}
        </ul>
      )}
      {found.others > 0 && <p className="text-dns-14N-130 mt-2 text-solid-gray-700">{t("equipmentOthers", { n: found.others.toLocaleString() })}</p>}
    </Panel>
  );
}
