import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { about, draftFrom, draftOf, EMPTY, length, saidOf, yamlOf } from "./draft";

describe("a rule that is being written", () => {
  const draft = { ...EMPTY, when: " user:o'brien \"a b\" ", times: "10", within: "5 min", by: "source_ip、user", quiet: "" };
  const words = { text: { ja: "{message}", en: "{message}" }, severity: "warning" };
  it("is sent without what was left empty", () => {
    expect(draftOf(draft)).toEqual({ ...words, when: "user:o'brien \"a b\"", times: 10, within: "5 min", by: ["source_ip", "user"] });
    expect(draftOf({ ...draft, times: "1" })).toEqual({ ...words, when: "user:o'brien \"a b\"", by: ["source_ip", "user"] });
  });
  it("is YAML that says the same", () => {
    const { log_rules: [rule] } = parse(yamlOf({ ...draft, id: "guess", titleJa: "推測: 'x'" })) as { log_rules: [Record<string, unknown>] };
    expect(rule).toEqual({ id: "guess", title: { ja: "推測: 'x'", en: "推測: 'x'" }, ...draftOf(draft) });
  });
  it("says of a rule that lies beneath only what is to be otherwise, also that something is not to be", () => {
    const beneath = { title: { ja: "題", en: "Title" }, text: { ja: "文", en: "Text" }, severity: "major", when: "kind:syslog a", clears: "kind:syslog b", times: 10, within: "5 min", by: ["user"] };
    const same = draftFrom("rule", beneath);
    expect(saidOf(same, beneath)).toEqual({});
    expect(saidOf({ ...same, times: "1", clears: " ", titleEn: "Other" }, beneath)).toEqual({ title: { ja: "題", en: "Other" }, times: 1, within: "", clears: "" });
  });
  it("writes lengths in the largest unit of which they are whole", () => {
    expect([90, 300, 7200, 86_400].map((one) => Object.values(length(one)).join(" "))).toEqual(["90 s", "5 min", "2 h", "1 d"]);
    expect([42, 130, 32_401, 700_000].map((one) => Object.values(about(one)).join(" "))).toEqual(["42 s", "2 min", "9 h", "8 d"]);
  });
});
