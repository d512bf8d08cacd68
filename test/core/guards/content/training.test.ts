// Owns the proof that a training of the content model gives the same weights each time, the scores that the
// scanner gives, and groups that hold near duplicates together. Knows no data of others.

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const cwd = fileURLToPath(new URL("../../../../", import.meta.url));

function run<T>(script: string): T {
  const told = execFileSync(process.execPath, ["--input-type=module", "--eval", script], {
    cwd,
    encoding: "utf8",
  });
  return JSON.parse(told);
}

const training = `
import { createHash } from "node:crypto";
import { learn, score } from "./scripts/train/content/learn.mjs";
import { examples, shape } from "./scripts/train/content/dataset.mjs";
import { syntheticRows } from "./scripts/train/content/synthetic.mjs";
import { categories } from "./core/guards/content/categories.ts";
import { readContentWeights, writeContentWeights } from "./core/guards/content/weights.ts";
import { ContentScorer } from "./core/guards/content/window-scorer.ts";
import { contentLexicon } from "./core/guards/content/lexicon.ts";
import { featuresOf } from "./core/guards/content/features.ts";
import { TextReader } from "./core/guards/classifier/reader.ts";

const rows = syntheticRows(3).filter((_, at) => at % 4 === 0);
const textFrom = (at) => rows.slice(at, at + 30).map(({ text }) => text).join(" ");
const long = rows.slice(0, 40).map((row, at) => ({ ...row, text: textFrom(at) }));
const set = examples([...rows, ...long]);
const model = learn(set, 5);
const text = writeContentWeights({ version: "1", ...shape, bias: [...model.bias], calibration: {} }, model);
const weights = readContentWeights(JSON.parse(text));
let [most, right, judged] = [0, 0, 0];
for (const one of set) {
  const scorer = new ContentScorer(weights);
  const best = categories.map(() => -Infinity);
  const keep = (told) => told?.raws.forEach((raw, at) => { best[at] = Math.max(best[at], raw); });
  const segment = (read) => {
    if (read.unitCount === 0) return;
    keep(scorer.add(featuresOf(read, shape), { start: read.start, end: read.end, units: read.unitCount }));
  };
  const reader = new TextReader(contentLexicon(), { segment, run() {}, tags() {} });
  reader.push(one.row.text);
  reader.end();
  keep(scorer.end());
  score(model, one).forEach(({ raw }, at) => {
    most = Math.max(most, Math.abs(raw - best[at]));
    if (one.row.verdicts[at] < 0) return;
    judged++;
    if ((best[at] > 0) === (one.row.verdicts[at] === 1)) right++;
  });
}
const hash = createHash("sha256").update(text).digest("hex");
console.log(JSON.stringify({ hash, most, right: right / judged }));
`;

interface Trained {
  readonly hash: string;
  readonly most: number;
  readonly right: number;
}

it("is the same twice, and the scanner scores as the training does", () => {
  const first = run<Trained>(training);
  expect(run<Trained>(training)).toEqual(first);
  expect(first.most).toBeLessThan(0.5);
  expect(first.right).toBeGreaterThan(0.9);
}, 120_000);

const grouping = `
import { groupsOf } from "./scripts/train/content/groups.mjs";
const texts = [
  "I hate women, they should all go home.",
  "I hate immigrants, they should all go home.",
  "How do I bake a loaf of bread with rye?",
  "How do I bake a loaf of bread, with rye",
  "What time does the train to Lyon leave?",
];
const rows = texts.map((text) => ({ text, source: "a" }));
const told = ["uno", "dos"].map((text) => ({ text, source: "b", group: "7" }));
console.log(JSON.stringify(groupsOf([...rows, ...told])));
`;

it("keeps one template, one text written otherwise and the translations of one text together", () => {
  const [women, immigrants, rye, comma, train, uno, dos] = run<string[]>(grouping);
  expect(immigrants).toBe(women);
  expect(comma).toBe(rye);
  expect(dos).toBe(uno);
  expect(new Set([women, rye, train, uno]).size).toBe(4);
});
