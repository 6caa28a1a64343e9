import { useState } from "react";
import type { Form } from "../../api/contract";
import { useContract, useGet } from "../../api/hooks";
import { Await } from "../../app/problem";
import { useSession } from "../../app/session";
import { Badge } from "../../design/badge";
import { LinkButton } from "../../design/button";
import { TextField } from "../../design/field";
import { PageHeader } from "../../design/page";
import { Empty } from "../../design/states";
import { useName, useWords } from "../../i18n/words";
import { readDraft } from "../../parts/draft";
import { formWords, requestWords } from "./words";
import { draftKey } from "./form-page";

const MANY = 6;
const fold = (text: string) => text.normalize("NFKC").toLowerCase().replace(/[ァ-ヶ]/g, (one) => String.fromCharCode(one.charCodeAt(0) - 0x60));

export default function NewRequestPage() {
  const t = useWords(formWords);
  const r = useWords(requestWords);
  const name = useName();
  const forms = useGet("/forms", {});
  const [q, setQ] = useState("");
  return (
    <div className="max-w-240">
      <PageHeader title={t("chooseTitle")} lead={t("chooseLead")} crumbs={[{ label: r("title"), href: "/requests" }]} />
      <Await of={forms}>
        {({ items }) => {
          if (items.length === 0) return <Empty icon="form" title={t("noForms")}><p>{t("noFormLead")}</p></Empty>;
          const found = items.filter((form) => fold(`${name(form.title)} ${name(form.about)}`).includes(fold(q)));
          const mine = found.filter((form) => form.may_submit);
          const others = found.filter((form) => !form.may_submit);
          return (
            <div className="flex flex-col gap-5">
              {items.length > MANY && <TextField type="search" className="max-w-120" label={t("search")} value={q} onText={setQ} />}
              {found.length === 0 ? <Empty icon="search" title={t("noneFound")} /> : mine.length === 0 ? <Empty icon="form" title={t("noFormForMe")}><p>{t("noFormLead")}</p></Empty> : <ul className="flex flex-col gap-3">{mine.map((form) => <FormCard key={form.id} form={form} />)}</ul>}
              {others.length > 0 && (
                <details>
                  <summary className="min-h-11 cursor-pointer py-2 text-key-900 underline">{t("others")}</summary>
                  <ul className="mt-2 flex list-disc flex-col gap-1 ps-6">{others.map((form) => <li key={form.id}>{name(form.title)}</li>)}</ul>
                </details>
              )}
            </div>
          );
        }}
      </Await>
    </div>
  );
}

function FormCard({ form }: { form: Form }) {
  const t = useWords(formWords);
  const name = useName();
  const contract = useContract();
  const { session } = useSession();
  const begun = readDraft(draftKey(contract, session.account?.id, form.id)) !== null;
  const steps = form.steps ?? [];
  return (
    <li className="flex flex-wrap items-center gap-x-5 gap-y-3 rounded-12 border border-solid-gray-200 bg-white p-4">
      <div className="min-w-0 grow basis-80">
        <h2 className="text-std-18B-160 flex flex-wrap items-center gap-2">{name(form.title)}{begun && <Badge tone="info" icon="form">{t("started")}</Badge>}</h2>
        {name(form.about) && <p>{name(form.about)}</p>}
        {steps.length > 0 && <p className="text-dns-14N-130 text-solid-gray-700">{t("approvers", { who: steps.map((step) => name(step.title)).join(" → ") })}</p>}
        {form.clause && <p className="text-dns-14N-130 text-solid-gray-700">{t("clause", { clause: form.clause })}</p>}
      </div>
      <LinkButton kind="main" icon="form" href={`/requests/new/${form.id}`} className="max-md:w-full">{t("write")}<span className="sr-only">{name(form.title)}</span></LinkButton>
    </li>
  );
}
