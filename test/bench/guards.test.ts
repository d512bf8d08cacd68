// Owns the proof of the guards' bench: what it tells, its arithmetic, that no two texts of it are the same
// and that its guards are at work. Times nothing.

import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { tellDetectors } from "../../bench/detectors.ts";
import { judgeDocuments, sum } from "../../bench/documents.ts";
import type { Reading } from "../../bench/field.ts";
import { judgeAdded } from "../../bench/figures.ts";
import { measuredDetectors, proveListed } from "../../bench/guarded.ts";
import { guardsCommand } from "../../bench/guards.ts";
import { MessageReader } from "../../bench/message-reader.ts";
import { TurnWatch } from "../../bench/programs/turns.ts";
import { writeProse } from "../../bench/prose.ts";
import { answeredTo, documentSeed, plantedSeed, sayStream, sayWhole } from "../../bench/prose-answers.ts";
import { ProseRequests } from "../../bench/prose-requests.ts";
import { fillConfig, findDetector } from "../../core/policy/guards.ts";
import { seededRandom } from "../../mock/prose.ts";

describe("what there is", () => {
  it("tells its parts and flags", () => {
    const help = guardsCommand().helpInformation();
    for (const word of ["--rounds", "--profile", "detectors", "requests", "streams", "documents"]) {
      expect(help).toContain(word);
    }
  });

  it("names a detector that nobody lists", () => {
    expect(() => proveListed()).not.toThrow();
    const unknown = { name: "smoke", detector: "smoke", config: {} };
    expect(() => proveListed([...measuredDetectors, unknown])).toThrow("index.ts does not list: smoke");
  });
});

describe("arithmetic", () => {
  const reading = (contender: string, round: number, cpuUs: number): Reading => {
    return { contender, workload: "request", round, cpuUs, reads: 1 };
  };
  const readings = [
    ...[reading("bare", 1, 40), reading("bare", 2, 50), reading("bare", 3, 40)],
    ...[reading("plain", 1, 60), reading("plain", 2, 80), reading("plain", 3, 60)],
    ...[reading("guarded", 1, 80), reading("guarded", 2, 200), reading("guarded", 3, 76)],
  ];
  const budget = { contender: "guarded", without: "plain", workload: "request", ratioMax: 0.5 };

  it("what guards add is the difference of calm rounds, by the yardstick's", () => {
    const verdict = judgeAdded(readings, "bare", budget);
    expect(verdict).toMatchObject({ ratio: 0.4, isKept: true });
    expect(verdict.pairRatio).toBeCloseTo(0.5);
    expect(judgeAdded(readings, "bare", { ...budget, ratioMax: 0.3 }).isKept).toBe(false);
  });

  it("a part that was not measured keeps no budget", () => {
    expect(judgeAdded(readings.slice(0, 6), "bare", budget)).toMatchObject({ isKept: false });
  });

  it("the first document's turns are told apart, those of the warm-up are not", () => {
    const turns = (...cpuMs: number[]) => ({ cpuMs, clockMsMax: 2 * Math.max(...cpuMs) });
    const warm = Array.from({ length: 8 }, () => turns(50));
    expect(sum([turns(90), ...warm, turns(6, 2), turns(4)])).toEqual({
      coldMs: 90,
      longestMs: 6,
      p99Ms: 6,
      clockMs: 12,
    });
  });

  it("a document is judged by what guards add, and never where it was not measured", () => {
    const document = { coldMs: 0, p99Ms: 0, clockMs: 0 };
    const of = (sidecar: string, kind: "request" | "answer", longestMs: number) => {
      return { ...document, sidecar, kind, longestMs };
    };
    const told = [of("plain", "request", 8), of("guarded", "request", 19), of("guarded", "answer", 5)];
    expect(judgeDocuments(told, "guarded", "plain")).toEqual([
      { kind: "request", addedMs: 11, isKept: false },
      { kind: "answer", addedMs: Number.NaN, isKept: false },
    ]);
  });

  it("detectors are told as multiples of JSON.parse", () => {
    const readings = [
      { name: "pii", round: 1, cpuUs: 20 },
      { name: "JSON.parse", round: 1, cpuUs: 4 },
    ];
    expect(tellDetectors({ readings, findings: { pii: 3 }, texts: 128 })).toEqual([
      "CPU time of 4 KB of text, in process, 128 texts",
      "  JSON.parse  4.0 µs calm, 4.0 µs median, 1.0 × JSON.parse",
      "  pii         20.0 µs calm, 20.0 µs median, 5.0 × JSON.parse, 3 findings",
    ]);
  });
});

