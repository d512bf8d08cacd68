// Owns the proof that nothing breaks on something else than it expects, wherever that stands: it is refused
// or passes as it came.

import { describe, expect, it, vi } from "vitest";
import type { Call, Dialect } from "../../../core/contracts/dialect.ts";
import type { Delta, Frame } from "../../../core/contracts/frame.ts";
import { noUsage } from "../../../core/contracts/frame.ts";
import type { JsonValue } from "../../../core/contracts/json.ts";
import { promptOf } from "../../../core/tokenizer/prompt.ts";
import { deltasOf, denied, marked, read } from "../dialects/answers.ts";
import { checkAnswer, checkRequest } from "./one-reading.ts";
import { collectRecorded } from "./recorded.ts";
import type { Specimen } from "./specimens.ts";
import { type Unit, unitsOf } from "./units.ts";
import { NewPlaces, nameOf, otherValues, replaced, shapeOf } from "./wrong-types.ts";

/** Thousands of trials each: a busy machine takes its time. */
vi.setConfig({ testTimeout: 120_000 });

const recorded = await collectRecorded();
const translators = [...recorded.values()].flatMap(([first]) =>
  first?.dialect.translation === undefined ? [] : [first.dialect],
);

describe.each([...recorded])("%s", (_name, specimens) => {
  it("reads every request in which a place holds something else, or refuses it", { timeout: 60_000 }, () => {
    const trials = new Trials();
    for (const specimen of specimens) {
      trials.replaceIn(specimen.request, (body) => tryRequest(specimen, body));
    }

    expect(trials.failures).toEqual([]);
    expect(trials.count).toBeGreaterThan(0);
  });

  it("reads every answer in which a place holds something else, or refuses it", { timeout: 60_000 }, () => {
    const trials = new Trials();
    for (const specimen of specimens) {
      const units = thinned(unitsOf(specimen.head, specimen.answer));
      for (const [at, unit] of units.entries()) {
        if (unit.payload === undefined) continue;
        trials.replaceIn(unit.payload, (payload) =>
          tryAnswer(specimen, joined(units, at, unit.around(payload))),
        );
      }
    }

    expect(trials.failures).toEqual([]);
    expect(trials.count).toBeGreaterThan(0);
  });
});

/** All that fails is told at once, so that it can be found. */
class Trials {
  count = 0;
  readonly failures: string[] = [];
  #turn = 0;
  readonly #places = new NewPlaces();

  replaceIn(json: Buffer, run: (made: Buffer) => void): void {
    const value: JsonValue = JSON.parse(json.toString());
    for (const path of this.#places.of(value)) {
      for (const other of otherValues(this.#turn++)) {
        this.#try(`${nameOf(path)} = ${JSON.stringify(other)}`, () =>
          run(Buffer.from(JSON.stringify(replaced(value, path, other)))),
        );
      }
    }
  }

  #try(what: string, run: () => void): void {
    this.count++;
    try {
      run();
    } catch (error) {
      this.failures.push(`${what}: ${error}`);
    }
  }
}

/** Of many alike in a row two: the second may be read by what is known of the first. */
function thinned(units: readonly Unit[]): readonly Unit[] {
  const shapes = units.map(({ payload }, at) =>
    payload === undefined ? String(at) : shapeOf(JSON.parse(payload.toString())),
  );
  return units.filter((_, at) => shapes[at] !== shapes[at - 1] || shapes[at] !== shapes[at - 2]);
}

function joined(units: readonly Unit[], at: number, changed: Buffer): Buffer {
  return Buffer.concat(units.map(({ bytes }, index) => (index === at ? changed : bytes)));
}

function tryRequest(specimen: Specimen, body: Buffer): void {
  const { dialect, asked } = specimen;
  if (checkRequest(specimen, body) !== undefined) return;
  const call = dialect.readCall(body, asked) as Call;
  JSON.parse(dialect.writeCall(call, asked, "other").body.toString());
  promptOf(call);
  const conversation = dialect.translation?.read(call);
  if (conversation === undefined || conversation.extras.length > 0) return;
  for (const { translation } of translators) {
    const written = translation?.write(conversation, "other");
    if (Buffer.isBuffer(written)) JSON.parse(written.toString());
  }
}

function tryAnswer(specimen: Specimen, answer: Buffer): void {
  const { dialect, head } = specimen;
  if (dialect.name === "metered" || checkAnswer(specimen, answer) !== undefined) return;
  const frames = read(dialect, head, [answer]) as Frame[];
  const writer = dialect.writer(head);
  for (const frame of frames) {
    if (frame.deltas.some((delta) => "text" in delta)) marked(dialect, head, frame, '"é');
    writer.note?.(frame);
  }
  writer.end("length", noUsage);
  writer.refuse(denied);
  if (dialect.translation !== undefined) for (const to of translators) retell(to, deltasOf(frames));
}

function retell({ translation }: Dialect, deltas: readonly Delta[]): void {
  for (const isStream of [true, false]) {
    const composer = translation?.composer({ model: "m", isStream });
    composer?.add(deltas);
    composer?.end();
  }
}
