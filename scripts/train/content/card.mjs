// Owns the figures of the content training as lines and as the model card. Knows no feature and no weight.
import { categories } from "../../../core/guards/content/categories.ts";
import { areaUnder, flags } from "./evaluate.mjs";

const percent = (share) => (Number.isFinite(share) ? `${(share * 100).toFixed(1)} %` : "");
const ratio = (share) => (Number.isFinite(share) ? share.toFixed(3) : "");
const byName = ([a], [b]) => (a < b ? -1 : 1);

const table = (head, rows) => [
  `| ${head.join(" | ")} |`,
  `|${head.map(() => " --- |").join("")}`,
  ...rows.map((row) => `| ${row.join(" | ")} |`),
];

const isBenign = ({ row }) => row.kind === "benign" || row.kind === "hard_benign";
const isClean = ({ row }) => row.kind === "clean";
/** Of what this model is asked for: some sources also call misinformation or advice on law harmful. */
const isOurs = ({ row }) => row.verdicts.includes(1) || row.oneOf.length > 0;

function shareOf(scores, isCounted, isFound) {
  const counted = [...scores].filter(([one]) => isCounted(one));
  return counted.filter(([, raw]) => isFound(raw)).length / counted.length;
}

/** Precision is over all rows somebody has judged for the category, the harmless ones of every set included. */
function categoryRows({ scores, calibration }) {
  const { of } = flags(calibration);
  return categories.map((name, at) => {
    const judged = [...scores].filter(([{ row }]) => row.verdicts[at] >= 0);
    const yes = judged.filter(([{ row }]) => row.verdicts[at] === 1);
    const no = judged.filter(([{ row }]) => row.verdicts[at] === 0);
    const met = yes.filter(([, raw]) => of(raw, at)).length;
    const wrong = no.filter(([, raw]) => of(raw, at)).length;
    const [precision, recall] = [met / (met + wrong), met / yes.length];
    const f1 = (2 * precision * recall) / (precision + recall);
    const raws = (pairs) => pairs.map(([, raw]) => raw[at]);
    const benign = raws([...scores].filter(([one]) => isBenign(one)));
    return [
      `\`${name}\``,
      yes.length,
      ratio(precision),
      ratio(recall),
      ratio(f1),
      ratio(areaUnder(raws(yes), raws(no))),
      ratio(areaUnder(raws(yes), benign)),
    ];
  });
}

const categoryTable = (figures) =>
  table(
    ["category", "texts of it", "precision", "recall", "F1", "AUC, all harmless", "AUC, ordinary"],
    categoryRows(figures),
  );

function sourceTable({ scores, calibration }) {
  const { of, any } = flags(calibration);
  const flagged = [...scores].filter(([one]) => one.row.kind === "flagged" && isOurs(one));
  const groups = [...Map.groupBy(flagged, ([{ row }]) => row.source)].toSorted(byName);
  return table(
    ["found, by source", "texts", "in any category", ...categories],
    groups.map(([source, members]) => [
      source,
      members.length,
      percent(members.filter(([, raw]) => any(raw)).length / members.length),
      ...categories.map((_name, at) => {
        const yes = members.filter(([{ row }]) => row.verdicts[at] === 1);
        return yes.length === 0 ? "" : percent(yes.filter(([, raw]) => of(raw, at)).length / yes.length);
      }),
    ]),
  );
}

function languageTable({ scores, calibration }) {
  const { any } = flags(calibration);
  const groups = Map.groupBy(
    [...scores].filter(([one]) => one.row.source === "MultiJail" && isOurs(one)),
    ([{ row }]) => row.lang,
  );
  return table(
    ["MultiJail, by language", "texts", "found"],
    [...groups]
      .toSorted(byName)
      .map(([lang, members]) => [
        lang,
        members.length,
        percent(members.filter(([, raw]) => any(raw)).length / members.length),
      ]),
  );
}

function alarmTable({ scores, calibration }) {
  const { of, any } = flags(calibration);
  const harmless = [...scores].filter(([one]) => isClean(one) || isBenign(one));
  const named = ([{ row }]) => (row.kind === "clean" ? `content: ${row.source}` : `injection: ${row.kind}`);
  const groups = [...Map.groupBy(harmless, named)].toSorted(byName);
  return table(
    ["false alarms", "texts", "in any category", ...categories],
    groups.map(([name, members]) => [
      name,
      members.length,
      percent(members.filter(([, raw]) => any(raw)).length / members.length),
      ...categories.map((_name, at) =>
        percent(members.filter(([, raw]) => of(raw, at)).length / members.length),
      ),
    ]),
  );
}

