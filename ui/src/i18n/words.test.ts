import { describe, expect, it } from "vitest";
import { catalogue, fill, type Words } from "./words";

// Every catalogue of the screens, found by what it is: a new one is checked without being listed here.
const modules = import.meta.glob<Record<string, unknown>>("../**/words.ts", { eager: true });
const sources = import.meta.glob<string>(["../**/*.tsx", "../**/*.ts", "!../**/*.test.*", "!../**/words.ts", "!../i18n/words.tsx"], { eager: true, query: "?raw", import: "default" });
const catalogues = Object.entries(modules).flatMap(([file, module]) =>
  Object.entries(module)
    .filter(([name]) => /[wW]ords$/.test(name) && name !== "useWords")
    .map(([name, words]) => [`${file} ${name}`, words as Words] as const),
);

const holes = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();

describe("catalogues", () => {
  it("stand in words.ts files only, where this test finds them", () => {
    expect(Object.entries(sources).filter(([, text]) => /\bcatalogue\(/.test(text)).map(([file]) => file)).toEqual([]);
  });
  it("leave no Japanese in the code itself", () => {
    // Allowed: punctuation that joins data, what is said before any language is known, and the language's own name.
    const left = Object.entries(sources).filter(([file]) => !/schema\.ts|\/time\.ts|api\/client|app\/app\.tsx/.test(file)).flatMap(([file, text]) => text.split("\n").filter((line) => !/^\s*(\/\/|\*|\/\*)/.test(line) && /["'>`][^"'`<>]*[\u3041-\u3096\u4e00-\u9fff]{2,}/.test(line)).filter((line) => !line.includes('"日本語"')).map((line) => `${file}: ${line.trim()}`));
    expect(left).toEqual([]);
  });
  it("are found", () => expect(catalogues.length).toBeGreaterThanOrEqual(18));

  it.each(catalogues)("%s says everything in both languages", (_, words) => {
    for (const [key, pair] of Object.entries(words)) {
      expect(pair, key).toHaveLength(2);
      const [ja, en] = pair;
      expect(ja.trim(), `${key} ja`).not.toBe("");
      // Counters such as 件 and 台 have no English word of their own.
      if (!["unit", "machines"].includes(key)) expect(en.trim(), `${key} en`).not.toBe("");
      expect(holes(en), `${key}: the {names} differ`).toEqual(en === "" ? [] : holes(ja));
if (key !== "otherLanguage") expect(en, `${key}: Japanese in the English`).not.toMatch(/[\u3040-\u30ff\u4e00-\u9fff]/);
    }
  });
});

describe("fill", () => {
  it("puts values where their names stand", () => expect(fill("{n} of {total}", { n: 3, total: 9 })).toBe("3 of 9"));
  it("leaves a name without a value as it is, so that it is seen", () => expect(fill("{who}", { what: 1 })).toBe("{who}"));
  it("does not read what it put in", () => expect(fill("{a}{b}", { a: "{b}", b: "x" })).toBe("{b}x"));
});

describe("catalogue", () => {
  it("keeps the words as they are", () => expect(catalogue({ a: ["あ", "a"] }).a[1]).toBe("a"));
});
