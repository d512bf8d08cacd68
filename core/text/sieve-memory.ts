// Owns running the sieve on a text: its memory, the words that are wanted, what was found. Knows no reader.

import {
  group,
  keyBits,
  keyFactor,
  keyUnits,
  type ListName,
  listAt,
  listNames,
  padding,
  results,
  signKinds,
  sizes,
  textMax,
  wanted,
} from "./sieve-layout.ts";
import { sieveCode, sieveLocals } from "./sieve-program.ts";
import { load } from "./wasm.ts";

const pages = 2;
const program = load(sieveCode, sieveLocals, pages);
/** Where it cannot be run nobody looks into it. */
const memory = program?.memory ?? new ArrayBuffer(0x10000 * pages);

export const isRunnable = program !== undefined;
export const textBytes = new Uint8Array(memory, 0, textMax + padding);
const textBuffer = Buffer.from(memory, 0, textMax + padding);
/** A bit for each unit of the kind that is told of. */
export const kindsOfSigns = new Uint8Array(memory, signKinds, 256);
const wantedBits = new Uint8Array(memory, wanted, 2 ** keyBits / 8);
const told = new Int32Array(memory, results, listNames.length + 3);
export const places = Object.fromEntries(
  listNames.map((name) => [name, new Uint16Array(memory, listAt[name], sizes[name])]),
) as Readonly<Record<ListName, Uint16Array>>;

const listStarts = Int32Array.from(listNames, (name) => listAt[name]);

/** `letters`: the first ones of a word, in lower case, ASCII. */
export function wantWord(letters: string): void {
  let bits = 0n;
  for (let index = 0; index < keyUnits; index++) {
    // A unit that is no letter is 0 in a text; there it has been set to this as well.
    bits |= BigInt((letters.charCodeAt(index) || 0) | 0x20) << BigInt(8 * index);
  }
  const key = Number(BigInt.asUintN(64, bits * keyFactor) >> BigInt(64 - keyBits));
  wantedBits[key >>> 3] = (wantedBits[key >>> 3] as number) | (1 << (key & 7));
}

/** `latin`: no longer than fits. Fills `places`. */
export function runSieve(latin: string): void {
  const { length } = latin;
  textBuffer.write(latin, 0, length, "latin1");
  textBytes.fill(0, length, length + padding);
  program?.run(((length + group - 1) & -group) + group);
}

/** How many places each list has now, in the order of `listNames`. */
export function countPlaces(counts: Int32Array): void {
  for (let index = 0; index < listStarts.length; index++) {
    counts[index] = ((told[index] as number) - (listStarts[index] as number)) >> 1;
  }
}

export function seenKinds(): number {
  return told[listNames.length] as number;
}

/** Where the last long word ends. */
export function lastLongEnd(): number {
  return told[listNames.length + 1] as number;
}

/** Words behind it. */
export function wordsSinceLong(): number {
  return told[listNames.length + 2] as number;
}
