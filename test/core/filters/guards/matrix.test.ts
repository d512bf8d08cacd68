// Owns the matrix: each action × each format × streamed or not × each kind of text × one choice or two. Knows
// no detector but the tests' own.

import { describe, expect, it } from "vitest";
import type { Frame } from "../../../../core/contracts/frame.ts";
import { refuse } from "../../../../core/contracts/refusal.ts";
import { deltasOf, frames as framesOf, textsOf } from "../../dialects/answers.ts";
import {
  type Cell,
  cellsOf,
  type Fall,
  falls,
  nameOf,
  onWire,
  plain,
  planted,
  saidIn,
  wires,
} from "./cells.ts";
import { code, type Guarded, ruleOn, stageOf, upstreamOf, walkGuarded, whereverSaid, word } from "./walks.ts";
import { headOf } from "./wires/wire.ts";

interface Passed extends Guarded {
  /** What the upstream said, and what it would say when it is asked again. */
  readonly came: Buffer;
  readonly clean: Buffer;
}

async function pass(cell: Cell, fall: Fall): Promise<Passed> {
  const { wire, how, kind, action } = cell;
  const came = onWire(cell, fall, saidIn(cell, fall));
  const clean = onWire(cell, fall, saidIn(cell, fall, plain[kind]));
  const upstream = [upstreamOf(wire, how, came)];
  if (action.kind === "repair") upstream.push(upstreamOf(wire, how, clean));
  const rules = [ruleOn([stageOf(wire, kind)], { action })];
  const result = await walkGuarded({ wire, how, rules, upstream });
  expect(result.bugs).toEqual([]);
  return Object.assign(result, { came, clean });
}

const read = ({ wire, how }: Cell, bytes: Buffer): readonly Frame[] =>
  framesOf(wire.dialect, headOf(wire, how), [bytes]);

const usageOf = (frames: readonly Frame[]): readonly unknown[] =>
  deltasOf(frames).flatMap((delta) => (delta.kind === "usage" ? [delta.usage] : []));
const endsOf = (frames: readonly Frame[]) => deltasOf(frames).filter(({ kind }) => kind === "end");

/** What a reader of the format reads, as texts with every repetition of them. */
function checkTexts(cell: Cell, result: Passed, expected: string): void {
  const [was, now] = [read(cell, result.came), read(cell, result.bytes)];
  expect(whereverSaid(result, now)).not.toContain(word);
  const change = (text: string) => inPlaceOf(text, expected);
  const texts = Object.entries(textsOf(was)).map(([place, text]) => [place, change(text)]);
  expect(normal(textsOf(now))).toEqual(normal(Object.fromEntries(texts)));
  expect(usageOf(now)).toEqual(usageOf(was));
  expect(endsOf(now)).toEqual(endsOf(was));
  checkRepeats(was, now, change);
}

/** Every snapshot says the same as before but for the same change. */
function checkRepeats(was: readonly Frame[], now: readonly Frame[], change: (text: string) => string): void {
  const repeats = (frames: readonly Frame[]) =>
    deltasOf(frames).flatMap((one) => ("mode" in one && one.mode !== "append" ? [one] : []));
  const texts = (frames: readonly Frame[]) => repeats(frames).map(({ text }) => text);
  const expected = repeats(was).map(({ text }) => parsed(change(text)));
  expect(texts(now).map(parsed)).toEqual(expected);
}

/** Arguments are compared by what they say. */
function parsed(text: string): unknown {
  return text.startsWith("{") ? JSON.parse(text) : text;
}

function normal(texts: Record<string, string>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(texts).map(([place, text]) => [place, parsed(text)]));
}

/** `text` may be JSON in which the planted text stands, written in any way. */
function inPlaceOf(text: string, expected: string): string {
  if (!text.startsWith("{")) return text.replace(planted, expected);
  const { query, ...others } = JSON.parse(text);
  return JSON.stringify({ query: query === planted ? expected : query, ...others });
}

