// Makes core/prices/table.json of genai-prices' data file: the same input gives the same bytes.
// Must not know how a price is found or reckoned: core/prices reads what is written here.
//
//   npm run prices -- data_slim.json --date 2026-08-21 --commit 47df840… --license LICENSE
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    date: { type: "string" },
    commit: { type: "string" },
    license: { type: "string" },
    out: {
      type: "string",
      default: path.join(path.dirname(import.meta.dirname), "core", "prices", "table.json"),
    },
  },
});
const [file] = positionals;
const { date, commit, license, out } = values;
if (
  file === undefined ||
  license === undefined ||
  !/^\d{4}-\d{2}-\d{2}$/.test(date ?? "") ||
  !/^[0-9a-f]{40}$/.test(commit ?? "")
) {
  console.error("usage: npm run prices -- FILE --date YYYY-MM-DD --commit SHA1 --license FILE");
  process.exit(2);
}

/** What finds and reckons a price, and no more. */
function modelLine({ id, match, prices }) {
  const isPlain = match.equals === id;
  return JSON.stringify({ id, ...(isPlain ? {} : { match }), prices });
}

function providerLines({ id, api_pattern: url, fallback_model_providers: fallback = [], models }) {
  const head = JSON.stringify({ id, url, fallback }).slice(0, -1);
  return `${head},"models":[\n${models.map(modelLine).join(",\n")}\n]}`;
}

const providers = JSON.parse(readFileSync(file, "utf8"));
const head = JSON.stringify({
  source: "https://github.com/pydantic/genai-prices",
  commit,
  date,
  license: readFileSync(license, "utf8").trim(),
}).slice(0, -1);
const text = `${head},"providers":[\n${providers.map(providerLines).join(",\n")}\n]}\n`;
writeFileSync(out, text);
console.log(`${out}: ${providers.flatMap(({ models }) => models).length} models, ${text.length} bytes`);
