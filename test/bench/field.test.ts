// Owns the proof that the bench sees burnt CPU, turns liars away and leaves no process behind. Times nothing.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Children } from "../../bench/children.ts";
import type { Contender } from "../../bench/contender.ts";
import { bareNode } from "../../bench/contenders/index.ts";
import { ownProgram } from "../../bench/contenders/own-program.ts";
import { type Entrant, Field } from "../../bench/field.ts";
import { workloads } from "../../bench/workload.ts";

const here = (file: string): URL => new URL(file, import.meta.url);
const { request, chunk } = workloads;

describe.skipIf(process.platform !== "linux")("a field of contenders", () => {
  const children = new Children();
  let field: Field;
  let bare: Entrant;

  beforeAll(async () => {
    field = await Field.open(children);
    bare = await enter(bareNode);
  });
  afterAll(() => children.stopAll());

  async function enter(contender: Contender): Promise<Entrant> {
    const admitted = await field.admit(contender, [request, chunk]);
    if (typeof admitted === "string") throw new Error(admitted);
    return admitted;
  }

  it("sees a proxy that burns CPU as slower, by what it burns", async () => {
    const burning = await enter(ownProgram("burning", here("burning-proxy.ts")));
    const order = { workload: request, answers: 200, round: 1 };
    await field.measure(bare, order);
    const [own, beside] = [await field.measure(burning, order), await field.measure(bare, order)];
    expect(own.cpuUs).toBeGreaterThan(2_000);
    expect(own.cpuUs).toBeGreaterThan(beside.cpuUs * 1.6);
    expect(beside).toMatchObject({ contender: "bare node", workload: "request", round: 1 });
  });

  it("counts a stream by its chunks", async () => {
    const reading = await field.measure(bare, { workload: chunk, answers: 16, round: 1 });
    expect(reading.cpuUs).toBeGreaterThan(0);
    expect(reading.reads).toBeLessThan(2);
  });

  it("turns a contender away that answers otherwise than the upstream", async () => {
    const lost: Contender = { name: "lost", start: (_, own) => bareNode.start({ port: 1 }, own) };
    await expect(field.admit(lost, [request])).rejects.toThrow("lost: not the upstream's answer: 502");
  });

  it("says which program ended before it spoke", async () => {
    const mute = ownProgram("mute", here("mute-program.ts"));
    await expect(field.admit(mute, [request])).rejects.toThrow(/mute-program\.ts .*: ended with 3/);
  });

  it("leaves no process behind", async () => {
    const { pid } = bare.running;
    expect(() => process.kill(pid, 0)).not.toThrow();
    await children.stopAll();
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });
});
