/** A rule that is being written: what is sent to be tried, and the text for the contract's pack. */
export interface Draft {
  when: string;
  clears: string;
  times: string;
  within: string;
  by: string;
  quiet: string;
}
export const EMPTY: Draft = { when: "", clears: "", times: "1", within: "", by: "", quiet: "" };

export function draftOf(draft: Draft): Record<string, unknown> {
  const times = Number(draft.times) || 1;
  const by = draft.by.split(/[\s,、]+/).filter(Boolean);
  return {
    when: draft.when.trim(),
    ...(draft.clears.trim() && { clears: draft.clears.trim() }),
    ...(times > 1 && { times }),
    ...(times > 1 && draft.within.trim() && { within: draft.within.trim() }),
    ...(by.length > 0 && { by }),
    ...(draft.quiet.trim() && { quiet: draft.quiet.trim() }),
  };
}

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

export function yamlOf(draft: Draft): string {
  const lines = Object.entries(draftOf(draft)).map(([key, value]) => `    ${key}: ${typeof value === "string" ? quoted(value) : JSON.stringify(value)}`);
  return ["log_rules:", "  - id: my-rule", "    title: {ja: '…', en: '…'}", "    text: {ja: '{message}', en: '{message}'}", "    severity: warning", ...lines, ""].join("\n");
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
