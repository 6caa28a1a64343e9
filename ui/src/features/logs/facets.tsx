import type { LogFacets, LogKind } from "../../api/contract";
import { IconButton } from "../../design/button";
import { useName, useWords } from "../../i18n/words";
import { logWords } from "./words";

/** The values that are there, most frequent first; a click adds one to the search, the small button leaves it out. */
export function Facets({ facets, counting, kinds, onAdd, onKind }: { facets: LogFacets; counting: boolean; kinds: readonly LogKind[]; onAdd: (condition: string) => void; onKind: (kind: string) => void }) {
  const t = useWords(logWords);
  const name = useName();
  const titleOf = (kind: string) => name(kinds.find((one) => one.kind === kind)?.title) || kind;
  return (
    <div className="flex flex-col gap-4">
      {facets.partial && <p className="text-dns-14N-130 px-2 text-solid-gray-700">{t(counting ? "facetsCounting" : "facetsPart")}</p>}
      {facets.kinds.some((one) => one.count > 0) && (
        <Group title={t("kinds")}>
          {facets.kinds.filter((one) => one.count > 0).map((one) => <Value key={one.kind} value={titleOf(one.kind)} count={one.count} least={facets.partial} onAdd={() => onKind(one.kind)} />)}
        </Group>
      )}
      {facets.facets.map((facet) => (
        <Group key={facet.field} title={name(facet.title)}>
          {facet.values.map((one) => <Value key={one.value} value={one.value} count={one.count} least={facets.partial} onAdd={() => onAdd(one.text)} onNot={() => onAdd(`-${one.text}`)} />)}
          {facet.more && <li className="text-dns-14N-130 px-2 text-solid-gray-700">{t("moreValues")}</li>}
        </Group>
      ))}
    </div>
  );
}

function Group({ title, children }: { title: string; children: React.ReactNode }) {
  return <section><h3 className="text-oln-14B-100 px-2 pb-1">{title}</h3><ul>{children}</ul></section>;
}

function Value({ value, count, least, onAdd, onNot }: { value: string; count: number; least: boolean; onAdd: () => void; onNot?: () => void }) {
  const t = useWords(logWords);
  return (
    <li className="flex items-center">
      <button type="button" onClick={onAdd} className="flex min-h-9 min-w-0 grow cursor-pointer items-center justify-between gap-2 rounded-6 px-2 text-start hover:bg-key-50">
        <span className="min-w-0 truncate text-key-900 underline">{value}</span><span className="sr-only">{t("facetAdd")}</span><span className="text-dns-14N-130 tabular shrink-0 text-solid-gray-700">{least ? t("atLeast", { n: count.toLocaleString() }) : count.toLocaleString()}</span>
      </button>
      {onNot && <IconButton icon="close" label={t("facetNot", { name: value })} onClick={onNot} className="size-9! text-solid-gray-700" />}
    </li>
  );
}
