import { describe, expect, it } from "vitest";
import { condition, withCondition } from "./asking";

describe("a condition added by a click", () => {
  it("stands with the words that are there", () => expect(withCondition("tanaka", "action:print")).toBe("tanaka action:print"));
  it("stands alone in an empty search", () => expect(withCondition(" ", "action:print")).toBe("action:print"));
  it("comes before the way of showing", () => expect(withCondition("tanaka | count by user | sort oldest", "action:print")).toBe("tanaka action:print | count by user | sort oldest"));
  it("keeps what OR means", () => expect(withCondition("tanaka OR suzuki", "action:print")).toBe("(tanaka OR suzuki) action:print"));
  it("does not take a pipe in quotes for one", () => expect(withCondition('"a | b"', "-action:print")).toBe('"a | b" -action:print'));
});

describe("a value as the language takes it", () => {
  it("is quoted whatever stands in it", () => expect(condition("user", 'a "b" OR c')).toBe('user:="a ""b"" OR c"'));
  it("is a plain number where it is one", () => expect(condition("bytes", 42)).toBe("bytes:42"));
});
