import { useMemo, useState } from "react";
import type { Credential } from "../../api/contract";
import { useGet, useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Await, Problem } from "../../app/problem";
import { Button } from "../../design/button";
import { FormDialog } from "../../design/dialog";
import { Code, PageHeader } from "../../design/page";
import { Empty, Note } from "../../design/states";
import { DataTable, type Column } from "../../design/table";
import { useTime } from "../../i18n/time";
import { useWords } from "../../i18n/words";
import { partWords } from "../../parts/words";
import { StoreDialog } from "./store-dialog";
import { systemWords } from "./words";

/** Which credentials are stored, never what they are: the server does not give a secret back. */
export default function CredentialsPage() {
  const t = useWords(systemWords);
  const p = useWords(partWords);
  const { at } = useTime();
  const answer = useGet("/credentials", {});
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Credential | null>(null);
  const columns = useMemo<Column<Credential>[]>(() => [
    { id: "name", header: t("name"), cell: (one) => <Code>{one.name}</Code> },
    { id: "kind", header: t("kind"), cell: (one) => t(one.kind) },
    { id: "user", header: t("user"), cell: (one) => one.user || "—" },
    { id: "used", header: t("usedBy"), width: "8rem", numeric: true, cell: (one) => one.used_by ?? "—" },
    { id: "changed", header: t("changed"), width: "14rem", cell: (one) => <><span className="tabular">{at(one.changed)}</span> {one.changed_by}</> },
    { id: "remove", header: p("action"), width: "9rem", cell: (one) => <Button small onClick={() => setRemoving(one)}>{t("remove")}<span className="sr-only">{one.name}</span></Button> },
  ], [t, p, at]);
  return (
    <>
      <PageHeader title={t("credentials")} lead={t("credentialsLead")} actions={<Button kind="main" icon="plus" onClick={() => setAdding(true)}>{t("add")}</Button>} />
      <div className="overflow-hidden rounded-12 border border-solid-gray-200 bg-white">
        <Await of={answer}>{({ items }) => <DataTable short caption={t("credentials")} columns={columns} rows={items} rowKey={(one) => one.name} empty={<Empty icon="key" title={t("noCredentials")} />} />}</Await>
      </div>
      {adding && <StoreDialog onClose={() => setAdding(false)} />}
      {removing && <RemoveDialog credential={removing} onClose={() => setRemoving(null)} />}
    </>
  );
}

function RemoveDialog({ credential, onClose }: { credential: Credential; onClose: () => void }) {
  const t = useWords(systemWords);
  const notices = useNotices();
  const remove = useSend("DELETE /credentials/{name}", ["/credentials"]);
  return (
    <FormDialog title={t("removeTitle")} submit={t("remove")} busy={remove.isPending} onClose={onClose}
      onSubmit={() => remove.mutate({ path: { name: credential.name } }, { onSuccess: () => { notices.ok(t("removed")); onClose(); } })}>
      <Problem fault={remove.error} />
      <p>{t("removeLead", { name: credential.name })}</p>
      {!!credential.used_by && <Note tone="warning">{t("removeUsed", { n: credential.used_by })}</Note>}
    </FormDialog>
  );
}
