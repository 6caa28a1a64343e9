// Writes src/api/schema.ts from the server's contract. With --check it writes nothing and fails when the two differ.
import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const contract = new URL("../../share/openapi.yaml", import.meta.url);
const target = new URL("../src/api/schema.ts", import.meta.url);

const text = `/** Generated from share/openapi.yaml by scripts/generate-api.mjs; not for editing. */\n${astToString(await openapiTS(contract, { emptyObjectsUnknown: true }))}`;

if (process.argv.includes("--check")) {
  const found = await readFile(target, "utf8").catch(() => "");
  if (found !== text) {
    console.error("src/api/schema.ts differs from share/openapi.yaml. Run: npm run generate");
    process.exit(1);
  }
  console.log("src/api/schema.ts is in sync with share/openapi.yaml");
} else {
  await writeFile(target, text);
  console.log(`wrote src/api/schema.ts (${text.split("\n").length} lines)`);
}
