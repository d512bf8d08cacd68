// Owns the proofs of a model's file: what is written is read, shared, and refused where it is damaged. Knows
// no trained model.

import { MessageChannel, receiveMessageOnPort } from "node:worker_threads";
import { expect, it } from "vitest";
import {
  readWeights,
  type SharedWeights,
  shareWeights,
  weightsFrom,
  writeWeights,
} from "../../../../core/guards/classifier/weights.ts";
import { WindowScorer } from "../../../../core/guards/classifier/window-scorer.ts";

const shape = { gramBits: 4, signalBits: 3, letters: 3, words: 1, blockUnits: 10 };
const header = {
  name: "test",
  version: "1",
  ...shape,
  segmentGramsMin: 1,
  windowGramsMin: 1,
  bias: -1,
  calibration: { user: { slope: 2, offset: 0.5 } },
};

function written(): string {
  const grams = Float32Array.from({ length: 32 }, (_, at) => (at - 16) / 16);
  const signals = Float32Array.from({ length: 16 }, (_, at) => at / 4);
  return writeWeights(header, { grams, signals });
}

it("the same arrays give the same bytes, and are read again within their rounding", () => {
  expect(written()).toBe(written());
  const weights = readWeights(JSON.parse(written()));
  expect(weights?.header).toMatchObject(header);
  const { scales } = weights?.header ?? { scales: { grams: [0, 0], signals: [0, 0] } };
  for (let at = 0; at < 32; at++) {
    const value = (weights?.grams[at] ?? 9) * (scales.grams[at & 1] ?? 9);
    expect(Math.abs(value - (at - 16) / 16)).toBeLessThan(1 / 127);
  }
});

it("another thread reads the same memory", () => {
  const weights = readWeights(JSON.parse(written()));
  if (weights === undefined) throw new Error("no model");
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(shareWeights(weights));
  const sent = receiveMessageOnPort(port2)?.message as SharedWeights;
  const there = weightsFrom(sent);
  port1.close();
  weights.grams[3] = 77;
  expect(there.grams[3]).toBe(77);
  expect(there.header).toEqual(weights.header);
});

it.each([
  ["no document", undefined],
  ["another format", { ...JSON.parse(written()), format: "sluice-weights/0" }],
  ["arrays cut short", { ...JSON.parse(written()), grams: "AAAA" }],
])("refuses %s", (_what, document) => {
  expect(readWeights(document)).toBeUndefined();
});

it("a window is two blocks, its score the sum and the one loudest segment", () => {
  const weights = readWeights(JSON.parse(written()));
  if (weights === undefined) throw new Error("no model");
  const scorer = new WindowScorer(weights, "user");
  const segment = (id: number, start: number) =>
    scorer.add(
      { ids: Int32Array.of(id), count: 1 },
      { ids: Int32Array.of(id & 7), count: 1 },
      { start, end: start + 10, units: 10 },
    );
  expect(segment(2, 0)).toBeUndefined();
  expect(scorer.pendingStart).toBe(0);
  const first = segment(9, 10);
  expect(first).toMatchObject({ start: 0, end: 20, loudest: { start: 10, end: 20 } });
  expect(scorer.pendingStart).toBe(10);
  const wide = (-12 / 16 + 2 / 16) / Math.SQRT2 + (1 + 0.5) / Math.SQRT2;
  expect(first?.raw).toBeCloseTo(wide + Math.max(-11 / 16 + 1.25, 3 / 16 + 0.75) - 1, 1);
  expect(first?.probability).toBeCloseTo(1 / (1 + Math.exp(-(2 * (first?.raw ?? 0) + 0.5))), 6);
  expect(scorer.end()).toBeUndefined();
});
