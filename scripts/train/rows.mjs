// Owns the rows a training is made of: the labelled texts, plain texts of the other sets, and what is written here by
// grammar. Knows no feature and no weight.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { slots } from "./synthetic/attack-slots.mjs";
import { attacks } from "./synthetic/attack-templates.mjs";
import { benignStories, storySlots } from "./synthetic/benign-stories.mjs";
import { benign, benignSlots } from "./synthetic/benign-templates.mjs";
import { fill, pick, randomFrom } from "./synthetic/grammar.mjs";
import { worldAttacks } from "./synthetic/world-attacks.mjs";
import { worldBenign } from "./synthetic/world-benign.mjs";

const attackLabels = new Set(["injection", "jailbreak"]);
/** Kinds of the labelled set that reach a model as something other than a user's own words. */
const foreignKinds = new Set(["indirect", "tool_output", "document", "tool_description"]);

export function readRows(file) {
  const bytes = readFileSync(file);
  const text = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString();
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/** The labelled rows. `voice`: what the wire says of such a text. */
export function labelledRows(data) {
  return readRows(path.join(data, "injection", "dev.jsonl.gz")).map((row) => ({
    text: row.text,
    isAttack: attackLabels.has(row.label),
    label: row.label,
    source: row.source,
    kind: row.kind,
    lang: row.lang,
    licence: row.licence,
    group: row.group,
    voice: foreignKinds.has(row.kind) ? "foreign" : "user",
    isTrusted: row.kind === "system_prompt",
    weight: row.label !== "hard_benign" ? 1 : foreignKinds.has(row.kind) ? 4 : 2,
  }));
}

const plain = (source, voice) => (text) => ({
  text,
  isAttack: false,
  label: "extra",
  source: `extra/${source}`,
  kind: "extra",
  group: text.slice(0, 80),
  voice,
});

const isUsable = (text) => typeof text === "string" && text.length >= 8 && text.length <= 12_000;
const unique = (texts) => [...new Set(texts.filter(isUsable))];

function textsIn(value, out) {
  if (typeof value === "string") out.push(value);
  else if (Array.isArray(value)) for (const part of value) textsIn(part, out);
  else if (value !== null && typeof value === "object") {
    for (const [name, part] of Object.entries(value))
      if (["text", "content", "parts"].includes(name)) textsIn(part, out);
  }
  return out;
}

/** Words of attacks: a recorded test of a guard is no plain text. */
const doubtful = /ignore|disregard|jailbreak|inject|system prompt|password|bomb|weapon/i;

function recordedRows(data) {
  const [user, foreign] = [[], []];
  const folder = path.join(data, "recorded");
  if (!existsSync(folder)) return [];
  for (const name of readdirSync(folder).filter((file) =>
    /(chat|messages|converse)\.jsonl\.gz$/.test(file),
  )) {
    for (const { request } of readRows(path.join(folder, name))) {
      for (const message of request.json?.messages ?? []) {
        const texts = textsIn(message.content, []);
        (message.role === "user"
          ? user
          : message.role === "tool" || message.role === "assistant"
            ? foreign
            : []
        ).push(...texts);
      }
    }
  }
  const clean = (texts) =>
    unique(texts)
      .filter((text) => !doubtful.test(text))
      .slice(0, 1_500);
  return [
    ...clean(user).map(plain("recorded-user", "user")),
    ...clean(foreign).map(plain("recorded-foreign", "foreign")),
  ];
}

function schemaRows(data) {
  const [asked, described, instances] = [[], [], []];
  const file = path.join(data, "schema", "bfcl_cases.jsonl.gz");
  if (!existsSync(file)) return [];
  for (const { question, tools } of readRows(file)) {
    for (const { content } of question ?? []) asked.push(content);
    for (const tool of tools ?? []) described.push(tool.function?.description);
  }
  for (const { tests } of readRows(path.join(data, "schema", "maskbench.jsonl.gz"))) {
    for (const test of tests ?? [])
      if (test.valid && test.data !== null && typeof test.data === "object")
        instances.push(JSON.stringify(test.data, null, instances.length % 2));
  }
  return [
    ...unique(asked).map(plain("bfcl-question", "user")),
    ...unique(described).slice(0, 1_200).map(plain("bfcl-tool", "foreign")),
    ...unique(instances).slice(0, 1_000).map(plain("maskbench", "foreign")),
  ];
}

function otherRows(data) {
  const rows = [];
  const content = path.join(data, "content", "content.jsonl.gz");
  if (existsSync(content)) {
    const clean = readRows(content).filter(({ flagged, source }) => !flagged && source !== "XSTest");
    rows.push(...unique(clean.map(({ text }) => text)).map(plain("content-clean", "user")));
  }
  const spans = path.join(data, "pii", "spans.jsonl");
  if (existsSync(spans))
    rows.push(
      ...unique(readRows(spans).map(({ text }) => text))
        .slice(0, 1_500)
        .map(plain("pii-sentences", "foreign")),
    );
  return rows;
}

/** Benign texts of the other sets. */
export function extraRows(data) {
  return [...recordedRows(data), ...schemaRows(data), ...otherRows(data)];
}

const written = (source, { text, isAttack, voice }) => ({
  text,
  isAttack,
  label: "synthetic",
  source: `synthetic/${source}`,
  kind: "synthetic",
  group: `${source}:${text.slice(0, 60)}`,
  voice,
});

/** Kinds that stand in a tool's result or description rather than in a user's words. */
const foreignAttacks = new Set(["tool", "steer", "poisoned"]);
const foreignBenign = new Set(["tooldefs", "toolresults", "pages"]);

function filled(templates, words, { count, random }) {
  const texts = new Set();
  for (let turn = 0; turn < count * 3 && texts.size < count; turn++)
    texts.add(fill(pick(templates, random), words, random));
  return [...texts];
}

/** What the grammar writes: attacks by kind and language, and benign texts in the same words. */
export function syntheticRows(seed) {
  const random = randomFrom(seed);
  const rows = [];
  for (const [kind, templates] of Object.entries(attacks)) {
    const voice = foreignAttacks.has(kind) ? "foreign" : "user";
    for (const text of filled(templates, slots, { count: kind === "poisoned" ? 60 : 260, random }))
      rows.push(written(kind, { text, isAttack: true, voice }));
  }
  for (const [language, templates] of Object.entries(worldAttacks)) {
    for (const text of filled(templates, slots, { count: 50, random }))
      rows.push(written(`world-${language}`, { text, isAttack: true, voice: "user" }));
  }
  for (const [language, templates] of Object.entries(worldBenign)) {
    const sentence = () => fill(pick(templates, random), slots, random);
    for (let count = 0; count < 24; count++) {
      const text = Array.from({ length: pick([1, 1, 2, 4, 8], random) }, sentence).join(" ");
      rows.push(
        written(`plain-${language}`, { text, isAttack: false, voice: pick(["user", "foreign"], random) }),
      );
    }
  }
  const words = { ...slots, ...benignSlots, ...storySlots };
  for (const [kind, templates] of Object.entries({ ...benign, ...benignStories })) {
    const voice = foreignBenign.has(kind) ? "foreign" : "user";
    for (const text of filled(templates, words, { count: 300, random }))
      rows.push(written(`benign-${kind}`, { text, isAttack: false, voice }));
  }
  return rows;
}
