// Owns the rows that are written here by grammar: a few of each category, and as many in their words that are none.
// Knows no feature and no weight.
import { categories } from "../../../core/guards/content/categories.ts";
import { fill, pick, randomFrom } from "../synthetic/grammar.mjs";
import { harmful } from "./templates-harmful.mjs";
import { harmless, slots } from "./templates-harmless.mjs";
import { plain } from "./templates-plain.mjs";

const perTemplate = 16;

const row = (source, template, text, verdicts) => ({
  text,
  source: `synthetic/${source}`,
  kind: "synthetic",
  group: `synthetic ${source} ${template}`,
  verdicts,
  oneOf: [],
});

/** A text of a category says nothing of the others: a threat may be hate as well. */
export function syntheticRows(seed) {
  const random = randomFrom(seed * 101 + 3);
  const rows = [];
  const write = (source, templates, verdicts) => {
    for (const [at, template] of templates.entries()) {
      const texts = new Set();
      for (let turn = 0; turn < perTemplate * 2 && texts.size < perTemplate; turn++) {
        texts.add(fill(template, slots, random));
      }
      for (const text of texts) rows.push(row(source, at, dressed(text, random), verdicts));
    }
  };
  for (const [name, templates] of Object.entries(harmful)) {
    write(
      name,
      templates,
      categories.map((category) => (category === name ? 1 : -1)),
    );
  }
  const none = categories.map(() => 0);
  for (const [name, templates] of Object.entries(harmless)) write(name, templates, none);
  for (const [name, templates] of Object.entries(plain)) write(`plain-${name}`, templates, none);
  return rows;
}

/** As people type: in small letters, without a full stop, with a word before or behind. */
function dressed(text, random) {
  const turn = random();
  if (turn < 0.2) return text.toLowerCase();
  if (turn < 0.3) return text.replace(/[.?!]$/, "");
  if (turn < 0.4) return `${pick(["Hi. ", "Please: ", "Question: ", "ok so ", "lol "], random)}${text}`;
  if (turn < 0.5)
    return `${text}${pick([" Thanks!", " Please answer in detail.", " It is for a friend.", " lol"], random)}`;
  return text;
}
