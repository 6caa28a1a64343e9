import type { ContactTree } from "../../api/contract";
import { useContract, useGet } from "../../api/hooks";
import { Await } from "../../app/problem";
import { Badge, SeverityBadge } from "../../design/badge";
import { LinkButton } from "../../design/button";
import { Icon } from "../../design/icon";
import { PageHeader, Panel } from "../../design/page";
import { Empty, Note } from "../../design/states";
import { useName, useWords } from "../../i18n/words";
import { CallList } from "../../parts/call-list";
import { contactWords } from "./words";

export default function ContactsPage() {
  const t = useWords(contactWords);
  const trees = useGet("/contracts/{contract_id}/contact-trees", { path: { contract_id: useContract() } });
  const calls = useGet("/calls", {});
  return (
    <>
      <PageHeader title={t("title")} lead={t("lead")} actions={<LinkButton icon="ledger" href="/ledgers/contacts">{t("toLedger")}</LinkButton>} />
      <div className="flex flex-col gap-5">
        <Panel title={t("calls")}><Await of={calls}>{({ items }) => (items.length ? <CallList calls={items} showIncident /> : <Empty icon="phone" title={t("noCalls")} />)}</Await></Panel>
        <Await of={trees}>{({ items }) => (items.length === 0 ? <Empty icon="phone" title={t("none")} /> : <div className="grid items-start gap-5 xl:grid-cols-2">{items.map((tree) => <Tree key={tree.id} tree={tree} />)}</div>)}</Await>
      </div>
    </>
  );
}

function Tree({ tree }: { tree: ContactTree }) {
  const t = useWords(contactWords);
  const name = useName();
  return (
    <Panel title={name(tree.name)} count={tree.active_now && <Badge tone="ok" icon="check">{t("active")}</Badge>}>
      <div className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-2">
        {tree.hours && <span>{t("when")}：{tree.hours}</span>}
        {tree.severities && <span className="flex flex-wrap items-center gap-1"><span className="sr-only">{t("severities")}</span>{tree.severities.map((one) => <SeverityBadge key={one} severity={one} />)}</span>}
      </div>
      <ol className="flex flex-col">
        {tree.steps.map((step, index) => (
          <li key={index} className="relative flex gap-3 pb-4">
            {index < tree.steps.length - 1 && <span aria-hidden="true" className="absolute top-8 bottom-0 left-[0.94rem] w-0.5 bg-solid-gray-300" />}
            <span aria-hidden="true" className="grid size-8 shrink-0 place-items-center rounded-full bg-key-900 font-bold text-white">{index + 1}</span>
            <div className="min-w-0 grow">
              <p className="flex flex-wrap items-center gap-2"><span className="sr-only">{t("step", { n: index + 1 })}</span><Badge tone="info" icon={step.channel === "phone" ? "phone" : "report"}>{t(step.channel)}</Badge><strong>{name(step.name)}</strong>
                {index < tree.steps.length - 1 && <span className="text-dns-14N-130 inline-flex items-center gap-1 text-solid-gray-700"><Icon name="clock" className="size-4" />{step.wait_minutes ? t("wait", { n: step.wait_minutes }) : t("atOnce")}</span>}
              </p>
              {step.people.length === 0 ? <Note tone="warning">{t("nobody")}</Note> : <ul className="mt-1">{step.people.map((person, at) => <li key={at}>{person.name}{person.to && <span className="text-dns-14N-130 tabular ms-3 text-solid-gray-700">{person.to}</span>}</li>)}</ul>}
            </div>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
