// Owns the proof that a cut at any moment closes each visit once and is never waited for. Knows no sockets.

import fc from "fast-check";
import { expect, it } from "vitest";
import type { CutBy, Exchange } from "../../../core/contracts/exchange.ts";
import { type Frame, noUsage } from "../../../core/contracts/frame.ts";
import { refuse } from "../../../core/contracts/refusal.ts";
import type { Visit } from "../../../core/contracts/visit.ts";
import { rig, type UpstreamStep } from "../../rig.ts";
import { Watch } from "../../watched-chain.ts";

type Pace = "at once" | "a microtask later" | "a turn later" | "never";
interface Manner {
  readonly pace: Pace;
  readonly isHolding: boolean;
}

const cuts: readonly CutBy[] = [
  refuse("draining"),
  { kind: "ending", reason: "length", usage: noUsage, otherwise: refuse("draining") },
  { kind: "gone" },
];

const scenario = fc.record({
  manners: fc.array(
    fc.record<Manner>({
      pace: fc.constantFrom<Pace>("at once", "a microtask later", "a turn later", "never"),
      isHolding: fc.boolean(),
    }),
    { maxLength: 4 },
  ),
  by: fc.constantFrom(...cuts),
  afterMicrotasks: fc.nat(40),
  afterTurns: fc.nat(6),
  lines: fc.nat(6),
  isSpaced: fc.boolean(),
  isEnded: fc.boolean(),
});

/** Passes or holds every frame; one that never answers does so from its second frame on, until the cut. */
function visitOf({ pace, isHolding }: Manner, isCut: () => boolean): Omit<Visit, "kind"> {
  let held: Frame[] = [];
  let seen = 0;
  const say = <T>(value: T): T | Promise<T> => {
    if (pace === "at once") return value;
    if (pace === "a microtask later") return Promise.resolve(value);
    if (pace === "never" && seen > 1 && !isCut()) return new Promise(() => {});
    return new Promise((resolve) => setImmediate(() => resolve(value)));
  };
  return {
    mayEdit: true,
    head: () => {
      held = [];
      return say(undefined);
    },
    frame: (frame) => {
      seen += 1;
      if (isHolding) held.push(frame);
      return say(isHolding ? [] : frame);
    },
    flush: () => (pace === "never" ? held.splice(0) : say(held.splice(0))),
  };
}

async function wait(microtasks: number, turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
  for (let microtask = 0; microtask < microtasks; microtask++) await undefined;
}

it("6. Close is owed, whenever the exchange is cut", async () => {
  await fc.assert(
    fc.asyncProperty(
      scenario,
      async ({ manners, by, afterMicrotasks, afterTurns, lines, isSpaced, isEnded }) => {
        const texts = [...Array.from({ length: lines }, (_, at) => `line ${at}\n`), ".\n"];
        const steps = texts.flatMap((text): UpstreamStep[] => (isSpaced ? [text, { is: "pause" }] : [text]));
        const watch = new Watch();
        let exchange: Exchange | undefined;
        const isCut = (): boolean => exchange?.cutBy !== undefined;
        const { outcome, log, sent, isWhole, bytes, bugs } = await rig({
          chain: manners.map((manner, at) => watch.filter(`f${at}`, visitOf(manner, isCut))),
          upstream: { steps: isEnded ? steps : [...steps.slice(0, -1), { is: "stall" }] },
          onExchange: (made) => {
            exchange = made;
            void wait(afterMicrotasks, afterTurns).then(() => made.cut(by));
          },
        });
        expect(watch.breaches()).toEqual([]);
        expect(bugs).toEqual([]);
        expect(log.filter((line) => line === "over" || line === "abort")).toHaveLength(sent.length);
        // Whole: the upstream ended it, it was ended here, or it was refused before a byte went out.
        if (isWhole) expect(bytes.toString()).toMatch(/(^|\n)\.\n$|!draining\n$|^refused draining$/);
        if (outcome.ended === "client-gone") expect(isWhole).toBe(false);
      },
    ),
    { numRuns: 1_500 },
  );
});
