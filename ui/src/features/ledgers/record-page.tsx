import { useState, type FormEvent } from "react";
import { useLocation } from "wouter";
import type { Ledger, Row } from "../../api/contract";
import { useGet, useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Await, Problem } from "../../app/problem";
import { Button } from "../../design/button";
import { FormDialog } from "../../design/dialog";
import { TextField } from "../../design/field";
import { Facts, PageHeader } from "../../design/page";
import { Empty, Note } from "../../design/states";
import { Tabs } from "../../design/tabs";
import { useName, useWords } from "../../i18n/words";
import { RowHistory } from "../../parts/row-history";
import { FieldInput } from "./field-input";
import { FieldValue } from "./field-value";
import { ledgerWords } from "./words";

export default function RecordPage({ ledger: id, id: row }: { ledger: string; id: number | null }) {
  const t = useWords(ledgerWords);
  const ledgers = useGet("/ledgers", {});
  return (
    <Await of={ledgers}>
      {({ items }) => {
        const ledger = items.find((one) => one.id === id);
        if (!ledger) return <Empty icon="question" title={t("noLedger")} />;
        return row === null ? <NewRow ledger={ledger} /> : <ExistingRow ledger={ledger} id={row} />;
      }}
    </Await>
  );
}

function useCrumbs(ledger: Ledger) {
  const t = useWords(ledgerWords);
  const name = useName();
  return [{ label: t("title"), href: "/ledgers" }, { label: name(ledger.name), href: `/ledgers/${ledger.id}` }];
}

function NewRow({ ledger }: { ledger: Ledger }) {
  const t = useWords(ledgerWords);
  const name = useName();
  const notices = useNotices();
  const [, navigate] = useLocation();
  const create = useSend("POST /ledgers/{ledger}/rows", ["/ledgers", "/devices", "/map"]);
  const [fields, setFields] = useState<Record<string, unknown>>({});
  return (
    <>
      <PageHeader title={t("newTitle", { ledger: name(ledger.name) })} crumbs={useCrumbs(ledger)} />
      <form className="flex max-w-200 flex-col gap-4 rounded-12 border border-solid-gray-200 bg-white p-5" onSubmit={(event) => {
        event.preventDefault();
        create.mutate({ path: { ledger: ledger.id }, body: { fields } }, { onSuccess: (row) => { notices.ok(t("added")); navigate(`/ledgers/${ledger.id}/${row.id}`); } });
      }}>
        <Problem fault={create.error} />
        {ledger.fields.filter((field) => !field.read_only).map((field) => <FieldInput key={field.id} field={field} value={fields[field.id]} error={create.error?.field(field.id) ?? create.error?.field(`fields.${field.id}`)} onChange={(value) => setFields((old) => ({ ...old, [field.id]: value }))} />)}
        <div><Button type="submit" kind="main" icon="plus" busy={create.isPending}>{t("addNow")}</Button></div>
      </form>
    </>
  );
}

function ExistingRow({ ledger, id }: { ledger: Ledger; id: number }) {
  const t = useWords(ledgerWords);
  const name = useName();
  const answer = useGet("/ledgers/{ledger}/rows/{id}", { path: { ledger: ledger.id, id } });
  const [tab, setTab] = useState("form");
  const [deleting, setDeleting] = useState(false);
  const crumbs = useCrumbs(ledger);
  return (
    <Await of={answer}>
      {(row) => (
        <>
          <PageHeader title={row.title} crumbs={crumbs} actions={ledger.may_write !== false && !row.deleted && <Button icon="close" onClick={() => setDeleting(true)}>{t("delete")}</Button>} />
          {row.deleted && <div className="mb-4"><Note tone="warning" title={t("deletedNow")} /></div>}
          <div className="max-w-240 rounded-12 border border-solid-gray-200 bg-white px-4 pt-2 pb-5">
            <Tabs label={row.title} value={tab} onChange={setTab} tabs={[{ id: "form", label: t("tabForm") }, { id: "history", label: t("tabHistory") }]}>
              {tab === "history" ? <RowHistory ledger={ledger.id} id={id} />
                : ledger.may_write === false || row.deleted ? <Facts facts={ledger.fields.map((field) => [name(field.name), <FieldValue key={field.id} field={field} row={row} />] as const)} />
                  : <EditForm key={row.version} ledger={ledger} row={row} onReload={() => void answer.refetch()} />}
            </Tabs>
          </div>
          {deleting && <DeleteDialog ledger={ledger} row={row} onClose={() => setDeleting(false)} />}
        </>
      )}
    </Await>
  );
}

const same = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/** Sends only the fields that were changed, with the version that was read: two people cannot undo each other unseen. */
function EditForm({ ledger, row, onReload }: { ledger: Ledger; row: Row; onReload: () => void }) {
  const t = useWords(ledgerWords);
  const notices = useNotices();
  const before = row.fields;
  const [fields, setFields] = useState<Record<string, unknown>>(before);
  const [why, setWhy] = useState("");
  const save = useSend("PATCH /ledgers/{ledger}/rows/{id}", ["/ledgers", "/devices", "/map"]);
  const changed = Object.fromEntries(Object.entries(fields).filter(([id, value]) => !same(value, before[id])));
  const count = Object.keys(changed).length;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (count === 0) return notices.info(t("nothingChanged"));
    save.mutate({ path: { ledger: ledger.id, id: row.id }, body: { version: row.version, fields: changed, ...(why ? { why } : {}) } }, { onSuccess: () => notices.ok(t("saved")) });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {save.error?.status === 409 ? <Note tone="warning" title={t("conflict")}><Button small onClick={() => { save.reset(); onReload(); }}>{t("reload")}</Button></Note> : <Problem fault={save.error} />}
      <div className="grid gap-4 md:grid-cols-2">
        {ledger.fields.map((field) => (
          <div key={field.id} className={field.type === "long_text" ? "md:col-span-2" : ""}>
            <FieldInput field={field} value={fields[field.id]} called={same(fields[field.id], before[field.id]) ? row.shown?.[field.id] : undefined} error={save.error?.field(field.id) ?? save.error?.field(`fields.${field.id}`)} onChange={(value) => setFields((old) => ({ ...old, [field.id]: value }))} />
          </div>
        ))}
      </div>
      <TextField label={t("why")} hint={t("whyHint")} markOptional value={why} onText={setWhy} />
      <div><Button type="submit" kind="main" busy={save.isPending} disabled={count === 0}>{t("save")}</Button></div>
    </form>
  );
}

function DeleteDialog({ ledger, row, onClose }: { ledger: Ledger; row: Row; onClose: () => void }) {
  const t = useWords(ledgerWords);
  const notices = useNotices();
  const [, navigate] = useLocation();
  const remove = useSend("DELETE /ledgers/{ledger}/rows/{id}", ["/ledgers", "/devices", "/map"]);
  const [why, setWhy] = useState("");
  return (
    <FormDialog title={t("deleteTitle")} submit={t("delete")} kind="danger" busy={remove.isPending} onClose={onClose}
      onSubmit={() => remove.mutate({ path: { ledger: ledger.id, id: row.id }, query: { version: row.version, why } }, { onSuccess: () => { notices.ok(t("deleted")); navigate(`/ledgers/${ledger.id}`); } })}>
      <Problem fault={remove.error} />
      <p>{t("deleteLead", { title: row.title })}</p>
      <TextField label={t("why")} required value={why} onText={setWhy} />
    </FormDialog>
  );
}
