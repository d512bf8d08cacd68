// Owns verifying the gateway's token at an agent. Knows no refusals, nor where keys come from.

import type { KeyObject } from "node:crypto";
import type { JsonValue } from "../contracts/dialect.ts";
import type { TaskCeilings } from "../contracts/exchange.ts";
import type { JsonObject } from "../text/json.ts";
import { grantS, headerFor, issuer, lifetimeS, tokenBytesMax } from "./form.ts";
import { type KeyProblem, keyId, readVerifyingKey } from "./keys-adapter.ts";
import { isCurrent, isText, isTextOrAbsent, isWhole, isWholeOrAbsent, openSealed } from "./sealed.ts";
import type { TokenSubject } from "./signer.ts";

export interface Verifier {
  readonly kind: "verifier";
  /** Undefined: not valid at this agent, for whatever cause. */
  verify(token: string, agent: string): TokenSubject | undefined;
  /**
   * A token that this agent was given a while ago, for work that may not be done yet. It lets nobody in: it
   * says what was asked of the agent.
   */
  verifyGrant(token: string, agent: string): TokenSubject | undefined;
}

/** An old and a new one while keys are rotated, with room for two gateways that do so apart. */
const keysMax = 4;

/** Far above what a policy allows: a token that says more is none of ours. */
const chainMax = 64;

/**
 * `publicKeysPem`: Ed25519, SPKI; the header says which. Within its 60 s a token is good any number of
 * times: the gateway sends a retry with the same one, and a sidecar that remembered tokens would forget them
 * when it restarts. What bounds a replay is the one agent it is for, and that it adds to the task it names.
 */
export function makeVerifier(
  publicKeysPem: readonly string[],
  nowMs: () => number = Date.now,
): Verifier | KeyProblem {
  const count = publicKeysPem.length;
  if (count < 1 || count > keysMax) {
    return { kind: "problem", problem: `${count} public keys, not 1 to ${keysMax}` };
  }
  const holders = new Map<string, { readonly key: KeyObject }>();
  for (const pem of publicKeysPem) {
    const key = readVerifyingKey(pem);
    if ("problem" in key) return key;
    holders.set(headerFor(keyId(key)), { key });
  }
  const open = (token: string, agent: string, goodForS: number): TokenSubject | undefined => {
    const claims = openSealed(token, holders, tokenBytesMax)?.claims;
    if (claims === undefined || claims.iss !== issuer || claims.aud !== agent) return undefined;
    return isCurrent(claims, nowMs() / 1_000, goodForS) ? readSubject(agent, claims) : undefined;
  };
  return {
    kind: "verifier",
    verify: (token, agent) => open(token, agent, lifetimeS),
    verifyGrant: (token, agent) => open(token, agent, grantS),
  };
}

function readSubject(agent: string, claims: JsonObject): TokenSubject | undefined {
  const { request, caller, team, user, session, task, depth, steps, tokens, jti, permissions } = claims;
  if (!isText(request) || !isText(caller) || !isText(task) || !isText(jti) || !isWhole(depth))
    return undefined;
  if (!isTextOrAbsent(team) || !isTextOrAbsent(user) || !isTextOrAbsent(session)) return undefined;
  if (!isWholeOrAbsent(steps) || !isWholeOrAbsent(tokens)) return undefined;
  const via = readVia(claims.via);
  const above = readAbove(claims.above);
  if (via === "unfit" || above === "unfit") return undefined;
  if (permissions !== undefined && typeof permissions !== "string") return undefined;
  const context = { task, session, user, caller, team, depth, stepsMax: steps, tokensMax: tokens };
  const permitted = permissions === undefined ? {} : { permissions: permissions.split(" ").filter(Boolean) };
  const tree = { ...(via && { via }), ...(above && { above }) };
  return { agent, requestId: request, context: { ...context, ...tree, ...permitted } };
}

function readVia(value: JsonValue | undefined): readonly string[] | "unfit" | undefined {
  if (value === undefined) return undefined;
  return Array.isArray(value) && value.length <= chainMax && value.every(isText) ? value : "unfit";
}

function readAbove(value: JsonValue | undefined): readonly TaskCeilings[] | "unfit" | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || value.length > chainMax) return "unfit";
  const read = value.map(readCeilings);
  const known = read.filter((ceilings) => ceilings !== undefined);
  return known.length === read.length ? known : "unfit";
}

function readCeilings(value: JsonValue): TaskCeilings | undefined {
  if (!Array.isArray(value)) return undefined;
  const [agent, steps, tokens] = value;
  const stepsMax = steps ?? undefined;
  const tokensMax = tokens ?? undefined;
  const isFit = isText(agent) && isWholeOrAbsent(stepsMax) && isWholeOrAbsent(tokensMax);
  return isFit ? { agent, stepsMax, tokensMax } : undefined;
}