/** Before the commit the format's own error object; after it the format's own error, and no end. */
function checkBlock(cell: Cell, result: Passed): void {
  const { wire, how, action } = cell;
  expect(result.bytes.toString()).not.toContain(word);
  expect(result.decided).toEqual([`words@${stageOf(wire, cell.kind)}=block`]);
  if (result.status === 400) {
    const message = action.kind === "block" ? action.message : undefined;
    const said =
      action.kind === "block" ? wire.dialect.refuse(refuse(code, message ? { message } : {})) : undefined;
    expect(result.headers["x-sluice-refusal"]).toBe(code);
    if (said !== undefined) expect(result.bytes.toString()).toBe(said.body.toString());
    return;
  }
  expect([how, result.status]).toEqual(["stream", 200]);
  if (wire.name === "plain words") expect(result.isWhole).toBe(false);
  else {
    const now = read(cell, result.bytes);
    expect(whereverSaid(result, now)).not.toContain(word);
    if (wire.place === "gateway") expect(now.at(-1)?.bytes.toString()).toContain(`"code":"${code}"`);
    else expect(deltasOf(now).at(-1)?.kind).toBe("error");
    expect(endsOf(now).map((end) => "channel" in end && end.channel)).not.toContain(String(cell.choices - 1));
  }
}

/** The text, all of it, and nothing else that the model said; where that cannot be said, a block. */
function checkFallback(cell: Cell, result: Passed): void {
  const { wire, kind, action } = cell;
  const text = action.kind === "fallback" ? action.text : "";
  const isComposed = wire.dialect.translation !== undefined;
  if (!isComposed && kind !== "text") {
    checkBlock(cell, result);
    return;
  }
  if (isComposed) {
    const [was, now] = [read(cell, result.came), read(cell, result.bytes)];
    expect(Object.values(textsOf(now))).toEqual([text]);
    expect(usageOf(now).at(-1)).toEqual(usageOf(was).at(-1));
    expect(whereverSaid(result, now)).not.toContain(word);
  } else checkTexts(cell, result, text);
  expect(result.decided).toEqual([`words@${stageOf(wire, kind)}=fallback`]);
}

function checkRepair({ wire, how, kind }: Cell, result: Passed): void {
  expect(result.bytes.equals(result.clean)).toBe(true);
  expect(result.sent).toHaveLength(2);
  const isHinted = result.sent[1]?.body.includes("Without it.");
  expect(isHinted).toBe(wire.dialect.hint !== undefined);
  expect(how === "stream" || result.status === 200).toBe(true);
  expect(result.decided).toEqual([`words@${stageOf(wire, kind)}=repair`]);
}

function checkPlaceholder(cell: Cell, result: Passed): void {
  const [name = ""] = /\[WORD_[0-9a-f]{10}\]/.exec(JSON.stringify(textsOf(read(cell, result.bytes)))) ?? [];
  expect(name).not.toBe("");
  checkTexts(cell, result, planted.replace(word, name));
}

function checkFlag(_cell: Cell, result: Passed): void {
  expect(result.bytes.equals(result.came)).toBe(true);
  expect(result.told.map(({ text }) => text)).toContain(word);
}

function checkTruncated(cell: Cell, result: Passed): void {
  if (cell.kind === "tool.args") checkBlock(cell, result);
  else checkTexts(cell, result, `${planted.slice(0, planted.indexOf(word))}...`);
}

const checks: Readonly<Record<string, (cell: Cell, result: Passed) => void>> = {
  block: checkBlock,
  marker: (cell, result) => checkTexts(cell, result, planted.replace(word, "[WORD_REDACTED]")),
  placeholder: checkPlaceholder,
  flag: checkFlag,
  truncate: checkTruncated,
  strip: (cell, result) => checkTexts(cell, result, planted.replace(word, "")),
  filter: (cell, result) => checkTexts(cell, result, "Hello there. Bye now."),
  repair: checkRepair,
  fallback: checkFallback,
};

describe.each(wires.map((wire) => [wire.name, wire] as const))("%s", (_name, wire) => {
  it.each(cellsOf(wire).map((cell) => [nameOf(cell), cell] as const))("%s", async (_cell, cell) => {
    const { action } = cell;
    const check = checks[action.kind === "redact" ? action.with : action.kind];
    for (const fall of falls) check?.(cell, await pass(cell, fall));
  });
});

it("has a cell for all there is", () => {
  const cells = wires.flatMap(cellsOf);
  expect(new Set(cells.map(({ action }) => JSON.stringify(action))).size).toBe(Object.keys(checks).length);
  expect(cells.length).toBeGreaterThan(300);
});
