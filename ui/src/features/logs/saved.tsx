/** Where a search begins: examples to click, and what was kept under a name. */
import { useState } from "react";
import type { LogKinds, SavedSearch } from "../../api/contract";
import { useGet, useSend } from "../../api/hooks";
import { Await, Problem } from "../../app/problem";
import { Badge } from "../../design/badge";
import { IconButton } from "../../design/button";
import { FormDialog } from "../../design/dialog";
import { Checkbox, TextArea, TextField } from "../../design/field";
import { Icon } from "../../design/icon";
import { Panel } from "../../design/page";
import { Empty } from "../../design/states";
import { useName, useWords } from "../../i18n/words";
import { logWords } from "./words";

export function Beginning({ known, onSearch }: { known: LogKinds; onSearch: (text: string) => void }) {
  const t = useWords(logWords);
  const name = useName();
  const saved = useGet("/log-search/saved", {});
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <Panel title={t("beginWith")}>
        <ul className="flex flex-col gap-2">
          {known.examples.map((one) => <li key={one.text.ja}><Start title={name(one.title)} text={name(one.text)} onSearch={onSearch} /></li>)}
        </ul>
        {known.kinds.every((kind) => kind.rows === 0) && <div className="mt-3"><Empty icon="info" title={t("emptyStore")} /></div>}
      </Panel>
      <Panel title={t("savedOnes")}>
        <Await of={saved}>{(list) => list.items.length === 0 ? <p className="text-solid-gray-700">{t("noSaved")}</p> : (
          <ul className="flex flex-col gap-2">{list.items.map((one) => <li key={one.id}><Kept one={one} onSearch={onSearch} /></li>)}</ul>
        )}</Await>
      </Panel>
    </div>
  );
}

function Start({ title, text, onSearch, children }: { title: string; text: string; onSearch: (text: string) => void; children?: React.ReactNode }) {
  return (
    <button type="button" onClick={() => onSearch(text)} className="flex w-full cursor-pointer items-start gap-3 rounded-8 border border-solid-gray-300 px-3 py-2 text-start hover:border-key-900 hover:bg-key-50">
      <Icon name="search" className="mt-1 text-key-900" />
      <span className="min-w-0 grow"><span className="flex flex-wrap items-center gap-2 font-bold text-key-900 underline">{title}{children}</span><span className="text-dns-14N-130 block font-mono break-all text-solid-gray-700">{text}</span></span>
    </button>
  );
}

function Kept({ one, onSearch }: { one: SavedSearch; onSearch: (text: string) => void }) {
  const t = useWords(logWords);
  const remove = useSend("DELETE /log-search/saved/{id}", ["/log-search/saved"]);
  return (
    <div className="flex items-center gap-1">
      <div className="min-w-0 grow"><Start title={one.name} text={one.description || one.text} onSearch={() => onSearch(one.text)}>{one.shared && <Badge tone="info">{t("sharedBadge")}</Badge>}</Start><Problem fault={remove.error} /></div>
      {one.own && <IconButton icon="close" label={t("removeNamed", { name: one.name })} onClick={() => remove.mutate({ path: { id: one.id } })} />}
    </div>
  );
}

export function SaveDialog({ text, onClose }: { text: string; onClose: () => void }) {
  const t = useWords(logWords);
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const [shared, setShared] = useState(false);
  const save = useSend("POST /log-search/saved", ["/log-search/saved"]);
  return (
    <FormDialog title={t("save")} submit={t("saveDo")} busy={save.isPending} disabled={!name.trim()} onClose={onClose} onSubmit={() => save.mutate({ body: { name, description, text, shared } }, { onSuccess: onClose })}>
      <p className="font-mono break-all">{text}</p>
      <TextField label={t("saveName")} required maxLength={60} value={name} onText={setName} />
      <TextArea label={t("saveDescription")} markOptional maxLength={500} value={description} onText={setDescription} />
      <Checkbox label={t("saveShared")} checked={shared} onChange={setShared} />
      <Problem fault={save.error} />
    </FormDialog>
  );
}
