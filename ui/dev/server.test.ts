import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { TIMELINE } from "./data";
import { MOCKED } from "./server";

// The invented server may know less than the contract, but nothing that is not in it.
it("answers only what the contract offers", () => {
  const contract = parse(readFileSync("../share/openapi.yaml", "utf8")) as { paths: Record<string, Record<string, unknown>> };
  for (const key of MOCKED) {
    const [method = "", path = ""] = key.split(" ");
    expect(contract.paths[path]?.[method.toLowerCase()], key).toBeDefined();
  }
});

it("writes into its journal only kinds that exist", () => {
  const kinds = parse(readFileSync("../share/journal/kinds.yaml", "utf8")) as Record<string, unknown>;
  for (const event of TIMELINE) expect(kinds[event.kind], event.kind).toBeDefined();
});
