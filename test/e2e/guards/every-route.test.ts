// Owns the proof that the payloads which must never pass reach no model on any route of any vendor's
// table, and no agent in any dialect's body. Knows no route: the tables say them.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startVendorWorld, type VendorWorld } from "../sdks/vendors.ts";
import { apiKey } from "../world.ts";
import { type RoutedWay, routedWays, unreadPaths } from "./every-route.ts";
import { guardText, usesText } from "./guarded.ts";
import { cohereText, passing, payloads, tunedText } from "./payloads.ts";

const documents = (mockUrl: string): string =>
  `${cohereText(mockUrl)}
${tunedText(mockUrl)}
${guardText("injection", "{ detector: injection, action: block }")}
${usesText({ injection: "{ guard: injection, on: [edge.request, llm.request, tool.result] }" })}`;

let world: VendorWorld;

beforeAll(async () => {
  world = await startVendorWorld(documents, ["command-a", "tunedModels/mine"]);
});
afterAll(() => world.close());
beforeEach(() => world.mock.reset());

async function post(url: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", "anthropic-version": "2023-06-01", ...headers },
    body: JSON.stringify(body),
  });
  await response.arrayBuffer();
  return response;
}

const refusalOf = (response: Response): string | null => response.headers.get("x-sluice-refusal");

/** Of one dialect the routes write the same bodies: at each, its first place and one of a tool's result. */
function placesAt({ places }: RoutedWay) {
  const all = Object.entries(places);
  const results = all.filter(([, { stage }]) => stage === "tool.result");
  return [...all.slice(0, 1), ...results.slice(0, 1)];
}

describe("the routes of the tables", () => {
  it("are many, and each of a dialect whose bodies are known here", () => {
    expect(routedWays.length).toBeGreaterThan(60);
    expect(routedWays.filter(({ places }) => Object.keys(places).length === 0)).toEqual([]);
  });
});

describe.each(routedWays)("at the sidecar, $name", (way) => {
  it("none of the payloads reaches a model", async () => {
    for (const [name, { body }] of placesAt(way)) {
      for (const payload of payloads) {
        for (const more of way.isStreamable ? [{}, { stream: true }] : [{}]) {
          const refused = await post(world.egressUrl + way.path, { ...body(payload), ...more });
          expect(refusalOf(refused), `${name}: ${refused.status}`).toBe("prompt_injection_detected");
          expect(refused.status).toBe(400);
        }
      }
    }
    expect(world.mock.log).toHaveLength(0);
  });

  it("others pass", async () => {
    for (const text of passing) {
      const [place] = placesAt(way);
      const passed = await post(world.egressUrl + way.path, place?.[1].body(text) ?? {});
      expect(refusalOf(passed)).not.toBe("prompt_injection_detected");
    }
  });
});

describe("at the sidecar, where nothing is read", () => {
  it("none of the payloads reaches a model", async () => {
    expect(unreadPaths.length).toBeGreaterThan(300);
    for (const [at, path] of unreadPaths.entries()) {
      const payload = payloads[at % payloads.length] ?? "";
      const body = { model: "gpt-5.4", input: payload, prompt: payload };
      const refused = await post(world.egressUrl + path, body);
      expect(refused.status, path).toBeGreaterThanOrEqual(400);
      expect(refusalOf(refused), path).not.toBeNull();
    }
    expect(world.mock.log).toHaveLength(0);
  });
});

const dialects = [...Map.groupBy(routedWays, ({ dialect }) => dialect)].map(([dialect, ways]) => ({
  dialect,
  places: Object.entries(ways[0]?.places ?? {}),
}));

describe.each(dialects)("at the gateway, in the bodies of $dialect", ({ places }) => {
  const ask = (body: object) => post(`${world.agentUrl}/run`, body, { authorization: `Bearer ${apiKey}` });

  it("none of the payloads reaches the agent", async () => {
    const before = world.agent.bodies.length;
    for (const [name, { body }] of places) {
      for (const payload of payloads) {
        for (const more of [{}, { stream: true }]) {
          expect(refusalOf(await ask({ ...body(payload), ...more })), name).toBe("prompt_injection_detected");
        }
      }
    }
    expect(world.agent.bodies).toHaveLength(before);
    expect(world.mock.log).toHaveLength(0);
  });

  it("others pass", async () => {
    for (const [name, { body }] of places) {
      for (const text of passing) {
        const before = world.agent.bodies.length;
        expect(refusalOf(await ask(body(text))), name).toBeNull();
        expect(world.agent.bodies).toHaveLength(before + 1);
      }
    }
  });
});
