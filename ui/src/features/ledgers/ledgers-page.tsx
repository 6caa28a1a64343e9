import { Link } from "wouter";
import { useGet } from "../../api/hooks";
import { Await } from "../../app/problem";
import { Badge } from "../../design/badge";
import { Icon } from "../../design/icon";
import { PageHeader } from "../../design/page";
import { Empty } from "../../design/states";
import { useName, useWords } from "../../i18n/words";
import { ledgerWords } from "./words";

export default function LedgersPage() {
  const t = useWords(ledgerWords);
  const name = useName();
  const ledgers = useGet("/ledgers", {});
  return (
    <>
      <PageHeader title={t("title")} lead={t("lead")} />
      <Await of={ledgers}>
        {({ items }) => items.length === 0 ? <Empty icon="ledger" title={t("none")} /> : (
          <ul className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
            {items.map((ledger) => (
              <li key={ledger.id}>
                <Link href={`/ledgers/${ledger.id}`} className="plain-link flex min-h-24 items-center gap-4 rounded-12 border border-solid-gray-200 bg-white p-4 hover:border-key-900 [&:hover_strong]:underline">
                  <Icon name="ledger" className="size-8 text-key-900" />
                  <span className="flex flex-col gap-1"><strong className="text-std-18B-160">{name(ledger.name)}</strong>
                    <span className="flex flex-wrap items-center gap-2">{ledger.count !== undefined && <span className="tabular">{t("records", { n: ledger.count.toLocaleString() })}</span>}{ledger.personal && <Badge tone="warning" icon="account">{t("personal")}</Badge>}</span></span>
                </Link>
              </li>
            ))}
          </ul>
        )}
      </Await>
    </>
  );
}
