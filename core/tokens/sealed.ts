// Owns what all our tokens have in common: one compact form, claims behind a signature that holds, times
// within bounds. Knows no claim of either kind but those.

import { hash, type KeyObject, verify } from "node:crypto";
import type { JsonValue } from "../contracts/dialect.ts";
import { isObject, type JsonObject } from "../text/json.ts";
import { parseJson } from "../text/json-adapter.ts";
import { lifetimeS, skewS } from "./form.ts";

const compact = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{86})$/;

export interface Sealed<Holder> {
  readonly holder: Holder;
  readonly claims: JsonObject;
}

/** `holders`: by the whole header of their tokens, which is compared and never interpreted. */
export function openSealed<Holder extends { readonly key: KeyObject }>(
  token: string,
  holders: ReadonlyMap<string, Holder>,
  bytesMax: number,
): Sealed<Holder> | undefined {
  if (token.length > bytesMax) return undefined;
  const [, header = "", payload = "", signature = ""] = compact.exec(token) ?? [];
  const holder = holders.get(header);
  if (holder === undefined) return undefined;
  const signed = Buffer.from(`${header}.${payload}`);
  if (!verify(null, signed, holder.key, Buffer.from(signature, "base64url"))) return undefined;
  const claims = parseJson(Buffer.from(payload, "base64url").toString());
  return isObject(claims) ? { holder, claims } : undefined;
}

/** `goodForS`: from its making on; no token is signed for longer than its own minute, whatever it says. */
export function isCurrent({ iat, exp }: JsonObject, nowS: number, goodForS = lifetimeS): boolean {
  if (!isWhole(iat) || !isWhole(exp) || exp - iat > lifetimeS) return false;
  const end = goodForS === lifetimeS ? exp : iat + goodForS;
  return iat <= nowS + skewS && nowS < end + skewS;
}

/** What a token was made for, whatever its length: a method and what follows it, below the agent's root. */
export function requestHash(method: string, target: string): string {
  return hash("sha256", `${method} ${target}`, "base64url");
}

export function isText(value: JsonValue | undefined): value is string {
  return typeof value === "string" && value !== "";
}

export function isTextOrAbsent(value: JsonValue | undefined): value is string | undefined {
  return value === undefined || isText(value);
}

export function isWhole(value: JsonValue | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

export function isWholeOrAbsent(value: JsonValue | undefined): value is number | undefined {
  return value === undefined || isWhole(value);
}
