import type { IncidentDetail } from "../../api/contract";
import { Badge, type Tone } from "../../design/badge";
import { Empty } from "../../design/states";
import { useTime } from "../../i18n/time";
import { useWords } from "../../i18n/words";
import { CallList } from "../../parts/call-list";
import { incidentWords } from "./words";

const TONES: Record<string, Tone> = { answered: "ok", sent: "info", no_answer: "warning", to_call: "major", failed: "critical" };
type Word = keyof typeof incidentWords;

/** Who was told, by what means, and what came of it; first what is still to be done. */
export function ContactsTab({ incident }: { incident: IncidentDetail }) {
  const t = useWords(incidentWords);
  const { at } = useTime();
  const contacts = incident.contacts ?? [];
  const calls = contacts.filter((contact) => contact.channel === "phone" && contact.state === "to_call");
  const past = contacts.filter((contact) => !calls.includes(contact));
  const word = (key: string) => (key in incidentWords ? t(key as Word) : key);
  return (
    <div className="flex flex-col gap-5">
      {calls.length > 0 && <section><h3 className="text-std-18B-160">{t("calls")}</h3><CallList calls={calls} /></section>}
      <section>
        <h3 className="text-std-18B-160 mb-2">{t("record")}</h3>
        {past.length === 0 ? <Empty icon="phone" title={t("noRecord")} /> : (
          <ol className="flex flex-col divide-y divide-solid-gray-200">
            {past.map((one) => (
              <li key={one.id} className="flex flex-wrap items-start gap-x-4 gap-y-1 py-2.5">
                <span className="text-dns-14N-130 tabular w-24 pt-1 text-solid-gray-700">{at(one.done ?? one.created, "short")}</span>
                <span className="min-w-0 grow basis-48"><strong>{one.name}</strong><span className="text-dns-14N-130 block text-solid-gray-700">{one.step_name || word(one.channel)} {one.to}{one.by ? `（${one.by}）` : ""}</span>{one.note && <span className="block">{one.note}</span>}</span>
                <Badge tone={TONES[one.state] ?? "neutral"} icon={one.state === "answered" ? "check" : "phone"}>{word(one.state)}</Badge>
              </li>
            ))}
          </ol>
        )}
      </section>
    </div>
  );
}
