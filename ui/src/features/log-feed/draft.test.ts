import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { about, draftOf, EMPTY, length, yamlOf } from "./draft";

describe("a rule that is being written", () => {
  const draft = { ...EMPTY, when: " user:o'brien \"a b\" ", times: "10", within: "5 min", by: "source_ip、user", quiet: "" };
  it("is sent without what was left empty", () => {
    expect(draftOf(draft)).toEqual({ when: "user:o'brien \"a b\"", times: 10, within: "5 min", by: ["source_ip", "user"] });
    expect(draftOf({ ...draft, times: "1" })).toEqual({ when: "user:o'brien \"a b\"", by: ["source_ip", "user"] });
  });
  it("is YAML that says the same", () => {
    const { log_rules: [rule] } = parse(yamlOf(draft)) as { log_rules: [Record<string, unknown>] };
    expect(rule).toMatchObject(draftOf(draft));
  });
  it("writes lengths in the largest unit of which they are whole", () => {
    expect([90, 300, 7200, 86_400].map((one) => Object.values(length(one)).join(" "))).toEqual(["90 s", "5 min", "2 h", "1 d"]);
    expect([42, 130, 32_401, 700_000].map((one) => Object.values(about(one)).join(" "))).toEqual(["42 s", "2 min", "9 h", "8 d"]);
  });
});
