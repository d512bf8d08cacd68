// Owns the proof that whatever a provider answers, the client hears it as it came or hears a refusal by name.

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { goodAsks } from "../../core/torture/asks.ts";
import { collectSpecimens, type Specimen } from "../../core/torture/specimens.ts";
import { providerOf, startVendorWorld, type VendorWorld } from "../sdks/vendors.ts";
import { type BadAnswer, type BadCase, damagedAnswers, lateFrames, lyingHeads } from "./bad-answers.ts";

const specimens = (await collectSpecimens())
  .map((specimen, at) => [specimen.name, specimen, providerOf(goodAsks[at]?.api ?? "openai")] as const)
  .filter(([, { dialect }]) => dialect.name !== "metered");
const cases: readonly BadCase[] = [
  { what: "as it should be", leadsTo: "passes", make: () => ({}) },
  ...damagedAnswers,
  ...lyingHeads,
  ...lateFrames,
];

let answer: BadAnswer;
const upstream = createServer((request, response) => {
  request.resume().once("end", () => {
    response.writeEarlyHints({ link: "</style.css>; rel=preload" });
    response.writeHead(answer.status, definedOnly(answer.headers)).end(answer.body);
  });
});
let world: VendorWorld;

beforeAll(async () => {
  upstream.listen(0, "127.0.0.1");
  await once(upstream, "listening");
  const { port } = upstream.address() as AddressInfo;
  world = await startVendorWorld("", [], `http://127.0.0.1:${port}`);
});
afterAll(async () => {
  await world.close();
  upstream.close();
});

function definedOnly(headers: BadAnswer["headers"]): Record<string, string | string[]> {
  const kept = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  return Object.fromEntries(kept);
}

interface Heard {
  readonly refusal: string | null;
  /** Undefined: the answer broke off. */
  readonly body: Buffer | undefined;
  readonly line: Readonly<Record<string, unknown>> | undefined;
}

async function ask({ asked, request }: Specimen, provider: string): Promise<Heard> {
  const lines = world.sidecarLog.length;
  const response = await fetch(world.urlOf(provider) + asked.path + asked.query, {
    method: "POST",
    headers: { "content-type": "application/json", "anthropic-version": "2023-06-01" },
    body: new Uint8Array(request),
  });
  const body = await response.arrayBuffer().then(Buffer.from, () => undefined);
  while (world.sidecarLog.length === lines) await new Promise((resolve) => setImmediate(resolve));
  return { refusal: response.headers.get("x-sluice-refusal"), body, line: world.sidecarLog.at(-1) };
}

function check({ leadsTo }: BadCase, sent: Buffer, { refusal, body, line }: Heard): void {
  if (leadsTo === "passes") {
    expect([refusal, line?.error_type]).toEqual([null, undefined]);
    expect(body?.equals(sent)).toBe(true);
    return;
  }
  expect(line?.error_type).toBe(leadsTo);
  // Once the head is out the client hears the dialect's own error, or the answer breaks off.
  if (refusal !== null) expect(refusal).toBe(leadsTo);
  else expect(body?.equals(sent) === true).toBe(false);
}

describe.each(specimens)("%s", (_name, specimen, provider) => {
  const whole: BadAnswer = { status: 200, headers: specimen.head.headers, body: specimen.answer };
  const made = cases.flatMap((each) => {
    const bad = each.make(specimen);
    return bad === undefined ? [] : [[`${each.what}: ${each.leadsTo}`, each, bad] as const];
  });

  it.each(made)("%s", async (_what, each, bad) => {
    answer = { ...whole, ...bad, headers: { ...whole.headers, ...bad.headers } };
    check(each, answer.body, await ask(specimen, provider));
  });
});

it("leaves no bug behind", () => {
  expect(world.sidecarLog.filter(({ event }) => event === "bug")).toEqual([]);
});
