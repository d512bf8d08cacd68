// Owns the proof that what guards find is told nowhere: in no log, metric, span, refusal or error event.

import { afterAll, beforeAll, expect, it } from "vitest";
import { type OtlpSink, startOtlpSink } from "../../otlp-sink.ts";
import { cutClients } from "../sdks/cut-clients.ts";
import { startVendorWorld, type VendorWorld } from "../sdks/vendors.ts";
import { apiKey } from "../world.ts";
import { expectUntold, findings, guardText, usesText } from "./guarded.ts";
import { callArguments, letter, planted, untold } from "./planted.ts";
import { waysIn } from "./ways-in.ts";

const everywhere =
  "[edge.request, edge.answer, llm.request, llm.answer, llm.reasoning, tool.args, tool.result]";
const documents = (action: string, more = ""): string =>
  [
    guardText("pii", `{ detector: pii, config: { types: [email, credit_card] }, action: ${action}${more} }`),
    guardText("secrets", `{ detector: secrets, action: ${action}${more} }`),
    usesText({
      pii: `{ guard: pii, on: ${everywhere} }`,
      secrets: `{ guard: secrets, on: ${everywhere} }`,
    }),
  ].join("");

let sink: OtlpSink;
beforeAll(async () => {
  sink = await startOtlpSink();
});
afterAll(() => sink.close());

async function post(url: string, body: object, headers: Record<string, string> = {}): Promise<string> {
  const sent = { "content-type": "application/json", "anthropic-version": "2023-06-01", ...headers };
  const response = await fetch(url, { method: "POST", headers: sent, body: JSON.stringify(body) });
  const text = Buffer.from(await response.arrayBuffer()).toString("utf8");
  return JSON.stringify([...response.headers]) + text;
}

/** All that was answered. */
async function askEverywhere(world: VendorWorld): Promise<readonly string[]> {
  const key = { authorization: `Bearer ${apiKey}` };
  const answers = [await post(`${world.agentUrl}/run`, { prompt: letter(planted) }, key)];
  for (const { path, places } of waysIn) {
    for (const { body } of Object.values(places)) {
      answers.push(await post(world.egressUrl + path, body(letter(planted))));
    }
  }
  world.mock.setScript({
    rules: [
      {
        answer: {
          ...{ text: letter(planted), reasoning: letter(planted) },
          toolCalls: [{ name: "get_weather", arguments: callArguments(planted) }],
        },
      },
    ],
  });
  for (const { model, stream } of Object.values(cutClients)) {
    const heard = await stream(world.egressUrl, model).then(JSON.stringify, String);
    answers.push(String(heard));
  }
  answers.push(await post(`${world.agentUrl}/run`, { prompt: "hello" }, key));
  return answers;
}

it.each([
  ["blocked", "block", ""],
  ["redacted", "redact", ""],
  ["filtered", "filter", ""],
  ["only seen", "flag", ""],
  ["only watched", "block", ", mode: shadow"],
])("what is %s", { timeout: 60_000 }, async (_how, action, more) => {
  const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url };
  const world = await startVendorWorld(documents(action, more), [], undefined, { environment });
  const answers = await askEverywhere(world);
  await expectUntold(world, untold);
  expect(findings(world.sidecarLog).length).toBeGreaterThan(50);
  expect(findings(world.gatewayLog).length).toBeGreaterThan(0);
  for (const { hash, length, start } of findings(world.sidecarLog)) {
    expect(hash).toMatch(/^[0-9a-f]{16}$/);
    expect([typeof start, typeof length]).toEqual(["number", "number"]);
  }
  await world.close();
  await sink.waitFor(answers.length);
  const spans = sink.received().toString("latin1");
  for (const one of untold) expect(spans.includes(one), one).toBe(false);
  const isPassing = action === "flag" || more !== "";
  for (const one of isPassing ? [] : untold) {
    for (const answer of answers)
      expect(answer.includes(one), `${one} in ${answer.slice(0, 500)}`).toBe(false);
  }
});
