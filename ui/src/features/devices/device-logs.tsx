import type { DeviceDetail } from "../../api/contract";
import { useList, useSend } from "../../api/hooks";
import { useNotices } from "../../app/notices";
import { Problem } from "../../app/problem";
import { useSession } from "../../app/session";
import { Button } from "../../design/button";
import { Loading } from "../../design/progress";
import { Empty } from "../../design/states";
import { useWords } from "../../i18n/words";
import { LogFiles } from "../../parts/log-files";
import { deviceWords } from "./words";

export function DeviceLogs({ device }: { device: DeviceDetail }) {
  const t = useWords(deviceWords);
  const notices = useNotices();
  const { may } = useSession();
  const logs = useList("/devices/{id}/logs", { path: { id: device.id } });
  const fetch = useSend("POST /devices/{id}/logs", ["/devices/{id}/logs"]);
  return (
    <div className="flex flex-col items-start gap-3">
      {device.remote_log && may("alert_handle") && <Button icon="download" busy={fetch.isPending} onClick={() => fetch.mutate({ path: { id: device.id } }, { onSuccess: () => notices.info(t("fetching")), onError: notices.fault })}>{t("fetchLog")}</Button>}
      <Problem fault={logs.error} onRetry={logs.retry} />
      {logs.pending ? <Loading /> : logs.rows.length ? <LogFiles logs={logs.rows} /> : !logs.error && <div className="w-full"><Empty icon="device" title={t("noLogs")} /></div>}
    </div>
  );
}
