// Owns which caller a JWT belongs to: rules, their keys, tokens verified before. Knows no headers.

import type { KeyObject } from "node:crypto";
import type { JWTPayload, JWTVerifyGetKey } from "jose";
import { LRUCache } from "lru-cache";
import type { Caller, VerifiedClaims } from "../../contracts/exchange.ts";
import type { JwtSpec } from "../../contracts/policy.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import { refuseCredential } from "./credential.ts";
import { readClaims, type Verdict, verifyToken } from "./jose-adapter.ts";
import type { KeySet } from "./key-set.ts";

/** Who a credential belongs to. */
export interface Identity {
  readonly kind: "identity";
  readonly caller: Caller;
  readonly claims: VerifiedClaims | undefined;
}

export interface JwtRule extends Pick<JwtSpec, "issuer" | "audience" | "subject" | "algorithms" | "claims"> {
  readonly caller: Caller;
  readonly keys: KeyObject | KeySet;
}

interface Verified {
  readonly identity: Identity;
  readonly untilMs: number;
}

const verifiedMax = 10_000;
/** A key taken back is not believed for longer than this, whatever tokens it signed. */
const believedMs = 5 * 60_000;
/** Visible ASCII: it travels on in a header. Wider than ids in a body, since issuers write `auth0|5f7c…`. */
const claimText = /^[!-~]{1,128}$/;

export class JwtCallers {
  /** By issuer; those that name a subject come first. */
  readonly #rules: ReadonlyMap<string, readonly JwtRule[]>;
  readonly #nowMs: () => number;
  /** By the digest of the token: neither a heap dump nor a bug here gives tokens away. */
  readonly #verified = new LRUCache<string, Verified>({ max: verifiedMax });

  constructor(rules: readonly JwtRule[], nowMs: () => number) {
    const sorted = rules.toSorted(
      (a, b) => Number(a.subject === undefined) - Number(b.subject === undefined),
    );
    this.#rules = Map.groupBy(sorted, ({ issuer }) => issuer);
    this.#nowMs = nowMs;
  }

  /** Of a token that was verified before and is still good: without any cryptography. */
  recall(digest: string): Identity | undefined {
    const verified = this.#verified.get(digest);
    return verified !== undefined && this.#nowMs() < verified.untilMs ? verified.identity : undefined;
  }

  async verify(token: string, digest: string): Promise<Identity | Refusal> {
    const rule = this.#ruleFor(readClaims(token));
    if (rule === undefined) return refuseCredential();
    const askedAtMs = this.#nowMs();
    const verdict = await this.#judge(token, rule);
    if (verdict === undefined) return refuse("keys_unavailable", { retryAfterS: 1 });
    const identity = verdict.kind === "valid" ? identityOf(rule, verdict.payload) : undefined;
    if (verdict.kind !== "valid" || identity === undefined) return refuseCredential();
    const untilMs = Math.min(verdict.expiresAtMs, askedAtMs + believedMs);
    this.#verified.set(digest, { identity, untilMs });
    return identity;
  }

  /** By what the token says of itself; whether it is true is what the rule's own keys then prove. */
  #ruleFor(said: JWTPayload | undefined): JwtRule | undefined {
    if (typeof said?.iss !== "string") return undefined;
    const audiences = [said.aud].flat();
    return this.#rules
      .get(said.iss)
      ?.find(
        ({ audience, subject }) =>
          audiences.includes(audience) && (subject === undefined || subject === said.sub),
      );
  }

  /** Undefined: no keys to go by. A key that is not there is asked for once; it may be new. */
  async #judge(token: string, rule: JwtRule): Promise<Verdict | undefined> {
    const verifyBy = (key: KeyObject | JWTVerifyGetKey) => verifyToken(token, key, rule, this.#nowMs());
    if (!("keysAfter" in rule.keys)) return verifyBy(rule.keys);
    const keys = await rule.keys.keys();
    if (keys === undefined) return undefined;
    const verdict = await verifyBy(keys);
    if (verdict.kind !== "key-unknown") return verdict;
    const newer = await rule.keys.keysAfter(keys);
    if (newer === undefined || newer === keys) return newer && verdict;
    return verifyBy(newer);
  }
}

/** A claim that the policy names has to be there: without it, limits by user would not see this user. */
function identityOf({ caller, claims }: JwtRule, payload: JWTPayload): Identity | undefined {
  const user = readClaim(payload, claims.user);
  const session = readClaim(payload, claims.session);
  if (user === null || session === null) return undefined;
  const permissions = readPermissions(payload, claims.permissions);
  const verified = permissions === undefined ? { user, session } : { user, session, permissions };
  return { kind: "identity", caller, claims: verified };
}

/** One text with blanks between, as scopes are written, or a list. What is no such thing permits nothing. */
function readPermissions(payload: JWTPayload, name: string | undefined): readonly string[] | undefined {
  if (name === undefined) return undefined;
  const value: unknown = Object.hasOwn(payload, name) ? payload[name] : undefined;
  const words: readonly unknown[] = typeof value === "string" ? value.split(" ") : [value].flat();
  return words.filter((word) => typeof word === "string" && permissionText.test(word)) as readonly string[];
}

const permissionText = /^[A-Za-z0-9._:/*-]{1,64}$/;

/** Undefined where none is named; null where it is not in the token, or not one that can be passed on. */
function readClaim(payload: JWTPayload, name: string | undefined): string | undefined | null {
  if (name === undefined) return undefined;
  const value = Object.hasOwn(payload, name) ? payload[name] : undefined;
  return typeof value === "string" && claimText.test(value) ? value : null;
}