describe("texts", () => {
  const requests = new ProseRequests({ port: 80, path: "/v1/chat/completions", form: "stream" });
  const numbers = Array.from({ length: 300 }, (_, at) => at);

  it("no two requests say the same; each has 4,096 bytes and as many messages", () => {
    const bodies = numbers.map((number) => requests.body(number));
    const last = bodies.map((body) =>
      JSON.parse(body)
        .messages.at(-1)
        .content.replace(/Request \d+/, ""),
    );
    expect(new Set(last).size).toBe(bodies.length);
    for (const body of bodies) expect(Buffer.byteLength(body)).toBe(4_096);
    expect(JSON.parse(bodies[7] ?? "")).toMatchObject({ stream: true, seed: 7, model: "gpt-4o" });
    expect(new MessageReader().push(requests.number(7))).toBe(true);
  });

  it("they have what detectors stop at: capitals, digits, signs, addresses, letters beyond ASCII", () => {
    const text = writeProse(seededRandom(7), 100_000);
    for (const sign of [/[A-Z]/, /\d{4}-\d\d-\d\d/, /https:\/\//, /[?!;:'"`]/, /[ñéüå]/, /—/]) {
      expect(text).toMatch(sign);
    }
  });

  it.each(measuredDetectors)("$name finds nothing in prose without personal data", ({ detector, config }) => {
    const guard = findDetector(detector)?.create(fillConfig(detector, { ...config, ...rulesOf(detector) }), {
      directory: ".",
      environment: {},
    });
    const scanner = guard?.scan({ stage: "llm.answer", role: "assistant", kind: "text" });
    expect(scanner?.push(writeProse(seededRandom(11), 60_000)).findings).toEqual([]);
    expect(scanner?.end()).toEqual([]);
  });

  it("a request's seed says which answer it gets", () => {
    const asked = (seed: number): unknown => answeredTo(requests.body(seed).slice(-32));
    expect(asked(258)).toEqual({ kind: "kept", at: 2 });
    expect(asked(plantedSeed)).toEqual({ kind: "planted" });
    expect(asked(documentSeed + 17)).toEqual({ kind: "document", at: 1 });
    expect(answeredTo('"temperature":0.2}')).toEqual({ kind: "kept", at: 0 });
  });

  it("an answer says its text whole, or a token an event", () => {
    const whole = JSON.stringify({ choices: [{ message: { content: " static" } }] });
    expect(JSON.parse(sayWhole(whole, 'a "b"')).choices[0].message.content).toBe('a "b"');
    const events = ['{"content":""}', '{"content":"x"}', '{"content":"x"}', '{"content":"x"}'];
    const said = sayStream(events, 'The "market').map((event) => JSON.parse(event).content);
    expect(said).toEqual(["", "The", ' "mark', "et"]);
  });
});

/** The classifier is trained, and trained anew: what it says of prose is no matter of the bench. */
function rulesOf(detector: string): object {
  return detector === "injection" ? { classifier: "off" } : {};
}

it("the watch sees a turn that takes long, and none where there is none", async () => {
  const watch = new TurnWatch();
  watch.begin();
  for (let turn = 0; turn < 3; turn++) await nextTurn();
  const until = process.threadCpuUsage().user + 30_000;
  while (process.threadCpuUsage().user < until) Math.sqrt(until);
  for (let turn = 0; turn < 3; turn++) await nextTurn();
  const { cpuMs, clockMsMax } = watch.end();
  expect(cpuMs[0]).toBeGreaterThan(20);
  expect(clockMsMax).toBeGreaterThan(20);
});
