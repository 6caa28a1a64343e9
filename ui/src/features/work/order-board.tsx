import { Link } from "wouter";
import type { WorkOrder } from "../../api/contract";
import { useGet, useList } from "../../api/hooks";
import { Problem } from "../../app/problem";
import { Button } from "../../design/button";
import { Loading } from "../../design/progress";
import { useTime } from "../../i18n/time";
import { useName, useWords } from "../../i18n/words";
import { OPEN_STATES, StepsBar, WorkState } from "./state";
import { workStateWords, workWords } from "./words";

/** What is not finished, one column for each state: the newest of each, and how many there are. */
export function OrderBoard() {
  const s = useWords(workStateWords);
  const t = useWords(workWords);
  const summary = useGet("/work-summary", {}, { refetchMs: 60_000, keep: true });
  return (
    <div className="flex gap-4 overflow-x-auto p-4 pt-0" tabIndex={0} role="group" aria-label={t("board")}>
      {OPEN_STATES.map((state) => (
        <section key={state} aria-labelledby={`board-${state}`} className="w-72 shrink-0 rounded-12 bg-solid-gray-50 p-3">
          <h2 id={`board-${state}`} className="text-std-16B-170 mb-2 flex items-center justify-between">{s(state)}<span className="tabular text-oln-14N-100">{summary.data?.states[state] ?? ""}</span></h2>
          <Cards state={state} />
        </section>
      ))}
    </div>
  );
}

function Cards({ state }: { state: WorkOrder["state"] }) {
  const t = useWords(workWords);
  const name = useName();
  const { at } = useTime();
  const list = useList("/work-orders", { query: { state } }, { limit: 20 });
  if (list.error) return <Problem fault={list.error} onRetry={list.retry} />;
  if (list.pending) return <Loading />;
  return (
    <>
      <ul className="flex flex-col gap-2">
        {list.rows.map((one) => (
          <li key={one.id}>
            <Link href={`/work/${one.id}`} className="plain-link flex flex-col gap-1 rounded-8 border border-solid-gray-300 bg-white p-3 hover:border-key-900">
              <span className="text-dns-14N-130 tabular text-solid-gray-700">{one.number} {name(one.kind_title)}</span>
              <span className="font-bold">{one.title}</span>
              <span className="text-dns-14N-130">{one.site_name ?? (one.targets > 1 ? t("several") : "")}{one.planned_from && ` ${at(one.planned_from, "short")}`}</span>
              {(one.overdue || one.emergency) && <WorkState order={one} />}
              {one.steps_total > 0 && <StepsBar label={t("progress")} total={one.steps_total} answered={one.steps_answered} failed={one.steps_failed} />}
            </Link>
          </li>
        ))}
      </ul>
      {list.rows.length === 0 && <p className="text-dns-14N-130 text-solid-gray-700">{t("none")}</p>}
      {list.hasMore && <Button small className="mt-2 w-full" busy={list.loadingMore} onClick={list.onMore}>…</Button>}
    </>
  );
}
