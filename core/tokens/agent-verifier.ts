// Owns verifying a sidecar's token at the gateway: whose it is by its key, and what for by the gateway's own
// token inside. Knows no refusals, no store and no policy.

import type { KeyObject } from "node:crypto";
import type { TaskCeilings, TaskContext } from "../contracts/identity.ts";
import { agentHeaderFor, agentTokenBytesMax } from "./form.ts";
import { keyId } from "./keys-adapter.ts";
import { isCurrent, isText, isWholeOrAbsent, openSealed, requestHash } from "./sealed.ts";
import type { Verifier } from "./verifier.ts";

export interface AgentKey {
  readonly agent: string;
  readonly key: KeyObject;
}

export interface AgentCallPlace {
  /** The agent that is called. */
  readonly agent: string;
  readonly method: string;
  /** Path and query below its root. */
  readonly target: string;
}

export interface VerifiedCall {
  /** Who calls. */
  readonly agent: string;
  /** Whoever lets it in has to see that it is the first with this id. */
  readonly jti: string;
  /** Of the agent that is called. */
  readonly context: TaskContext;
}

export interface AgentVerifier {
  /** Undefined: not valid here, for whatever cause. */
  verify(token: string, place: AgentCallPlace): VerifiedCall | undefined;
}

export interface AgentVerifierOptions {
  /** Of all agents that may call others. */
  readonly keys: readonly AgentKey[];
  /** Of the gateways' tokens. */
  readonly grants: Verifier;
  readonly nowMs?: () => number;
}

export function makeAgentVerifier({ keys, grants, nowMs = Date.now }: AgentVerifierOptions): AgentVerifier {
  const holders = new Map(keys.map((holder) => [agentHeaderFor(keyId(holder.key)), holder]));
  return {
    verify: (token, { agent, method, target }) => {
      const opened = openSealed(token, holders, agentTokenBytesMax);
      if (opened === undefined) return undefined;
      const { claims, holder } = opened;
      const { iss, aud, jti, grant, steps, tokens } = claims;
      // A key speaks for its own agent: another's name over it is worth nothing.
      if (iss !== holder.agent || aud !== agent || claims.for !== requestHash(method, target))
        return undefined;
      if (!isCurrent(claims, nowMs() / 1_000) || !isText(jti) || !isText(grant)) return undefined;
      if (!isWholeOrAbsent(steps) || !isWholeOrAbsent(tokens)) return undefined;
      const given = grants.verifyGrant(grant, holder.agent);
      if (given === undefined) return undefined;
      const context = below(given.context, { agent: holder.agent, stepsMax: steps, tokensMax: tokens });
      return { agent: holder.agent, jti, context };
    },
  };
}

/**
 * The same task, one call deeper: its caller, user and session stay, since it is their work, and so do all
 * ceilings. `left` can only lower them.
 */
function below(given: TaskContext, left: TaskCeilings): TaskContext {
  const { agent } = left;
  const { stepsMax, tokensMax, via = [], above = [], ...same } = given;
  const own: TaskCeilings = { agent, stepsMax, tokensMax };
  const inherited = isCeiled(own) ? [...above.filter((one) => one.agent !== agent), own] : above;
  return {
    ...same,
    depth: given.depth + 1,
    via: [...via, agent],
    stepsMax: undefined,
    tokensMax: undefined,
    above: inherited.map((one) => ({
      agent: one.agent,
      stepsMax: least(one.stepsMax, left.stepsMax),
      tokensMax: least(one.tokensMax, left.tokensMax),
    })),
  };
}

function isCeiled({ stepsMax, tokensMax }: TaskCeilings): boolean {
  return stepsMax !== undefined || tokensMax !== undefined;
}

/** Nothing is left of what nothing was given of. */
function least(given: number | undefined, left: number | undefined): number | undefined {
  return given === undefined || left === undefined ? given : Math.min(given, left);
}
