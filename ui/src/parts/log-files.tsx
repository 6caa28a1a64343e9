import { useState } from "react";
import type { LogFile } from "../api/contract";
import { useGet } from "../api/hooks";
import { Await } from "../app/problem";
import { Badge } from "../design/badge";
import { Button } from "../design/button";
import { Dialog } from "../design/dialog";
import { useTime } from "../i18n/time";
import { useWords } from "../i18n/words";
import { logWords } from "./words";


/** Outputs of read-only commands fetched from devices; a failed retrieval says why, because that is a fact too. */
export function LogFiles({ logs }: { logs: readonly LogFile[] }) {
  const t = useWords(logWords);
  const { at } = useTime();
  const [open, setOpen] = useState<LogFile | null>(null);
  return (
    <>
      <ul className="flex w-full flex-col divide-y divide-solid-gray-200">
        {logs.map((log) => (
          <li key={log.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2.5">
            <div className="min-w-0 grow">
              <p><strong>{log.device_name}</strong>{!!log.commands?.length && <span className="text-dns-14N-130 ms-2">{t("commands", { n: log.commands.length })}</span>}</p>
              <p className="text-dns-14N-130 tabular text-solid-gray-700">{at(log.started, "seconds")}{log.finished && <span className="ms-3">{t("seconds", { n: Math.max(0, Math.round((Date.parse(log.finished) - Date.parse(log.started)) / 1000)) })}</span>}</p>
              {log.problem && <p className="text-red-900">{log.problem.detail ?? log.problem.title} {log.problem.advice}</p>}
            </div>
            <Badge tone={log.state === "done" ? "ok" : log.state === "failed" ? "critical" : "info"} icon={log.state === "done" ? "check" : log.state === "failed" ? "alert" : "clock"}>{t(log.state)}</Badge>
            {log.state === "done" && <Button small onClick={() => setOpen(log)}>{t("show")}<span className="sr-only">{log.device_name} {at(log.started)}</span></Button>}
          </li>
        ))}
      </ul>
      {open && <LogDialog log={open} onClose={() => setOpen(null)} />}
    </>
  );
}

function LogDialog({ log, onClose }: { log: LogFile; onClose: () => void }) {
  const t = useWords(logWords);
  const { at } = useTime();
  const full = useGet("/logs/{id}", { path: { id: log.id } });
  return (
    <Dialog wide title={t("title", { device: log.device_name })} onClose={onClose}>
      <Await of={full}>
        {(data) => (
          <div className="flex flex-col gap-4">
            {data.commands?.map((command, index) => (
              <section key={index}>
                <h3 className="font-mono font-bold">{command.command}</h3>
                <p className="text-dns-14N-130 tabular text-solid-gray-700">{at(command.started, "seconds")}{command.seconds !== undefined && <span className="ms-3">{t("seconds", { n: command.seconds })}</span>}</p>
                <pre tabIndex={0} aria-label={command.command} className="mt-1 max-h-[45dvh] overflow-auto rounded-8 bg-solid-gray-900 p-3 font-mono text-[0.85rem] leading-140 text-white">{command.output}</pre>
                {command.cut && <p className="text-dns-14N-130 text-red-900">{t("cut")}</p>}
              </section>
            ))}
            <div><Button icon="download" onClick={() => saveText(`${data.device_name}-${data.started}.txt`, (data.commands ?? []).map((one) => `# ${one.command}  ${one.started}\n${one.output}\n`).join("\n"))}>{t("save")}</Button></div>
          </div>
        )}
      </Await>
    </Dialog>
  );
}

function saveText(name: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  link.download = name.replace(/[^\w.\-\u3000-\u9fff\uff00-\uffef]+/g, "_");
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
