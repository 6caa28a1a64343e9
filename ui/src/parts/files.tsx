import { useRef } from "react";
import { useFileAddress, useSend } from "../api/hooks";
import { Problem } from "../app/problem";
import { Button, IconButton } from "../design/button";
import { useWords } from "../i18n/words";
import { partWords } from "./words";

export interface KeptFile {
  id: number;
  name: string;
}

/** Files that the ledgers keep, each a download; with `inquiry`, those that its asker may open. */
export function FileLinks({ files, inquiry }: { files: readonly KeptFile[]; inquiry?: number }) {
  const address = useFileAddress();
  if (files.length === 0) return null;
  const href = (id: number) => inquiry === undefined ? address("/attachments/{id}", { path: { id } }) : address("/inquiries/{id}/files/{file}", { path: { id: inquiry, file: id } });
  return (
    <ul className="flex flex-wrap gap-x-3 gap-y-1">
      {files.map((file) => <li key={file.id}><a className="break-all" href={href(file.id)} download={file.name}>{file.name}</a></li>)}
    </ul>
  );
}

/** Chooses files and uploads each; on a telephone `camera` opens the camera. */
export function FilesField({ label, button, files, camera, onChange }: { label: string; button: string; files: readonly KeptFile[]; camera?: boolean; onChange: (files: readonly KeptFile[]) => void }) {
  const t = useWords(partWords);
  const input = useRef<HTMLInputElement>(null);
  const upload = useSend("POST /attachments");
  const take = async (chosen: FileList | null) => {
    let all = files;
    for (const file of chosen ?? []) {
      const body = new FormData();
      body.set("file", file);
      const made = await upload.mutateAsync({ body }).catch(() => undefined);
      if (!made) break;
      all = [...all, { id: made.id, name: made.name }];
      onChange(all);
    }
    if (input.current) input.current.value = "";
  };
  return (
    <div role="group" aria-label={label} className="flex flex-col items-start gap-2">
      <input ref={input} type="file" hidden multiple={!camera} {...(camera ? { accept: "image/*", capture: "environment" as const } : {})} onChange={(event) => void take(event.target.files)} />
      <Button small icon="plus" busy={upload.isPending} onClick={() => input.current?.click()}>{button}</Button>
      <Problem fault={upload.error} />
      {files.length > 0 && <ul className="flex flex-wrap gap-2">{files.map((file) => <li key={file.id} className="flex items-center rounded-8 border border-solid-gray-420 ps-3">{file.name}<IconButton icon="close" label={t("removeFile", { name: file.name })} onClick={() => onChange(files.filter((one) => one !== file))} /></li>)}</ul>}
    </div>
  );
}
