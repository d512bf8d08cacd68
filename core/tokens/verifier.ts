// Owns verifying the gateway's token at an agent. Knows no refusals, nor where keys come from.

import { type KeyObject, verify } from "node:crypto";
import type { JsonValue } from "../contracts/dialect.ts";
import { isObject, type JsonObject } from "../text/json.ts";
import { parseJson } from "../text/json-adapter.ts";
import { headerFor, issuer, lifetimeS, skewS, tokenBytesMax } from "./form.ts";
import { type KeyProblem, keyId, readVerifyingKey } from "./keys-adapter.ts";
import type { TokenSubject } from "./signer.ts";

export interface Verifier {
  readonly kind: "verifier";
  /** Undefined: not valid at this agent, for whatever cause. */
  verify(token: string, agent: string): TokenSubject | undefined;
}

/** An old and a new one while keys are rotated, with room for two gateways that do so apart. */
const keysMax = 4;

const compact = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{86})$/;

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
  const keys = new Map<string, KeyObject>();
  for (const pem of publicKeysPem) {
    const key = readVerifyingKey(pem);
    if ("problem" in key) return key;
    keys.set(headerFor(keyId(key)), key);
  }
  return { kind: "verifier", verify: (token, agent) => open({ token, agent, keys, nowS: nowMs() / 1_000 }) };
}

interface Sealed {
  readonly token: string;
  readonly agent: string;
  readonly keys: ReadonlyMap<string, KeyObject>;
  readonly nowS: number;
}

function open({ token, agent, keys, nowS }: Sealed): TokenSubject | undefined {
  if (token.length > tokenBytesMax) return undefined;
  const [, header = "", payload = "", signature = ""] = compact.exec(token) ?? [];
  const key = keys.get(header);
  if (key === undefined) return undefined;
  const signed = Buffer.from(`${header}.${payload}`);
  if (!verify(null, signed, key, Buffer.from(signature, "base64url"))) return undefined;
  const claims = parseJson(Buffer.from(payload, "base64url").toString());
  if (!isObject(claims) || claims.iss !== issuer || claims.aud !== agent) return undefined;
  return isCurrent(claims, nowS) ? readSubject(agent, claims) : undefined;
}

function isCurrent({ iat, exp }: JsonObject, nowS: number): boolean {
  if (!isWhole(iat) || !isWhole(exp) || exp - iat > lifetimeS) return false;
  return iat <= nowS + skewS && nowS < exp + skewS;
}

function readSubject(agent: string, claims: JsonObject): TokenSubject | undefined {
  const { request, caller, team, user, session, task, depth, steps, tokens, jti, permissions } = claims;
  if (!isText(request) || !isText(caller) || !isText(task) || !isText(jti) || !isWhole(depth))
    return undefined;
  if (!isTextOrAbsent(team) || !isTextOrAbsent(user) || !isTextOrAbsent(session)) return undefined;
  if (!isWholeOrAbsent(steps) || !isWholeOrAbsent(tokens)) return undefined;
  if (permissions !== undefined && typeof permissions !== "string") return undefined;
  const context = { task, session, user, caller, team, depth, stepsMax: steps, tokensMax: tokens };
  const permitted = permissions === undefined ? {} : { permissions: permissions.split(" ").filter(Boolean) };
  return { agent, requestId: request, context: { ...context, ...permitted } };
}

function isText(value: JsonValue | undefined): value is string {
  return typeof value === "string" && value !== "";
}

function isTextOrAbsent(value: JsonValue | undefined): value is string | undefined {
  return value === undefined || isText(value);
}

function isWhole(value: JsonValue | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isWholeOrAbsent(value: JsonValue | undefined): value is number | undefined {
  return value === undefined || isWhole(value);
}
