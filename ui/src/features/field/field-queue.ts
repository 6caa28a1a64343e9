/** Sends what waits, one after the other in the order in which it was done. */
import { ApiProblem, send, setCsrfToken } from "../../api/client";
import type { Session } from "../../api/contract";
import { applyAct, callOf, verdictOf } from "./field-state";
import { arrived, readKept, readWaiting, writeWaiting, type Waiting } from "./field-store";

/** A connection that is there and carries nothing must not hold up what comes after it. */
export const soon = (ms = 8_000) => ({ signal: AbortSignal.timeout(ms) });
const UPLOAD_MS = 120_000;

export type Outcome = "sent" | "offline" | "sign_in";

const statusOf = (fault: unknown) => (fault instanceof ApiProblem ? fault.status : 0);

async function sendOne(one: Waiting): Promise<void> {
  const { contract } = one.act;
  for (const file of one.files) {
    if (file.uploaded !== null) continue;
    const body = new FormData();
    body.set("file", new Blob([file.bytes], { type: file.type }), file.name);
    const made = (await send("POST", "/attachments", { query: { contract }, body, ...soon(UPLOAD_MS) })) as { id: number };
    file.uploaded = made.id;
    await writeWaiting(one); // so that it is not uploaded again
  }
  const { path, body } = callOf(one.act, one.files.flatMap((file) => (file.uploaded === null ? [] : [file.uploaded])));
  await send("POST", path, { query: { contract }, body, ...soon(20_000) });
}

let running: Promise<Outcome> | undefined;

async function work(account: number, onChange: () => void): Promise<Outcome> {
  for (;;) {
    const next = (await readWaiting()).find((one) => !one.refused && one.act.account === account);
    if (!next) return "sent";
    try {
      const session = (await send("GET", "/session", soon())) as Session;
      if (session.state !== "signed_in" || session.account?.id !== account) return "sign_in";
      setCsrfToken(session.csrf ?? "");
      await sendOne(next);
      const kept = await readKept(next.act.contract);
      await arrived(next.id, kept ? { ...kept, work: applyAct(kept.work, next.act) } : undefined);
    } catch (fault) {
      const verdict = verdictOf(statusOf(fault));
      if (verdict === "later") return "offline";
      if (verdict === "sign_in") return "sign_in";
      const problem = fault as ApiProblem;
      await writeWaiting({ ...next, refused: { detail: problem.detail ?? problem.title, advice: problem.advice ?? "", conflict: problem.status === 409 } });
    }
    onChange();
  }
}

/** At most one at a time in this page; several pages do no harm, for the server does each key once. */
export function sendWaiting(account: number, onChange: () => void): Promise<Outcome> {
  running ??= work(account, onChange).finally(() => { running = undefined; });
  return running;
}
