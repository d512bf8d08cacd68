// Owns the figures of a training as lines and as the model card. Knows no feature and no weight.
import { isFlagged, sharesBy, sourcesOf } from "./evaluate.mjs";

const percent = (share) => `${(share * 100).toFixed(1)} %`;
const mean = (groups) => groups.reduce((sum, { found }) => sum + found, 0) / Math.max(1, groups.length);

function shares(scores, calibration, view, threshold) {
  const isFound = isFlagged(calibration, view, threshold);
  const by = (keyOf) => sharesBy(scores, keyOf, isFound);
  const sources = by(({ row, isAttack }) => `${row.source}|${isAttack}`).map((group) => ({
    ...group,
    key: group.key.split("|")[0],
  }));
  return {
    labels: by(({ row }) => row.label),
    all: by(({ isAttack }) => String(isAttack)),
    kinds: by(({ row, isAttack }) => `${row.kind}, ${isAttack ? "attacks" : "benign"}`),
    languages: by(({ row, isAttack }) => `${row.lang}, ${isAttack ? "attacks" : "benign"}`),
    attackSources: sources.filter(({ isAttack }) => isAttack),
    benignSources: sources.filter(({ isAttack }) => !isAttack),
  };
}

function summary(name, found) {
  const label = (key) => found.labels.find((group) => group.key === key);
  const attacks = found.all.find(({ isAttack }) => isAttack);
  const benign = found.all.find(({ isAttack }) => !isAttack);
  return {
    name,
    recall: attacks.found,
    macro: mean(found.attackSources),
    benign: label("benign").found,
    hard: label("hard_benign").found,
    all: benign.found,
  };
}

export function summaries({ crossed, unseen, calibration }) {
  return [
    summary("grouped cross-validation", shares(crossed, calibration, "told")),
    summary("grouped, the wire's kind not told", shares(crossed, calibration, "untold")),
    summary("sources left out", shares(unseen, calibration, "told")),
    summary("sources left out, kind not told", shares(unseen, calibration, "untold")),
  ];
}

const table = (head, rows) => [
  `| ${head.join(" | ")} |`,
  `|${head.map(() => " --- |").join("")}`,
  ...rows.map((row) => `| ${row.join(" | ")} |`),
];

function summaryTable(figures) {
  const head = ["proof", "recall", "mean over sources", "false alarms, benign", "hard benign", "both"];
  return table(
    head,
    summaries(figures).map(({ name, recall, macro, benign, hard, all }) => [
      name,
      percent(recall),
      percent(macro),
      percent(benign),
      percent(hard),
      percent(all),
    ]),
  );
}

const thresholds = [0.5, 0.6, 0.7, 0.8, 0.9];

/** What another `threshold` in the settings would find. */
function thresholdTable({ crossed, unseen, calibration }) {
  const head = [
    "threshold",
    "recall",
    "benign",
    "hard benign",
    "left out: mean recall",
    "left out: false alarms",
  ];
  return table(
    head,
    thresholds.map((threshold) => {
      const known = summary("", shares(crossed, calibration, "told", threshold));
      const left = summary("", shares(unseen, calibration, "told", threshold));
      const cells = [known.recall, known.benign, known.hard, left.macro, left.all].map(percent);
      return [threshold, ...cells];
    }),
  );
}

function groupTable(title, { crossed, unseen, calibration }, of) {
  const [known, left] = [crossed, unseen].map((scores) => of(shares(scores, calibration, "told")));
  const leftBy = new Map(left.map((group) => [group.key, group]));
  const rows = known
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ key, count, found }) => [key, count, percent(found), percent(leftBy.get(key)?.found ?? 0)]);
  return table([title, "rows", "cross-validation", "source left out"], rows);
}

export function printFigures(figures, print) {
  for (const line of [...summaryTable(figures), "", ...thresholdTable(figures)]) print(line);
  for (const [title, of] of [
    ["attacks found, by source", ({ attackSources }) => attackSources],
    ["false alarms, by source", ({ benignSources }) => benignSources],
    ["flagged, by kind", ({ kinds }) => kinds],
  ]) {
    print("");
    for (const line of groupTable(title, figures, of)) print(line);
  }
}

