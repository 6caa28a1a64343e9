import type { ReactNode } from "react";
import type { ApiProblem } from "../api/client";
import { Loading } from "../design/progress";
import { ErrorState } from "../design/states";

export function Problem({ fault, onRetry }: { fault: ApiProblem | null | undefined; onRetry?: () => void }) {
  if (!fault) return null;
  // The detail says what happened, in the person's language; the title is HTTP's own word for the kind of refusal.
  return <ErrorState title={fault.detail || fault.title} detail={undefined} advice={fault.advice} code={fault.code} {...(onRetry ? { onRetry } : {})} />;
}

/** Shows the answer, the wait, or the fault of one question to the server. */
export function Await<T>({ of, children }: { of: { data: T | undefined; error: ApiProblem | null; isPending: boolean; refetch: () => unknown }; children: (data: T) => ReactNode }) {
  if (of.data !== undefined) return <>{children(of.data)}</>;
  if (of.error) return <Problem fault={of.error} onRetry={() => void of.refetch()} />;
  return <Loading />;
}
