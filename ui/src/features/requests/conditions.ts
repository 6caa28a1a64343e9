/**
 * Which fields of a form are asked for, by what has been filled in so far. The server judges by the same rules
 * (src/flow/route.cpp); here they only decide what is shown, so that nobody is refused for a field he never saw.
 */
import type { FormCondition, FormField } from "../../api/contract";

export type Filled = Readonly<Record<string, string>>;

/** A number as the server reads it: the whole text, in digits. */
function numberIn(text: string): number | null {
  const whole = /^-?(?:(\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|inf(?:inity)?)$/i.exec(text);
  if (!whole) return null;
  if (whole[1] === undefined) return text.startsWith("-") ? -Infinity : Infinity;
  const value = Number(text);
  // Too large or too small for a number is none.
  if (!Number.isFinite(value) || (value === 0 && /[1-9]/.test(whole[1]))) return null;
  return value;
}

export function holds(condition: FormCondition | null | undefined, filled: Filled): boolean {
  if (!condition) return true;
  const value = filled[condition.field ?? ""] ?? "";
  if (condition.is) return condition.is.includes(value);
  if (condition.is_not) return !condition.is_not.includes(value);
  if (condition.at_least !== undefined) {
    const found = numberIn(value);
    return found !== null && found >= condition.at_least;
  }
  if (condition.filled !== undefined) return (value !== "") === condition.filled;
  if (condition.all) return condition.all.every((part) => holds(part, filled));
  if (condition.any) return condition.any.some((part) => holds(part, filled));
  if (condition.none) return !condition.none.some((part) => holds(part, filled));
  return true;
}

/** Every field that a condition looks at. */
export function looksAt(condition: FormCondition | null | undefined): string[] {
  if (!condition) return [];
  const parts = [...(condition.all ?? []), ...(condition.any ?? []), ...(condition.none ?? [])].flatMap(looksAt);
  return condition.field ? [condition.field, ...parts] : parts;
}

/** As it is sent: digits in full width become digits, blanks alone are nothing. */
export function written(field: FormField, typed: string): string {
  if (typed.trim() === "") return "";
  return field.type === "integer" || field.type === "number" ? typed.normalize("NFKC").replace(/[,\s]/g, "").replace(/^[‐−ー–—]/, "-") : typed;
}

/**
 * The fields that are asked for and their values as they are sent. What a hidden field still holds is not sent, and a
 * condition that looks at it sees nothing there, as the server will; `given` are values that stand already.
 */
export function asked(fields: readonly FormField[], typed: Filled, given: Filled = {}): { visible: FormField[]; values: Record<string, string> } {
  let visible = [...fields];
  let values: Record<string, string> = {};
  // Hiding one field may hide another; each round settles at least one. Fields that contradict each other stay as they are.
  for (let round = 0; round <= fields.length; round++) {
    values = {};
    for (const field of visible) {
      const value = written(field, typed[field.id] ?? "");
      if (value !== "") values[field.id] = value;
    }
    const seen = { ...given, ...values };
    const next = fields.filter((field) => holds(field.when, seen));
    if (next.length === visible.length && next.every((field, index) => field === visible[index])) break;
    visible = next;
  }
  return { visible, values };
}
