// Owns the proof of what a sidecar's token makes of a task: one call deeper, the same budget, nothing gained.

import { describe, expect, it } from "vitest";
import type { TaskContext } from "../../../core/contracts/identity.ts";
import { makeAgentSigner } from "../../../core/tokens/agent-signer.ts";
import { makeAgentVerifier, type VerifiedCall } from "../../../core/tokens/agent-verifier.ts";
import {
  agentKeyOf,
  generateTokenKeys,
  type KeyProblem,
  readAgentKey,
} from "../../../core/tokens/keys-adapter.ts";
import { makeSigner } from "../../../core/tokens/signer.ts";
import { makeVerifier } from "../../../core/tokens/verifier.ts";

const nowS = 1_800_000_000;
const gateway = generateTokenKeys();
const planner = generateTokenKeys();

function agentKey(pem: string) {
  return proven(readAgentKey(String(agentKeyOf(pem))));
}

function proven<Made extends object>(made: Made | KeyProblem): Made {
  if ("problem" in made) throw new Error(made.problem);
  return made;
}

const given: TaskContext = {
  ...{ task: "t", session: "s", user: "u", caller: "web-app", team: "growth" },
  ...{ depth: 1, via: ["front"], stepsMax: 10, tokensMax: undefined },
  above: [{ agent: "front", stepsMax: 20, tokensMax: 4_096 }],
};
const place = { agent: "search", method: "POST", target: "/run?x=1" };

interface Sample {
  readonly context?: TaskContext;
  readonly left?: { readonly steps: number | undefined; readonly tokens: number | undefined };
  /** How long ago the gateway and the sidecar have signed, in seconds. */
  readonly grantAgoS?: number;
  readonly agoS?: number;
}

function verified({ context = given, left, grantAgoS = 0, agoS = 0 }: Sample): VerifiedCall | undefined {
  const at = (secondsAgo: number) => () => (nowS - secondsAgo) * 1_000;
  const grant = proven(makeSigner(gateway.privateKeyPem, at(grantAgoS))).sign({
    agent: "planner",
    requestId: "r",
    context,
  });
  const signer = proven(makeAgentSigner(planner.privateKeyPem, at(agoS)));
  const token = signer.sign({ from: "planner", to: place.agent, ...place, grant, left });
  const verifier = makeAgentVerifier({
    keys: [{ agent: "planner", key: agentKey(planner.privateKeyPem) }],
    grants: proven(makeVerifier([gateway.publicKeyPem], at(0))),
    nowMs: at(0),
  });
  return verifier.verify(token, place);
}

describe("a sidecar's token", () => {
  it("says who calls; all else is what the gateway said", () => {
    expect(verified({})).toEqual({
      agent: "planner",
      jti: expect.any(String),
      context: {
        ...{ task: "t", session: "s", user: "u", caller: "web-app", team: "growth" },
        ...{ depth: 2, via: ["front", "planner"], stepsMax: undefined, tokensMax: undefined },
        above: [
          { agent: "front", stepsMax: 20, tokensMax: 4_096 },
          { agent: "planner", stepsMax: 10, tokensMax: undefined },
        ],
      },
    });
  });

  it("can lower ceilings, never raise or make them", () => {
    const above = (left: Sample["left"]) => verified({ ...(left && { left }) })?.context.above;
    expect(above({ steps: 3, tokens: 9_999 })).toEqual([
      { agent: "front", stepsMax: 3, tokensMax: 4_096 },
      { agent: "planner", stepsMax: 3, tokensMax: undefined },
    ]);
  });

  it("is good for its minute, for a task of a quarter of an hour", () => {
    expect(verified({ agoS: 64, grantAgoS: 64 })).toBeDefined();
    expect(verified({ agoS: 66 })).toBeUndefined();
    expect(verified({ grantAgoS: 904 })).toBeDefined();
    expect(verified({ grantAgoS: 906 })).toBeUndefined();
  });

  it("names each agent above once, round a circle", () => {
    const circle = { ...given, above: [{ agent: "planner", stepsMax: 5, tokensMax: 512 }] };
    const own = verified({ context: { ...circle, stepsMax: 2 } });
    expect(own?.context.above).toEqual([{ agent: "planner", stepsMax: 2, tokensMax: undefined }]);
    const none = verified({ context: { ...circle, stepsMax: undefined } });
    expect(none?.context.above).toEqual(circle.above);
  });
});