function licences(labelled) {
  const groups = Map.groupBy(labelled, ({ row }) => row.source);
  const rows = [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([source, members]) => [
      source,
      members.length,
      [...new Set(members.map(({ row }) => row.label))].join(", "),
      members[0].row.licence,
    ]);
  return table(["source", "rows", "labels", "licence"], rows);
}

function madeRows(others) {
  const groups = Map.groupBy(others, ({ row }) =>
    row.source.replace(/\/(?:world|plain)-.*/, "/$&").replace(/\/\/(world|plain)-.*/, "/$1-*"),
  );
  return table(
    ["other texts", "rows", "attacks"],
    [...groups].map(([source, members]) => [
      source,
      members.length,
      members.filter(({ isAttack }) => isAttack).length,
    ]),
  );
}

const counts = ["", "one", "two", "three", "four"];

function leftOut({ rounds, labelled }) {
  const most = Math.max(...rounds.map(({ length }) => length));
  const together =
    most === 1 ? "one by one" : `at most ${counts[most] ?? most} at once and never two of one origin`;
  return `in ${rounds.length} rounds all ${sourcesOf(labelled).size} sources are taken out of the training, ${together}, attacks and benign`;
}

export function modelCard(figures) {
  const { folds, labelled, others } = figures;
  return `${[
    "# Model card: the injection guard's classifier",
    "",
    "Written by `npm run train`; the same data and seed give the same page. `npm run train -- --evaluate` prints the figures.",
    "",
    "## What it is",
    "",
    "A logistic model over hashed features, run in-process. Each sentence or line of a text is folded (case, marks, look-alike",
    "letters, leet, letters spaced out, invisible characters, escapes, encodings) and gives letter 3- and 4-grams, words, pairs and",
    "triples of words, and signals: which of some 40 concepts of an attack meet in it, in about 25 languages, how it begins, how it is",
    "written. A window of two blocks is scored by its sum and by its one loudest sentence, so that an order hidden in a long",
    "document is not outvoted. Weights are 8-bit; score 0.8 is the threshold that the false alarms below are measured at,",
    "calibrated for a user's words, for text of others (tool results, documents, tool definitions) and for the operator's prompt.",
    "",
    "## Figures",
    "",
    `Rules and model together, at the default threshold 0.8. Cross-validation has ${folds} folds; near-duplicates (\`group\`) are never`,
    `split. "Source left out": ${leftOut(figures)}`,
    "texts alike, and only then asked about. One setting holds for both: it finds the most while the cross-validation's false alarms stay",
    "within 1 % of either label and those of sources left out within 2 %. The same rows set it and are counted here.",
    "",
    ...summaryTable(figures),
    "",
    "The same by the `threshold` in the guard's settings:",
    "",
    ...thresholdTable(figures),
    "",
    ...groupTable("attacks found, by source", figures, ({ attackSources }) => attackSources),
    "",
    ...groupTable("false alarms, by source", figures, ({ benignSources }) => benignSources),
    "",
    ...groupTable("flagged, by kind", figures, ({ kinds }) => kinds),
    "",
    ...groupTable("flagged, by language", figures, ({ languages }) => languages),
    "",
    "## Intended use, and limits",
    "",
    "- One layer of several, before an agent's model and on what its tools return: it lowers risk, it proves nothing. Keep",
    "  permissions, schemas, budgets and the output guards in place.",
    '- A plain order without any sign of an attack ("translate your answer into French" in a tool\'s result) is often missed, as is',
    "  an attack in words it has no relative of. Rules find the well-known phrases whatever the model says.",
    "- Text about attacks (security documents, a bot's own rules) raises false alarms, and so do harmless questions dressed as a",
    "  role play, a story or a study: most alarms on sources never seen are of that kind. Text that mentions an attack rather than",
    "  makes one is left to the model. Lower `threshold` to find more, raise it to be told less.",
    "- Labels are those of the sources, some noisy: harmful questions that are no injection are labelled as such by some.",
    "- Languages with few rows have wide error bars. Images, audio and files are not read.",
    "",
    "## Data and licences",
    "",
    "No text of the data is part of the weights, which hold sums over hashed features. Rows written here by grammar",
    "(`scripts/train/synthetic/`) are this project's own, Apache-2.0.",
    "",
    ...licences(labelled),
    "",
    ...madeRows(others),
  ].join("\n")}\n`;
}
