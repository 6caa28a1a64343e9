import type { Form, FormRequest } from "../../api/contract";
import { formatEra, serverNow, useTime } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { valueFacts } from "./request-page";
import { routeWords, requestPageWords, requestWords } from "./words";

const CELL = "border border-black px-2 py-1.5 align-top text-start";

/** The request as paper: contents and the record of approval on A4. Only printed, never on the screen. */
export function PrintSheet({ request, form }: { request: FormRequest; form: Form }) {
  const t = useWords(requestPageWords);
  const r = useWords(requestWords);
  const w = useWords(routeWords);
  const name = useName();
  const { at, language } = useTime();
  const { asked, filled } = valueFacts(request, form, name);
  const day = (time: string) => (language === "ja" ? formatEra(time) : at(time, "date"));
  const decided = request.steps.flatMap((step) => {
    const decisions = step.decisions ?? [];
    const one = (key: string, who: string, when: string, result: string, note: string) => <tr key={key} className="break-inside-avoid"><th scope="row" className={`${CELL} font-normal`}>{name(step.title)}</th><td className={`${CELL} whitespace-nowrap`}>{result}</td><td className={CELL}>{who}</td><td className={`${CELL} tabular whitespace-nowrap`}>{when}</td><td className={`${CELL} whitespace-pre-wrap`}>{note}</td></tr>;
    if (decisions.length === 0) return [one(step.id, "", "", step.state === "left_out" ? w("left_out") : "", "")];
    const last = decisions.length - 1;
    return decisions.map((decision, index) => one(`${step.id}.${index}`, decision.for_name ? w("decidedFor", { name: decision.name, for: decision.for_name }) : decision.name, at(decision.at), index === last && (step.state === "sent_back" || step.state === "rejected") ? w(step.state) : r("approved"), decision.note ?? ""));
  });
  const table = (rows: typeof asked) => (
    <table className="w-full border-collapse"><tbody>{rows.map(([label, value], index) => <tr key={index} className="break-inside-avoid"><th scope="row" className={`${CELL} w-1/3 bg-solid-gray-50 font-normal`}>{label}</th><td className={CELL}>{value}</td></tr>)}</tbody></table>
  );
  return (
    <div className="a4 hidden px-px text-[10.5pt] leading-150 print:block">
      <p className="text-end">{t("number")} {request.number}</p>
      <p className="text-end">{day(request.submitted_at)}</p>
      <p className="my-5 text-center text-[16pt] font-bold">{name(request.title)}</p>
      <p className="mb-4">{r("submitter")}：{request.submitter.name}　　{r("state")}：{r(request.state)}</p>
      {table(asked)}
      {filled.length > 0 && <><p className="mt-5 mb-1 font-bold">{t("filledBySteps")}</p>{table(filled)}</>}
      <p className="mt-6 mb-1 font-bold">{t("approvalRecord")}</p>
      <table className="w-full border-collapse">
        <thead><tr>{[t("step"), t("result"), t("who"), t("when"), t("note")].map((head) => <th key={head} scope="col" className={`${CELL} bg-solid-gray-50 font-normal`}>{head}</th>)}</tr></thead>
        <tbody>{decided}</tbody>
      </table>
      {(request.effects ?? []).length > 0 && (
        <><p className="mt-5 mb-1 font-bold">{t("effects")}</p><ul className="list-disc ps-5">{request.effects?.map((effect) => <li key={`${effect.step}.${effect.effect}`}>{name(effect.title)}：{t(effect.state)} {effect.outcome}</li>)}</ul></>
      )}
      <p className="mt-6 text-end text-[9pt]">{t("printedAt", { at: at(serverNow()) })}　Yagura</p>
    </div>
  );
}
