// Trains the injection guard's classifier, proves it on rows it has not seen, and writes weights and model card: the
// same data and seed give the same bytes. Must not know how a text is scanned: core/guards reads what is written here.
//
//   npm run train content            the content guard's instead (train/content/main.mjs)
//   npm run train                    weights and model card
//   npm run train -- --evaluate      the figures alone, nothing is written
//   npm run train -- --sources-at-once 1   sources left out one by one instead of by twos: it takes twice the time
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { writeWeights } from "../core/guards/classifier/weights.ts";
import { modelCard, printFigures } from "./train/card.mjs";
import { shape } from "./train/dataset.mjs";
import { calibrationOf } from "./train/evaluate.mjs";
import { groupFolds, modelWithout, proofs, sourceRounds } from "./train/proofs.mjs";
import { readTexts } from "./train/texts.mjs";

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
    "sources-at-once": { type: "string", default: "2" },
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

const texts = readTexts(values.data, seed);
const { labelled, others } = texts;
note(`${labelled.length} labelled rows, ${others.length} others`);

const folds = Number(values.folds);
const rounds = sourceRounds(labelled, Number(values["sources-at-once"]));
const [crossed, unseen] = await proofs({ labelled, data: values.data, seed, note }, [
  { of: "group", rounds: groupFolds(labelled, folds) },
  { of: "source", rounds },
]);
const calibration = calibrationOf(crossed, unseen);
const figures = { crossed, unseen, calibration, folds, rounds, labelled, others };
printFigures(figures, (line) => console.log(line));
if (values.evaluate) process.exit(0);

note("learning from all of them");
const model = modelWithout(texts, [], seed);
const header = { name: "injection", version: `seed ${seed}`, ...shape, bias: model.bias, calibration };
const text = writeWeights(header, model);
writeFileSync(values.weights, text);
note(`${values.weights}: ${(text.length / 1024).toFixed(0)} KB`);
writeFileSync(values.card, modelCard(figures));
note(values.card);
