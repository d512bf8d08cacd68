// Owns the `RateLimit` and `RateLimit-Policy` fields. Knows no store and no refusal.
// draft-ietf-httpapi-ratelimit-headers-11: two Lists of Strings with parameters (RFC 9651).

import type { HeaderMap } from "../contracts/dialect.ts";
import type { Counter, CounterState, CounterWindow, Limit } from "../contracts/limit.ts";
import { boundedInteger, wholeSeconds } from "../text/structured-field.ts";

/** A limit this exchange draws on. */
export interface Drawn {
  /** Its name as a String, quotes included: `quoted`. */
  readonly item: string;
  readonly limit: Limit;
  readonly counter: Counter;
}

/** What is only watched holds nobody: it is not said. */
export function policyField(drawn: readonly Drawn[]): string {
  return drawn.filter(isHeldTo).map(policyItem).join(", ");
}

/** Draft §4: what is left, and for how long no more than that. One state a limit that is not shared. */
export function stateField(drawn: readonly Drawn[], states: readonly CounterState[]): string {
  const items: string[] = [];
  for (const [index, one] of drawn.entries()) {
    const state = states[index];
    if (state !== undefined && !one.limit.isShared && isHeldTo(one)) items.push(stateItem(one, state));
  }
  return items.join(", ");
}

export function stateItem({ item }: Drawn, { remaining, resetMs }: CounterState): string {
  const window = resetMs > 0 ? `;t=${boundedInteger(wholeSeconds(resetMs))}` : "";
  return `${item};r=${boundedInteger(remaining)}${window}`;
}

function isHeldTo({ counter }: Drawn): boolean {
  return counter.role === "ceiling";
}

/** Draft §7.2: what an upstream said about itself stays, ours goes behind it. An empty one is no field. */
export function addField(headers: HeaderMap, name: string, value: string): void {
  if (value === "") return;
  const before = headers[name];
  headers[name] = before === undefined ? value : [before, value].flat().join(", ");
}

/** By the counter's window, which is the same object as long as it says the same. */
const told = new WeakMap<CounterWindow, { readonly item: string; readonly limit: number; text: string }>();

function policyItem(drawn: Drawn): string {
  const { item, counter } = drawn;
  const { window, limit } = counter;
  const before = told.get(window);
  if (before?.item === item && before.limit === limit) return before.text;
  const text = writePolicy(drawn);
  told.set(window, { item, limit, text });
  return text;
}

function writePolicy({ item, counter: { limit, window } }: Drawn): string {
  const quota = `${item};q=${boundedInteger(limit)}`;
  switch (window.kind) {
    case "concurrency":
      return `${quota};qu="concurrent-requests"`;
    case "life":
      return quota;
    case "calendar":
      return `${quota};w=${boundedInteger(wholeSeconds(window.startsMs[2] - window.startsMs[1]))}`;
    default:
      return `${quota};w=${boundedInteger(wholeSeconds(window.windowMs))}`;
  }
}
