// Owns what has to hold of one exchange that is covered, as named checks. Knows dialects by their contract
// only.

import assert from "node:assert/strict";
import fc from "fast-check";
import type { Call, Dialect, RequestHead } from "../../core/contracts/dialect.ts";
import { deltasOf, frames } from "../core/dialects/answers.ts";
import { payloadOf } from "../core/dialects/payloads.ts";
import { checkSame, checkUsage, checkWriter } from "../core/dialects/recorded-checks.ts";
import { anyCut } from "../core/text/cuts.ts";
import { saidIn } from "./event-types.ts";
import type { Exchange } from "./exchange.ts";
import { isHeard } from "./heard.ts";
import { silenceOf } from "./silence.ts";

export interface Subject {
  readonly exchange: Exchange;
  readonly dialect: Dialect;
  readonly call: Call | undefined;
  readonly kind: "inspected" | "metered";
}

export const checkNames = ["request", "bytes", "edits", "events", "usage", "errors"] as const;
export type CheckName = (typeof checkNames)[number];

/** By dialect and kind of event: how many there were, and how many were heard. */
export type Heard = Map<string, { count: number; heard: number }>;

const seed = 20_260_801;
const randomCuts = 6;
const bytewiseMax = 8_192;

/** Throws what is wrong. `undefined`: there is nothing to check. */
type Check = (subject: Subject, heard: Heard) => (() => void) | undefined;

export const checks: Readonly<Record<CheckName, Check>> = {
  request: ({ exchange: { asked }, dialect, call }) => call && (() => checkRequest(dialect, call, asked)),
  bytes: ({ exchange, dialect }) => {
    const { body } = exchange;
    return () => checkSame(dialect, exchange, cutsOf(body));
  },
  edits: ({ exchange, dialect, kind }) =>
    kind === "metered" ? undefined : () => checkWriter(dialect, exchange),
  events: ({ exchange, dialect, kind }, heard) =>
    kind === "metered" ? undefined : () => checkEvents(dialect, exchange, heard),
  usage: ({ exchange, dialect }) => (isError(exchange) ? undefined : () => checkUsage(dialect, exchange)),
  errors: ({ exchange, dialect, kind }) =>
    isError(exchange) && kind === "inspected" ? () => checkError(dialect, exchange) : undefined,
};

const isError = ({ head }: Exchange) => head.status >= 400;

/** Small ones byte by byte; all at the same random places in every run. */
function cutsOf(body: Buffer): readonly (readonly Buffer[])[] {
  const random = fc.sample(anyCut(body), { numRuns: randomCuts, seed });
  if (body.length > bytewiseMax) return random;
  return [Array.from(body, (_, at) => body.subarray(at, at + 1)), ...random];
}

/** As it came, and as it came once more where each of its texts was written anew. */
function checkRequest(dialect: Dialect, call: Call, asked: RequestHead): void {
  const { path, body } = dialect.writeCall(call, asked, call.model);
  assert.equal(decodeURIComponent(path), decodeURIComponent(asked.path + asked.query), "it goes elsewhere");
  const original = call.value === undefined ? undefined : JSON.parse(call.body.toString());
  if (isNamedTwice(original, call)) assert.deepEqual(jsonOf(body), { ...original, model: call.model });
  else assert.ok(body.equals(call.body), "a request that nobody edits is written otherwise");
  if (call.texts.length === 0) return;
  const edits = new Map(call.texts.map(({ pointer, text }) => [pointer, text] as const));
  const written = jsonOf(dialect.writeCall({ ...call, edits }, asked, call.model).body);
  assert.deepEqual(written, isNamedTwice(original, call) ? { ...original, model: call.model } : original);
}

const jsonOf = (body: Buffer) => JSON.parse(body.toString());

/** Azure heeds the path alone: another name in the body is replaced by the one that was checked. */
function isNamedTwice(original: { readonly model?: unknown } | undefined, { model }: Call): boolean {
  return typeof original?.model === "string" && original.model.replace(/^models\//, "") !== model;
}

function checkEvents(dialect: Dialect, { head, body }: Exchange, heard: Heard): void {
  const faults: string[] = [];
  for (const frame of frames(dialect, head, [body])) {
    const payload = payloadOf(frame.bytes, head);
    const said = head.status >= 400 ? [{ type: "error", pointer: "" }] : saidIn(payload);
    for (const one of said) {
      const isKnown = isHeard(one, frame, said.length);
      const key = `${dialect.name} ${one.type}`;
      const entry = heard.get(key) ?? { count: 0, heard: 0 };
      heard.set(key, entry);
      entry.count += 1;
      if (isKnown) entry.heard += 1;
      const silence = silenceOf(dialect.name, one.type);
      if (!isKnown && silence === undefined) faults.push(`${one.type} ${one.pointer}: no delta`);
      if (isKnown && silence?.when === "always") faults.push(`${one.type}: heard, though it says nothing`);
    }
  }
  assert.deepEqual(faults, []);
}

/** An error in place of an answer says so, with its status, and nothing else. */
function checkError(dialect: Dialect, { head, body }: Exchange): void {
  const said = deltasOf(frames(dialect, head, [body]));
  assert.deepEqual(said, body.length === 0 ? said : [{ kind: "error", status: head.status }]);
}
