// Trains the injection guard's classifier, proves it on rows it has not seen, and writes weights and model card: the
// same data and seed give the same bytes. Must not know how a text is scanned: core/guards reads what is written here.
//
//   npm run train content            the content guard's instead (train/content/main.mjs)
//   npm run train                    weights and model card
//   npm run train -- --evaluate      the figures alone, nothing is written
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { writeWeights } from "../core/guards/classifier/weights.ts";
import { modelCard, printFigures } from "./train/card.mjs";
import { examples, shape } from "./train/dataset.mjs";
import { byGroup, bySource, calibrationOf, scoresOut, trainingSet } from "./train/evaluate.mjs";
import { learn } from "./train/learn.mjs";
import { plainRows } from "./train/plain-rows.mjs";
import { extraRows, labelledRows, syntheticRows } from "./train/rows.mjs";

if (process.argv[2] === "content") {
  await import("./train/content/main.mjs");
  process.exit(0);
}

const root = path.dirname(import.meta.dirname);
const { values } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: "string", default: path.join(path.dirname(root), "shared", "data") },
    seed: { type: "string", default: "7" },
    folds: { type: "string", default: "10" },
    "source-folds": { type: "string", default: "12" },
    evaluate: { type: "boolean", default: false },
    weights: { type: "string", default: path.join(root, "core", "guards", "models", "injection.json") },
    card: { type: "string", default: path.join(root, "docs", "model-card-injection.md") },
  },
});
if (!existsSync(path.join(values.data, "injection", "dev.jsonl.gz"))) {
  console.error(
    `train: ${values.data}/injection/dev.jsonl.gz is absent: say where the data lies with --data`,
  );
  process.exit(2);
}

const startedAt = performance.now();
const note = (line) =>
  console.log(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(4)} s  ${line}`);
const seed = Number(values.seed);

const labelled = examples(labelledRows(values.data));
const others = examples([...extraRows(values.data), ...syntheticRows(seed), ...plainRows(values.data, seed)]);
note(`${labelled.length} labelled rows, ${others.length} others`);

const folds = Number(values.folds);
const crossed = scoresOut(labelled, others, {
  foldOf: byGroup(folds),
  folds,
  note: (line) => note(`grouped ${line}`),
});

const sourceFolds = Number(values["source-folds"]);
const unseen = scoresOut(labelled, others, {
  foldOf: bySource(labelled, sourceFolds),
  folds: sourceFolds,
  note: (line) => note(`sources left out, ${line}`),
});
const calibration = calibrationOf(crossed, unseen);
const figures = { crossed, unseen, calibration, folds, sourceFolds, labelled, others };
printFigures(figures, (line) => console.log(line));
if (values.evaluate) process.exit(0);

const set = trainingSet(labelled, others, { seed });
note(`learning from ${set.length} rows`);
const model = learn(set, seed);
const interleave = (wide, narrow) =>
  Float32Array.from({ length: wide.length * 2 }, (_, at) => (at & 1 ? narrow : wide)[at >> 1]);
const header = { name: "injection", version: `seed ${seed}`, ...shape, bias: model.bias, calibration };
const text = writeWeights(header, {
  grams: interleave(model.wide, model.narrow),
  signals: interleave(model.wideSignals, model.narrowSignals),
});
writeFileSync(values.weights, text);
note(`${values.weights}: ${(text.length / 1024).toFixed(0)} KB`);
writeFileSync(values.card, modelCard(figures));
note(values.card);
