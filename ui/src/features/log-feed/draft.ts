/** A rule that is being written: what is sent to be tried and saved, and the text for a contract's pack. */
export interface Draft {
  id: string;
  titleJa: string;
  titleEn: string;
  textJa: string;
  textEn: string;
  severity: string;
  when: string;
  clears: string;
  times: string;
  within: string;
  by: string;
  quiet: string;
  silent: string;
  of: string;
}
export const EMPTY: Draft = { id: "", titleJa: "", titleEn: "", textJa: "{message}", textEn: "{message}", severity: "warning", when: "", clears: "", times: "1", within: "", by: "", quiet: "", silent: "", of: "" };

/** Keys of a rule's file. */
export type Keys = Readonly<Record<string, unknown>>;

const text = (value: unknown) => (typeof value === "string" ? value : "");
function two(value: unknown): [string, string] {
  const words = (value ?? {}) as { ja?: unknown; en?: unknown };
  return [text(words.ja), text(words.en)];
}

export function draftFrom(id: string, written: Keys): Draft {
  const [titleJa, titleEn] = two(written["title"]);
  const [textJa, textEn] = two(written["text"]);
  const of = (key: string) => text(written[key]);
  return {
    id, titleJa, titleEn, textJa, textEn, severity: of("severity"), when: of("when"), clears: of("clears"), times: String(written["times"] ?? 1), within: of("within"),
    by: Array.isArray(written["by"]) ? written["by"].join(", ") : "", quiet: of("quiet"), silent: of("silent"), of: of("of"),
  };
}

/** Everything that is said, also what is left empty. Where the English words are missing, the Japanese stand for them. */
export function keysOf(draft: Draft): Record<string, unknown> {
  const times = Number(draft.times) || 1;
  const said = (value: string) => value.trim();
  const words = (ja: string, en: string) => ({ ja: said(ja), en: said(en) || said(ja) });
  return {
    title: words(draft.titleJa, draft.titleEn), text: words(draft.textJa, draft.textEn), severity: draft.severity, when: said(draft.when), clears: said(draft.clears),
    by: draft.by.split(/[\s,、]+/).filter(Boolean), times, within: times > 1 ? said(draft.within) : "", quiet: said(draft.quiet), silent: said(draft.silent), of: said(draft.of),
  };
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
const PLAIN: Keys = { clears: "", by: [], times: 1, within: "", quiet: "", silent: "", of: "" };

/** Of a rule that lies beneath, only what is to be otherwise; of a new one, what was not left empty. */
export function saidOf(draft: Draft, beneath: Keys | null): Record<string, unknown> {
  const there = beneath ? keysOf(draftFrom(draft.id, beneath)) : PLAIN;
  return Object.fromEntries(Object.entries(keysOf(draft)).filter(([key, value]) => !same(value, there[key])));
}

/** What is sent to be tried: the whole rule, whose words may still be missing. */
export function draftOf(draft: Draft): Record<string, unknown> {
  const said = saidOf(draft, null);
  if (draft.titleJa.trim() === "") delete said["title"];
  return said;
}

const quoted = (value: string) => `'${value.replaceAll("'", "''")}'`;
const yaml = (value: unknown): string =>
  typeof value === "string" ? quoted(value) : typeof value === "object" && value !== null && !Array.isArray(value) ? `{${Object.entries(value).map(([key, one]) => `${key}: ${yaml(one)}`).join(", ")}}` : JSON.stringify(value);

export function yamlOf(draft: Draft): string {
  return ["log_rules:", `  - id: ${draft.id || "my-rule"}`, ...Object.entries(saidOf(draft, null)).map(([key, value]) => `    ${key}: ${yaml(value)}`), ""].join("\n");
}

/** 90 → 90 s, 300 → 5 min, 7200 → 2 h: the largest unit of which it is whole. */
export function length(seconds: number): { n: number; unit: "s" | "min" | "h" | "d" } {
  if (seconds % 86_400 === 0) return { n: seconds / 86_400, unit: "d" };
  if (seconds % 3_600 === 0) return { n: seconds / 3_600, unit: "h" };
  if (seconds % 60 === 0) return { n: seconds / 60, unit: "min" };
  return { n: seconds, unit: "s" };
}
/** For people: a clock is 9 h wrong, not 32,401 s. */
export function about(seconds: number): ReturnType<typeof length> {
  if (seconds >= 2 * 86_400) return { n: Math.round(seconds / 86_400), unit: "d" };
  if (seconds >= 2 * 3_600) return { n: Math.round(seconds / 3_600), unit: "h" };
  if (seconds >= 120) return { n: Math.round(seconds / 60), unit: "min" };
  return { n: Math.round(seconds), unit: "s" };
}
