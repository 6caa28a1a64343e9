import { useGet } from "../../api/hooks";
import { Await } from "../../app/problem";
import { Facts, PageHeader, Panel } from "../../design/page";
import { Note } from "../../design/states";
import { scaled } from "../../design/units";
import { useTime } from "../../i18n/time";
import { useWords } from "../../i18n/words";
import { systemWords } from "./words";

export default function StatusPage() {
  const t = useWords(systemWords);
  const { at, span } = useTime();
  const status = useGet("/status", {}, { refetchMs: 30_000, keep: true });
  return (
    <>
      <PageHeader title={t("status")} lead={t("statusLead")} />
      <Await of={status}>
        {(data) => (
          <div className="flex flex-col gap-5">
            {data.problems?.length ? data.problems.map((one, index) => <Note key={index} tone="warning" title={one.detail ?? one.title}>{one.advice}</Note>) : <Note tone="ok" title={t("fine")} />}
            <Panel title={t("status")}>
              <Facts columns={3} facts={[
                [t("version"), data.version],
                [t("uptime"), span(data.uptime_s)],
                [t("now"), at(data.now, "seconds")],
                [t("database"), data.database && (DATABASES[data.database] ?? data.database)],
                [t("diskFree"), data.disk_free === undefined ? "" : scaled(data.disk_free, "B")],
                [t("targets"), data.targets?.toLocaleString()],
                [t("pingLate"), data.ping_late_ms === undefined ? "" : `${data.ping_late_ms.toFixed(1)} ms`],
              ]} />
            </Panel>
          </div>
        )}
      </Await>
    </>
  );
}

const DATABASES: Readonly<Record<string, string>> = { sqlite: "SQLite", postgresql: "PostgreSQL" };
