// Owns callers, keys and signed tokens for tests of identity. Starts nothing.

import { generateKeyPairSync, hash, type KeyObject } from "node:crypto";
import { exportJWK, type JWK, type JWTPayload, SignJWT } from "jose";
import type { HeaderMap } from "../../../core/contracts/dialect.ts";
import type { Exchange } from "../../../core/contracts/exchange.ts";
import type { ApiKeySpec, CallerSpec, JwtAlgorithm, JwtSpec } from "../../../core/contracts/policy.ts";
import { makeAgentCallers } from "../../../core/filters/identify/agent-callers.ts";
import { type Identities, makeIdentities } from "../../../core/filters/identify/identities.ts";
import { KeySets } from "../../../core/filters/identify/key-set.ts";
import { identifyFilter } from "../../../core/filters/identify.ts";
import { MemoryStore } from "../../../core/stores/memory.ts";
import { sampleExchange } from "./sample-exchange.ts";

/** Seconds since the epoch; where the tests' clocks stand. */
export const nowS = 1_800_000_000;

export const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
export const otherRsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
export const ec = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
export const ed = generateKeyPairSync("ed25519");

export const sha256 = (text: string): string => hash("sha256", text, "hex");

export interface CallerSample {
  readonly name?: string;
  readonly keys?: Readonly<Record<string, ApiKeySpec>>;
  readonly jwt?: Partial<JwtSpec>;
  readonly trust?: CallerSpec["trust"];
}

export function callerSpec({ name = "web-app", keys = {}, jwt, trust = [] }: CallerSample): CallerSpec {
  return {
    name,
    origin: { file: "/policies/callers.yaml", line: 1 },
    team: "growth",
    apiKeys: new Map(Object.entries(keys)),
    jwt: jwt === undefined ? undefined : { ...plainJwt, ...jwt },
    trust,
    registers: [],
  };
}

const plainJwt: JwtSpec = {
  issuer: "https://issuer.example",
  audience: "sluice",
  subject: undefined,
  keys: { kind: "publicKey", source: { kind: "file", path: "/keys/issuer.pem" } },
  algorithms: ["RS256"],
  claims: { user: undefined, session: undefined },
};

export const goodClaims: JWTPayload = {
  iss: "https://issuer.example",
  aud: "sluice",
  sub: "orchestrator",
  exp: nowS + 600,
};

export interface TokenSample {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly alg?: string;
  readonly key?: KeyObject | Uint8Array;
  readonly header?: Readonly<Record<string, unknown>>;
}

/** `claims` are laid over good ones; `undefined` takes one out. */
export function token({ claims = {}, alg = "RS256", key = rsa.privateKey, header }: TokenSample = {}) {
  const payload = JSON.parse(JSON.stringify({ ...goodClaims, ...claims })) as JWTPayload;
  return new SignJWT(payload).setProtectedHeader({ alg, ...header }).sign(key);
}

export async function jwk(key: KeyObject, extra: JWK = {}): Promise<JWK> {
  return { ...(await exportJWK(key)), ...extra };
}

export interface IdentitiesSample {
  readonly callers: readonly CallerSpec[];
  readonly publicKey?: KeyObject;
  readonly keySets?: KeySets;
  readonly nowMs?: () => number;
}

/** Every caller with a public key by file gets the same one. */
export function identities({ callers, publicKey = rsa.publicKey, ...rest }: IdentitiesSample): Identities {
  const publicKeys = new Map(callers.map(({ name }) => [name, publicKey]));
  return makeIdentities({ callers, publicKeys, keySets: new KeySets(), nowMs: () => nowS * 1_000, ...rest });
}

export interface Admission {
  readonly exchange: Exchange;
  /** The refusal's code, or `admitted`. */
  readonly said: string;
  readonly message: string | undefined;
  readonly challenge: string | undefined;
}

const agents = makeAgentCallers({ verifier: undefined, store: new MemoryStore() });

/** What the filter says to a request with these headers. */
export async function present(
  known: Identities,
  headers: HeaderMap,
  rights: "named" | "anonymous" = "named",
): Promise<Admission> {
  const exchange = sampleExchange({ headers });
  const filter = identifyFilter({ identities: known, agents, allowsAnonymous: rights === "anonymous" });
  const halt = await filter.open(exchange);
  if (halt === undefined) return { exchange, said: "admitted", message: undefined, challenge: undefined };
  if (halt.kind !== "refusal") throw new Error(`identify never opens a ${halt.kind}`);
  const challenge = halt.headers?.["www-authenticate"];
  return { exchange, said: halt.code, message: halt.message, challenge };
}

export const bearer = (credential: string): HeaderMap => ({ authorization: `Bearer ${credential}` });

export const jwtCaller = (jwt: Partial<JwtSpec> = {}, name = "web-app"): CallerSpec =>
  callerSpec({ name, jwt });

export const everyAlgorithm: readonly JwtAlgorithm[] = ["RS256", "PS256", "ES256", "EdDSA"];
