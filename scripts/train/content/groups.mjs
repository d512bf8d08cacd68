// Owns which rows are near duplicates: translations of one text, one template with other people in it, one text
// written a little otherwise. Knows no label's meaning.
import { hashOf } from "../hash.mjs";

/** Words for people: what a template is filled with. */
const people =
  /\b(?:women|woman|wom[ae]n'?s|females?|trans(?: (?:people|person|women|men|folks?))?|transgender|gays?|lesbians?|homosexuals?|black(?:s| people| person| folks?)?|disabled(?: people| person| folks?)?|muslims?|islam|immigrants?|foreigners?|refugees?|asians?|jews?|blacks|girls?|men|man|people|persons?|folks?)\b/g;
const hashes = 48;
const bands = 12;
/** Of the letters in a row, the share that two texts of a group have in common. */
const shareMin = 0.5;

export function plainText(text) {
  return text
    .toLowerCase()
    .normalize("NFKC")
    .replaceAll(people, "@")
    .replaceAll(/[\s\p{P}]+/gu, " ")
    .trim();
}

function gramsOf(text) {
  const grams = new Set();
  const plain = ` ${text} `;
  for (let at = 0; at + 4 <= plain.length; at++) grams.add(hashOf(plain.slice(at, at + 4)));
  if (grams.size === 0) grams.add(hashOf(plain));
  return grams;
}

const mix = (hash, seed) => {
  const mixed = Math.imul(hash ^ (seed * 0x9e3779b1), 0x85ebca6b);
  return (mixed ^ (mixed >>> 13)) >>> 0;
};

function signatureOf(grams) {
  const least = new Uint32Array(hashes).fill(0xffffffff);
  for (const gram of grams) {
    for (let at = 0; at < hashes; at++) {
      const value = mix(gram, at + 1);
      if (value < least[at]) least[at] = value;
    }
  }
  return least;
}

function shareOf(one, other) {
  let common = 0;
  for (const gram of one) if (other.has(gram)) common++;
  return common / (one.size + other.size - common);
}

/** The name of each row's group. */
export function groupsOf(rows) {
  const parents = rows.map((_row, at) => at);
  const rootOf = (at) => {
    let root = at;
    while (parents[root] !== root) root = parents[root];
    parents[at] = root;
    return root;
  };
  const join = (one, other) => {
    const [first, second] = [rootOf(one), rootOf(other)].sort((a, b) => a - b);
    parents[second] = first;
  };
  const firstOf = new Map();
  const meet = (key, at, isAlike = () => true) => {
    const known = firstOf.get(key) ?? [];
    for (const other of known) if (isAlike(other)) join(other, at);
    if (known.length < 24) firstOf.set(key, [...known, at]);
  };
  const grams = rows.map(({ text }) => gramsOf(plainText(text)));
  rows.forEach(({ group, source }, at) => {
    if (group !== undefined) meet(`${source} ${group}`, at);
    const signature = signatureOf(grams[at]);
    for (let band = 0; band < bands; band++) {
      const key = `${band} ${signature.subarray((band * hashes) / bands, ((band + 1) * hashes) / bands).join()}`;
      meet(key, at, (other) => rootOf(other) === rootOf(at) || shareOf(grams[other], grams[at]) >= shareMin);
    }
  });
  return rows.map((_row, at) => `content ${rootOf(at)}`);
}
