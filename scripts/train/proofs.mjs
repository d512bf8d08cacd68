// Owns the proofs of a training: models that have not seen what they are asked about, several at a time. Knows no feature.
import { availableParallelism } from "node:os";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { aboutNamed, dressed, embedded } from "./compose.mjs";
import { examples } from "./dataset.mjs";
import { sourcesOf } from "./evaluate.mjs";
import { hashOf } from "./hash.mjs";
import { learn, score } from "./learn.mjs";
import { sharedFeatures } from "./shared-features.mjs";
import { randomFrom } from "./synthetic/grammar.mjs";
import { readTexts } from "./texts.mjs";

const made = { embedded: 1_400, dressed: 700, named: 600 };

/** A model of all texts but those left out; these are not looked at. */
export function modelWithout({ labelled, others, counts }, leftOut, seed) {
  const isLeftOut = new Set(leftOut);
  const known = labelled.filter((one) => !isLeftOut.has(one));
  const random = randomFrom(seed * 31 + 5);
  const rows = [...known, ...others].map(({ row }) => row);
  const set = [
    ...known,
    ...others,
    ...examples([
      ...embedded(rows, { count: made.embedded, random }),
      ...dressed(rows, { count: made.dressed, random }),
      ...aboutNamed(rows, { count: made.named, random }),
    ]),
  ];
  return learn(set, seed, sharedFeatures(counts, leftOut));
}

/** Which sources are left out at once: never two of one origin, as "XQuAD/context" and "XQuAD/question" are. */
export function sourceRounds(labelled, atOnce) {
  const sources = [...sourcesOf(labelled)].sort((a, b) => hashOf(a) - hashOf(b));
  const origin = (source) => source.split("/")[0];
  const count = Math.ceil(sources.length / atOnce);
  const rounds = Array.from({ length: count }, () => []);
  sources.forEach((source, at) => {
    const round = rounds[at % count];
    if (round.some((other) => origin(other) === origin(source))) rounds.push([source]);
    else round.push(source);
  });
  return rounds;
}

/** Groups of near-duplicates, in so many folds. */
export const groupFolds = (labelled, folds) =>
  Array.from({ length: folds }, (_, fold) => [
    ...new Set(labelled.map(({ row }) => row.group).filter((group) => hashOf(group) % folds === fold)),
  ]);

/** Scores of the rows left out, by their numbers: told by the wire, and untold. */
function scoresOf(texts, { of, names, seed }) {
  const isOut = new Set(names);
  const model = modelWithout(
    texts,
    texts.labelled.filter(({ row }) => isOut.has(row[of])),
    seed,
  );
  return texts.labelled.flatMap((one, at) =>
    isOut.has(one.row[of])
      ? [{ at, told: score(model, one, one.row.voice).raw, untold: score(model, one, "user").raw }]
      : [],
  );
}

/** Scores of each labelled row by a model that saw nothing of its fold. Threads share the work, not its order. */
export async function proofs({ labelled, data, seed: dataSeed, note }, asked) {
  const tasks = asked.flatMap(({ of, rounds }, number) =>
    rounds.map((names, round) => ({ of, names, number, seed: round + 1 })),
  );
  const scores = asked.map(() => new Map());
  let [next, done] = [0, 0];
  const run = () =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL(import.meta.url), { workerData: { data, seed: dataSeed } });
      const give = () =>
        next < tasks.length ? worker.postMessage(tasks[next++]) : worker.postMessage(undefined);
      worker.on("error", reject).on("exit", resolve);
      worker.on("message", ({ number, seed, found }) => {
        for (const { at, ...told } of found) scores[number].set(labelled[at], told);
        note(`${++done} of ${tasks.length}: ${asked[number].of} ${seed}`);
        give();
      });
      give();
    });
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), tasks.length) }, run));
  if (done < tasks.length) throw new Error(`only ${done} of ${tasks.length} models were made`);
  return scores;
}

if (!isMainThread && workerData?.data !== undefined) {
  const texts = readTexts(workerData.data, workerData.seed);
  parentPort.on("message", (task) => {
    if (task === undefined) parentPort.close();
    else parentPort.postMessage({ number: task.number, seed: task.seed, found: scoresOf(texts, task) });
  });
}
