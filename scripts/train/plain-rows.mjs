// Owns further plain texts of the injection guard's training: pages of a protocol, bodies of APIs, records as tools
// answer them, requests in many languages. Knows no feature and no weight.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { readRows } from "./rows.mjs";
import { slots } from "./synthetic/attack-slots.mjs";
import { fill, pick, randomFrom } from "./synthetic/grammar.mjs";
import { recordText } from "./synthetic/records.mjs";
import { worldBenign } from "./synthetic/world-benign.mjs";
import { worldRequests } from "./synthetic/world-requests.mjs";
import { worldTasks } from "./synthetic/world-tasks.mjs";

const plain = (source, text, voice) => ({
  text,
  isAttack: false,
  label: "extra",
  source,
  kind: "extra",
  group: `${source}:${text.slice(0, 80)}`,
  voice,
});

const pageUnits = 1_800;
const pagesMax = 700;
/** Pages that show an attack are no plain text. */
const doubtful = /ignore (all|any|the|previous)|jailbreak/i;

/** Instructions to people, and data, that are no attack. */
function pageRows(data) {
  const [pages, bodies] = [[], []];
  const spec = path.join(data, "mcp", "spec");
  const files = existsSync(spec) ? readdirSync(spec, { recursive: true }).toSorted() : [];
  for (const name of files.filter((file) => /\.mdx?$/.test(file))) {
    const text = readFileSync(path.join(spec, name), "utf8");
    for (let at = 0; at < text.length; at += pageUnits) pages.push(text.slice(at, at + pageUnits));
  }
  const negatives = path.join(data, "pii", "negatives.jsonl");
  if (existsSync(negatives))
    for (const { text } of readRows(negatives)) if (/^[[{]/.test(text)) bodies.push(text);
  const usable = (texts) =>
    [...new Set(texts)].filter((text) => text.length >= 8 && text.length <= 12_000 && !doubtful.test(text));
  return [
    ...usable(pages)
      .slice(0, pagesMax)
      .map((text) => plain("extra/mcp-pages", text, "foreign")),
    ...usable(bodies).map((text) => plain("extra/wire-json", text, "foreign")),
  ];
}

const recordCount = 1_200;
const requestsEach = 40;

function requestRows(random) {
  const rows = [];
  for (const [language, requests] of Object.entries(worldRequests)) {
    // What is asked for stands twice as often as what is told.
    const templates = [...requests, ...requests, ...(worldBenign[language] ?? [])];
    for (let count = 0; count < requestsEach; count++) {
      const sentences = Array.from({ length: pick([1, 1, 2, 3, 5, 8], random) }, () =>
        fill(pick(templates, random), slots, random),
      );
      const voice = pick(["user", "user", "foreign"], random);
      rows.push(plain(`synthetic/plain-${language}`, sentences.join(" "), voice));
    }
  }
  return rows;
}

const tasksEach = 30;

function taskRows(random) {
  const rows = [];
  for (const [language, templates] of Object.entries(worldTasks)) {
    for (let count = 0; count < tasksEach; count++) {
      const sentences = Array.from({ length: pick([1, 2, 2, 3], random) }, () =>
        fill(pick(templates, random), slots, random),
      );
      rows.push(plain(`synthetic/plain-tasks-${language}`, sentences.join(" "), "user"));
    }
  }
  return rows;
}

export function plainRows(data, seed) {
  const random = randomFrom(seed * 13 + 8);
  const records = Array.from({ length: recordCount }, () =>
    plain("synthetic/benign-records", recordText(random), "foreign"),
  );
  return [...pageRows(data), ...records, ...requestRows(random), ...taskRows(random)];
}
