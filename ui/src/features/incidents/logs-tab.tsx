import type { IncidentDetail } from "../../api/contract";
import { useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { useSession } from "../../app/session";
import { Button } from "../../design/button";
import { Empty } from "../../design/states";
import { useWords } from "../../i18n/words";
import { LogFiles } from "../../parts/log-files";
import { incidentWords } from "./words";

export function LogsTab({ incident }: { incident: IncidentDetail }) {
  const t = useWords(incidentWords);
  const notices = useNotices();
  const fetch = useSend("POST /devices/{id}/logs", ["/incidents", "/devices"]);
  const { may } = useSession();
  const { device } = incident;
  return (
    <div className="flex flex-col items-start gap-3">
      <p className="text-solid-gray-700">{t("kindReadOnly")}</p>
      {device && may("alert_handle") && incident.state !== "closed" && <Button icon="download" busy={fetch.isPending} onClick={() => fetch.mutate({ path: { id: device }, query: { incident: incident.id } }, { onSuccess: () => notices.info(t("fetching")), onError: notices.fault })}>{t("fetchLog")}</Button>}
      {incident.logs?.length ? <LogFiles logs={incident.logs} /> : <div className="w-full"><Empty icon="device" title={t("noLogs")} /></div>}
    </div>
  );
}
