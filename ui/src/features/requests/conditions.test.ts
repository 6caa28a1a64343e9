import { describe, expect, it } from "vitest";
import type { FormCondition, FormField } from "../../api/contract";
import { asked, holds, looksAt, written } from "./conditions";

const field = (id: string, when: FormCondition | null = null, type: FormField["type"] = "text"): FormField => ({ id, title: { ja: id, en: id }, type, required: true, when });

describe("holds", () => {
  const filled = { kind: "usb", n: "12", blank: "" };
  it.each<[FormCondition | null, boolean]>([
    [null, true],
    [{ field: "kind", is: ["usb", "camera"] }, true],
    [{ field: "kind", is: ["camera"] }, false],
    [{ field: "missing", is: [""] }, true],
    [{ field: "kind", is_not: ["usb"] }, false],
    [{ field: "missing", is_not: ["usb"] }, true],
    [{ field: "n", at_least: 12 }, true],
    [{ field: "n", at_least: 12.5 }, false],
    [{ field: "kind", at_least: -5 }, false],
    [{ field: "blank", at_least: -5 }, false],
    [{ field: "kind", filled: true }, true],
    [{ field: "blank", filled: true }, false],
    [{ field: "missing", filled: false }, true],
    [{ all: [{ field: "kind", is: ["usb"] }, { field: "n", at_least: 10 }] }, true],
    [{ all: [{ field: "kind", is: ["usb"] }, { field: "n", at_least: 13 }] }, false],
    [{ all: [] }, true],
    [{ any: [{ field: "kind", is: ["x"] }, { field: "n", at_least: 10 }] }, true],
    [{ any: [] }, false],
    [{ none: [{ field: "kind", is: ["usb"] }] }, false],
    [{ none: [] }, true],
    [{ none: [{ any: [{ field: "blank", filled: true }] }] }, true],
  ])("%j is %s", (condition, expected) => expect(holds(condition, filled)).toBe(expected));

  // What std::from_chars reads, and what it does not.
  it.each([["12", true], ["12.", true], [".5e2", true], ["1e2", true], ["-1", false], ["+12", false], [" 12", false], ["12 ", false], ["12人", false], ["0x20", false], ["1_000", false], ["1e999", false], ["inf", true], ["nan", false], ["１２", false]])("reads %s as the server does", (text, expected) => expect(holds({ field: "n", at_least: 10 }, { n: text })).toBe(expected));
});

describe("asked", () => {
  const usb = field("kind", null, "choice");
  const serial = field("serial", { field: "kind", is: ["usb"] });
  const maker = field("maker", { field: "serial", filled: true });
  it("asks for a field only while its condition holds", () => {
    expect(asked([usb, serial, maker], { kind: "camera" }).visible).toEqual([usb]);
    expect(asked([usb, serial, maker], { kind: "usb" }).visible).toEqual([usb, serial]);
  });
  it("neither sends what a hidden field holds nor lets others see it", () => {
    expect(asked([usb, serial, maker], { kind: "camera", serial: "A-1", maker: "X" })).toEqual({ visible: [usb], values: { kind: "camera" } });
    expect(asked([maker, serial, usb], { kind: "camera", serial: "A-1", maker: "X" }).visible).toEqual([usb]);
  });
  it("comes to an end with fields that contradict each other", () => {
    const a = field("a", { field: "b", filled: false });
    const b = field("b", { field: "a", filled: false });
    expect(() => asked([a, b], { a: "1", b: "2" })).not.toThrow();
  });
  it("sees what stands already, for the fields of a step", () => expect(asked([serial], {}, { kind: "usb" }).visible).toEqual([serial]));
  it("takes blanks alone for nothing", () => expect(asked([usb, serial], { kind: "usb", serial: " \u3000" }).values).toEqual({ kind: "usb" }));
});

describe("written", () => {
  it("makes digits of full width plain", () => {
    expect(written(field("n", null, "integer"), "１，２００")).toBe("1200");
    expect(written(field("n", null, "number"), "−１．５")).toBe("-1.5");
  });
  it("leaves other texts as they are", () => expect(written(field("t"), " Ａ－１ ")).toBe(" Ａ－１ "));
});

describe("looksAt", () => {
  it("finds every field", () => expect(looksAt({ any: [{ field: "a", is: ["1"] }, { none: [{ field: "b", filled: true }] }] })).toEqual(["a", "b"]));
});