function summaryTable({ scores, calibration }) {
  const { any } = flags(calibration);
  const share = (isCounted) => percent(shareOf(scores, isCounted, any));
  return table(
    ["in any category", "flagged"],
    [
      ["harmful texts of these categories", share((one) => one.row.kind === "flagged" && isOurs(one))],
      [
        "texts that a source calls harmful otherwise",
        share((one) => one.row.kind === "flagged" && !isOurs(one)),
      ],
      ["ordinary texts (`benign`, `hard_benign` of the injection set)", share(isBenign)],
      ["clean texts of the content set, ordinary ones", share((one) => isClean(one) && !one.row.isHard)],
      [
        "clean texts written to be mistaken (HateCheck, XSTest)",
        share((one) => isClean(one) && one.row.isHard),
      ],
    ],
  );
}

const tables = [summaryTable, categoryTable, sourceTable, alarmTable, languageTable];

export function printFigures(figures, print) {
  for (const made of tables) {
    for (const line of made(figures)) print(line);
    print("");
  }
}

function licences(rows) {
  const groups = [...Map.groupBy(rows, ({ row }) => row.source)].toSorted(byName);
  return table(
    ["source", "texts", "what they are", "licence"],
    groups.map(([source, members]) => [
      source,
      members.length,
      [...new Set(members.map(({ row }) => row.kind))].join(", "),
      members[0].row.licence,
    ]),
  );
}

function otherSources(others) {
  const groups = [...Map.groupBy(others, ({ row }) => row.source.replace(/\/(plain)-.*/, "/$1-*"))];
  return table(
    ["other texts", "texts", "of a category"],
    groups.map(([source, members]) => [
      source,
      members.length,
      members.filter(({ row }) => row.verdicts.includes(1)).length,
    ]),
  );
}

export function modelCard(figures) {
  const { folds, rows, others } = figures;
  return `${[
    "# Model card: the content guard's model",
    "",
    "Written by `npm run train content`; the same data and seed give the same page. `npm run train content -- --evaluate` prints",
    "the figures.",
    "",
    "## What it is",
    "",
    "Six logistic lines over the same hashed features, one for each category, run in-process. Each sentence or line of a text is",
    "folded (case, marks, look-alike letters, leet, letters spaced out, invisible characters, escapes, encodings) and gives letter",
    "3- to 5-grams, words and pairs of words, and which of some 40 concepts of harm, and of what is none, stand near one another",
    "in it. A window of two blocks of some 400 letters is scored by its sum. Weights are 8-bit, 0.4 MB in memory that threads share.",
    "",
    "## Figures",
    "",
    `At the default threshold 0.8, in grouped cross-validation with ${folds} folds: near duplicates, translations of one text and one`,
    "template with other people in it are never split. The threshold is set where at most 1 % of the ordinary texts and 3 % of the",
    "ordinary clean texts of the content set are flagged in any category. Where a source says a text is harmful and not how, the",
    "text counts in no category, and in the line of all.",
    "",
    ...tables.flatMap((made) => [...made(figures), ""]),
    "## Intended use, and limits",
    "",
    "- A first layer, quick and without a call to anybody. It finds what is said openly: threats, slurs, explicit words, plain",
    "  requests for help with a crime. What takes judgement (irony, implied contempt, a long story that turns) it misses; ask a",
    "  larger model for that by the `remote` guard.",
    "- Texts against hate that quote it, and harmless questions in a harmful one's words, raise most of the false alarms: see the",
    "  lines of HateCheck and XSTest. It reads words, not who may say them.",
    "- Some of what the moderation set calls clean is not: its topmost false alarms in `sexual_content` are advertisements of",
    "  escorts. Categories nobody had judged count as clean there. Its figures are a lower bound.",
    "- `self_harm` and `harassment` have few texts: their figures move by several points with the fold. Requests for false news,",
    "  and for advice on law, money or health, are no category here, though some sources call them harmful.",
    "- English is known best, then the languages of MultiJail; of others only the words of the lists. Images are not read.",
    "- Labels are those of the sources and carry their authors' judgement; dialects may be flagged more than others (the tweets",
    "  of Davidson et al. are known for it). Do not judge people by it.",
    "",
    "## Data and licences",
    "",
    "No text of the data is part of the weights, which hold sums over hashed features. Rows written here by grammar",
    "(`scripts/train/content/`) are this project's own, Apache-2.0.",
    "",
    ...licences(rows),
    "",
    ...otherSources(others),
  ].join("\n")}\n`;
}
