import { useState } from "react";
import { Link } from "wouter";
import type { Alert } from "../../api/contract";
import { useGet, useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Await, Problem } from "../../app/problem";
import { useSession } from "../../app/session";
import { appWords } from "../../app/words";
import { SeverityBadge } from "../../design/badge";
import { Button, LinkButton } from "../../design/button";
import { TextArea } from "../../design/field";
import { Code, Facts, PageHeader, Panel } from "../../design/page";
import { Note } from "../../design/states";
import { useTime } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { AlertState } from "../../parts/state-badges";
import { partWords } from "../../parts/words";
import { alertWords } from "./words";

export default function AlertPage({ id }: { id: number }) {
  const alert = useGet("/alerts/{id}", { path: { id } });
  return <Await of={alert}>{(data) => <AlertView alert={data} />}</Await>;
}

function AlertView({ alert }: { alert: Alert }) {
  const t = useWords(alertWords);
  const p = useWords(partWords);
  const a = useWords(appWords);
  const name = useName();
  const { at } = useTime();
  const notices = useNotices();
  const { may } = useSession();
  const acknowledge = useSend("POST /alerts/{id}/acknowledge", ["/alerts", "/today"]);
  const comment = useSend("POST /alerts/{id}/comments", ["/alerts"]);
  const [text, setText] = useState("");
  const path = { id: alert.id };
  const kind = alert.kind && `kind_${alert.kind}` in alertWords ? t(`kind_${alert.kind}` as keyof typeof alertWords) : alert.kind?.startsWith("metric:") ? t("kindMetric") : alert.kind?.startsWith("log:") ? t("kindLog") : t("kindTrap");
  // Yagura's own probes leave a code, which the server puts into words.
  const said = name(alert.evidence_words) || alert.evidence;

  return (
    <>
      <PageHeader
        title={name(alert.title)}
        crumbs={[{ label: a("alerts"), href: "/alerts" }]}
        badge={<span className="flex gap-2"><SeverityBadge severity={alert.severity} /><AlertState state={alert.state} /></span>}
        actions={
          <>
            {alert.device && may("silence_write") && <LinkButton href={`/silences?new=1&device=${alert.device}&name=${encodeURIComponent(alert.device_name ?? "")}`} icon="silence">{t("silenceThis")}</LinkButton>}
            {alert.logs && may("log_read") && <LinkButton href={`/logs?${new URLSearchParams({ q: alert.logs.q, from: alert.logs.from, to: alert.logs.to })}`} icon="search">{t("toLogs")}</LinkButton>}
            {alert.incident && <LinkButton href={`/incidents/${alert.incident}`} icon="incident">{t("toIncident")}</LinkButton>}
            {alert.state === "open" && may("alert_handle") && <Button kind="main" icon="check" busy={acknowledge.isPending} onClick={() => acknowledge.mutate({ path }, { onSuccess: () => notices.ok(t("acknowledgedNow")), onError: notices.fault })}>{t("acknowledge")}</Button>}
          </>
        }
      />
      <div className="grid items-start gap-5 lg:grid-cols-2">
        <div className="flex flex-col gap-5">
          <Panel title={t("facts")}>
            {alert.parent && <div className="mb-4"><Note title={t("parentLead")}><Link href={`/alerts/${alert.parent}`}>{t("parent")}</Link></Note></div>}
            <Facts facts={[
              [p("device"), alert.device && <Link href={`/devices/${alert.device}`}>{alert.device_name}</Link>],
              [p("site"), alert.site_name],
              [p("openedAt"), at(alert.first, "long")],
              [p("closedAt"), at(alert.cleared, "long")],
              [t("count"), alert.count],
              [t("lastSeen"), at(alert.last, "seconds")],
              [p("kind"), <>{kind} {alert.kind && !(`kind_${alert.kind}` in alertWords) && <span className="text-dns-14N-130 text-solid-gray-700"><Code>{alert.kind.replace(/^(metric|log):/, "")}</Code></span>}</>],
              [t("object"), alert.object],
              [t("below"), alert.children ? <Link href={`/alerts?parent=${alert.id}`}>{alert.children}</Link> : 0],
            ]} />
            {alert.acknowledged_by && <p className="mt-3">{t("acknowledged", { who: alert.acknowledged_by, at: at(alert.acknowledged_at) })}</p>}
          </Panel>
          <Panel title={t("comments")}>
            {!alert.comments?.length && <p className="text-solid-gray-700">{t("noComments")}</p>}
            <ul className="flex flex-col gap-3">
              {alert.comments?.map((one, index) => <li key={index}><p className="text-dns-14N-130 text-solid-gray-700">{at(one.time)} {one.who}</p><p className="whitespace-pre-wrap">{one.text}</p></li>)}
            </ul>
            {may("alert_handle") && <form className="mt-4 flex flex-col items-start gap-3" onSubmit={(event) => { event.preventDefault(); comment.mutate({ path, body: { text } }, { onSuccess: () => { setText(""); notices.ok(t("commented")); } }); }}>
              <Problem fault={comment.error} />
              <TextArea label={t("comment")} value={text} onText={setText} required className="w-full" />
              <Button type="submit" busy={comment.isPending} disabled={text.trim() === ""}>{t("addComment")}</Button>
            </form>}
          </Panel>
        </div>
        <Panel title={t("evidence")}>
          {alert.evidence ? <pre className="max-h-[60dvh] overflow-auto rounded-8 bg-solid-gray-50 p-3 font-mono text-[0.85rem] whitespace-pre-wrap" tabIndex={0}>{said}</pre> : <p className="text-solid-gray-700">—</p>}
          {alert.evidence && said !== alert.evidence && /^[\w.]+$/.test(alert.evidence) && <p className="text-dns-14N-130 mt-2 text-solid-gray-700">{t("code")} <Code>{alert.evidence}</Code></p>}
        </Panel>
      </div>
    </>
  );
}
