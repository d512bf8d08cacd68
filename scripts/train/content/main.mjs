// Trains the content guard's model, proves it on rows it has not seen, and writes weights and model card: the same data
// and seed give the same bytes. Must not know how a text is scanned: core/guards reads what is written here.
//
//   npm run train content                    weights and model card
//   npm run train content -- --evaluate      the figures alone, nothing is written
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { writeContentWeights } from "../../../core/guards/content/weights.ts";
import { modelCard, printFigures } from "./card.mjs";
import { examples, shape } from "./dataset.mjs";
import { calibrationOf, scoresOut } from "./evaluate.mjs";
import { learn } from "./learn.mjs";
import { benignRows, contentRows, otherRows } from "./rows.mjs";
import { syntheticRows } from "./synthetic.mjs";

const root = path.resolve(import.meta.dirname, "..", "..", "..");
const { values } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: "string", default: path.join(path.dirname(root), "shared", "data") },
    seed: { type: "string", default: "7" },
    folds: { type: "string", default: "4" },
    evaluate: { type: "boolean", default: false },
    weights: { type: "string", default: path.join(root, "core", "guards", "models", "content.json") },
    card: { type: "string", default: path.join(root, "docs", "model-card-content.md") },
  },
});
if (!existsSync(path.join(values.data, "content", "content.jsonl.gz"))) {
  console.error(
    `train: ${values.data}/content/content.jsonl.gz is absent: say where the data lies with --data`,
  );
  process.exit(2);
}

const startedAt = performance.now();
const note = (line) =>
  console.log(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(4)} s  ${line}`);
const seed = Number(values.seed);

const content = contentRows(values.data);
const rows = examples([...content, ...benignRows(values.data, content)]);
const others = examples([...otherRows(values.data, seed), ...syntheticRows(seed)]);
note(`${rows.length} rows, ${others.length} others`);

const folds = Number(values.folds);
const scores = scoresOut(rows, others, { folds, note });
const calibration = calibrationOf(scores);
const figures = { scores, calibration, folds, rows, others };
printFigures(figures, (line) => console.log(line));
if (values.evaluate) process.exit(0);

note(`learning from ${rows.length + others.length} rows`);
const model = learn([...rows, ...others], seed);
const text = writeContentWeights(
  { version: `seed ${seed}`, ...shape, bias: [...model.bias], calibration },
  { grams: model.grams, signals: model.signals },
);
writeFileSync(values.weights, text);
note(`${values.weights}: ${(text.length / 1024).toFixed(0)} KB`);
writeFileSync(values.card, modelCard(figures));
note(values.card);
