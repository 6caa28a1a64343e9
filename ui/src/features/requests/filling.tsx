/** What every page with fields to fill in has: which are asked for, what is missing, where the faults stand. */
import { useEffect, useRef, useState, type ReactNode } from "react";
import type { ApiProblem } from "../../api/client";
import type { FormField } from "../../api/contract";
import { Problem } from "../../app/problem";
import { Icon } from "../../design/icon";
import { useName, useWords } from "../../i18n/words";
import type { Draft } from "../../parts/draft";
import { asked, type Filled } from "./conditions";
import { anchorOf, FormFieldInput } from "./form-field";
import { formWords } from "./words";

/** After something was sent its panel is gone: whoever works by keyboard or ear goes on at the top of the page. */
export function toHeading(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>("main h1")?.focus());
}

export type Faults = Readonly<Record<string, string>>;

/**
 * `check()` looks for empty fields before anything is sent; the server looks again. A fault goes away when its field is
 * changed, so that the summary never names what was corrected already.
 */
export function useFilling(fields: readonly FormField[], draft: Draft, given: Filled = {}) {
  const t = useWords(formWords);
  const { visible, values } = asked(fields, draft.values, given);
  const [faults, setFaults] = useState<Faults>({});
  const [tried, setTried] = useState(0);
  const show = (found: Faults) => {
    setFaults(found);
    setTried((times) => times + 1);
    return Object.keys(found).length === 0;
  };
  return {
    visible, values, faults, tried,
    check: () => show(Object.fromEntries(visible.filter((field) => field.required && !values[field.id]).map((field) => [field.id, t("missing")]))),
    refused: (fault: ApiProblem) => show(Object.fromEntries(fault.errors.map((one) => [one.path.replace(/^values\./, ""), one.message]))),
    changed: (field: string) => setFaults(({ [field]: _, ...rest }) => rest),
  };
}
type Filling = ReturnType<typeof useFilling>;

/** Names every fault with a link to its field; takes the focus when a try to send failed. */
export function FaultSummary({ filling, fault, extra }: { filling: Filling; fault: ApiProblem | null; extra?: readonly FormField[] }) {
  const t = useWords(formWords);
  const name = useName();
  const ref = useRef<HTMLDivElement>(null);
  const all = Object.entries(filling.faults);
  const { tried } = filling;
  useEffect(() => {
    if (tried > 0) ref.current?.focus();
  }, [tried]);
  if (all.length === 0) return fault && fault.errors.length === 0 ? <Problem fault={fault} /> : null;
  const fields = [...filling.visible, ...(extra ?? [])];
  const go = (field: string) => {
    const box = document.getElementById(anchorOf(field));
    box?.scrollIntoView({ block: "center" });
    box?.querySelector<HTMLElement>("input,select,textarea,button,[tabindex]")?.focus({ preventScroll: true });
  };
  return (
    <div ref={ref} role="alert" tabIndex={-1} className="flex gap-3 rounded-8 border-2 border-error-1 bg-white p-4">
      <Icon name="alert" className="mt-0.5 size-6 text-error-1" />
      <div>
        <p className="font-bold text-error-1">{t("faults", { n: all.length })}</p>
        <ul className="mt-1 flex list-disc flex-col gap-1 ps-5">
          {all.map(([field, message]) => (
            <li key={field}><a href={`#${anchorOf(field)}`} onClick={(event) => { event.preventDefault(); go(field); }}>{name(fields.find((one) => one.id === field)?.title) || field}</a>：{message}</li>
          ))}
        </ul>
      </div>
    </div>
  );
}

export function Fields({ form, filling, draft, set, children }: { form: string; filling: Filling; draft: Draft; set: (field: string, value: string, called?: string) => void; children?: ReactNode }) {
  return (
    <>
      {filling.visible.map((field) => (
        <FormFieldInput key={field.id} form={form} field={field} value={draft.values[field.id] ?? ""} called={draft.called[field.id] ?? ""} error={filling.faults[field.id]} onChange={(value, called) => { set(field.id, value, called); filling.changed(field.id); }} />
      ))}
      {children}
    </>
  );
}
