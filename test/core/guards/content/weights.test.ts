// Owns the proofs of the content model's file: what is written is read, shared, and refused where it is
// damaged. Knows no trained model.

import { MessageChannel, receiveMessageOnPort } from "node:worker_threads";
import { expect, it } from "vitest";
import {
  categoryCount,
  contentWeightsFrom,
  readContentWeights,
  type SharedContentWeights,
  shareContentWeights,
  writeContentWeights,
} from "../../../../core/guards/content/weights.ts";
import { contentWeightsOf } from "../../../../core/guards/content/weights-file-adapter.ts";
import { ContentScorer } from "../../../../core/guards/content/window-scorer.ts";

const header = {
  version: "1",
  ...{ gramBits: 4, signalBits: 3, letters: 3, words: 1, blockUnits: 10 },
  ...{ gramsMin: 1, lengthPower: 0.5, gramScale: 2, bias: [-1, 0, 0, 0, 0, 0] },
  calibration: { harassment: { slope: 2, offset: 0.5 } },
};
const written = (): string =>
  writeContentWeights(header, {
    grams: Float32Array.from({ length: categoryCount * 16 }, (_, at) => (at - 48) / 48),
    signals: Float32Array.from({ length: categoryCount * 8 }, (_, at) => at / 16),
  });

it("the same arrays give the same bytes, and are read again within their rounding", () => {
  expect(written()).toBe(written());
  const weights = readContentWeights(JSON.parse(written()));
  expect(weights?.header).toMatchObject(header);
  weights?.grams.forEach((step, at) => {
    const value = step * (weights.header.scales.grams[at % categoryCount] ?? 9);
    expect(Math.abs(value - (at - 48) / 48)).toBeLessThan(1 / 127);
  });
});

it("another thread reads the same memory", () => {
  const weights = readContentWeights(JSON.parse(written()));
  if (weights === undefined) throw new Error("no model");
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(shareContentWeights(weights));
  const there = contentWeightsFrom(receiveMessageOnPort(port2)?.message as SharedContentWeights);
  port1.close();
  weights.grams[3] = 77;
  expect(there.grams[3]).toBe(77);
  expect(there.header).toEqual(weights.header);
});

it("all guards of a process read the same memory", () => {
  const file = new URL("../../../../core/guards/models/content.json", import.meta.url);
  expect(contentWeightsOf(file)).toBeDefined();
  expect(contentWeightsOf(file)).toBe(contentWeightsOf(new URL(file.href)));
  expect(contentWeightsOf(new URL("absent.json", file))).toBeUndefined();
});

it.each([
  ["no document", undefined],
  ["another format", { ...JSON.parse(written()), format: "sluice-weights/1" }],
  ["other categories", { ...JSON.parse(written()), categories: ["violence"] }],
  ["arrays cut short", { ...JSON.parse(written()), grams: "AAAA" }],
])("refuses %s", (_what, document) => {
  expect(readContentWeights(document)).toBeUndefined();
});

it("a window is two blocks, its score their sum", () => {
  const weights = readContentWeights(JSON.parse(written()));
  if (weights === undefined) throw new Error("no model");
  const scorer = new ContentScorer(weights);
  const segment = (id: number, start: number) =>
    scorer.add(
      { grams: Int32Array.of(id), gramCount: 1, signals: Int32Array.of(id & 7), signalCount: 1 },
      { start, end: start + 10, units: 10 },
    );
  expect(scorer.pendingStart).toBe(Number.POSITIVE_INFINITY);
  expect(segment(2, 0)).toBeUndefined();
  expect(scorer.pendingStart).toBe(0);
  const first = segment(9, 10);
  expect(first).toMatchObject({ start: 0, end: 20 });
  expect(scorer.pendingStart).toBe(10);
  const grams = (2 * ((12 - 48) / 48 + (54 - 48) / 48)) / Math.SQRT2;
  const raw = grams + (12 / 16 + 6 / 16) / Math.SQRT2 - 1;
  expect(first?.raws[0]).toBeCloseTo(raw, 1);
  expect(first?.probabilities[0]).toBeCloseTo(1 / (1 + Math.exp(-(2 * (first?.raws[0] ?? 0) + 0.5))), 6);
  expect(scorer.end()).toBeUndefined();
});
