// Owns the `RateLimit` and `RateLimit-Policy` fields. Knows no store and no refusal.
// draft-ietf-httpapi-ratelimit-headers-11: two Lists of Strings with parameters (RFC 9651).

import type { HeaderMap } from "../contracts/dialect.ts";
import type { Counter, CounterState, Limit } from "../contracts/limit.ts";

/** A limit this exchange draws on. */
export interface Drawn {
  /** Its name as a String, quotes included: `quoted`. */
  readonly item: string;
  readonly limit: Limit;
  readonly counter: Counter;
}

export function policyField(drawn: readonly Drawn[]): string {
  return drawn.map(policyItem).join(", ");
}

/** Draft §4: what is left, and for how long no more than that. One state a limit that is not shared. */
export function stateField(drawn: readonly Drawn[], states: readonly CounterState[]): string {
  const items: string[] = [];
  for (const [index, one] of drawn.entries()) {
    const state = states[index];
    if (state !== undefined && !one.limit.isShared) items.push(stateItem(one, state));
  }
  return items.join(", ");
}

export function stateItem({ item }: Drawn, { remaining, resetMs }: CounterState): string {
  const window = resetMs > 0 ? `;t=${integer(seconds(resetMs))}` : "";
  return `${item};r=${integer(remaining)}${window}`;
}

/** Draft §7.2: what an upstream said about itself stays, ours goes behind it. */
export function addField(headers: HeaderMap, name: string, value: string): void {
  const before = headers[name];
  headers[name] = before === undefined ? value : [before, value].flat().join(", ");
}

/** Whole seconds, at least one: no field has room for less. */
export function seconds(ms: number): number {
  return Math.max(Math.ceil(ms / 1000), 1);
}

function policyItem({ item, counter: { limit, window } }: Drawn): string {
  const quota = `${item};q=${integer(limit)}`;
  switch (window.kind) {
    case "concurrency":
      return `${quota};qu="concurrent-requests"`;
    case "life":
      return quota;
    case "calendar":
      return `${quota};w=${integer(seconds(window.startsMs[2] - window.startsMs[1]))}`;
    default:
      return `${quota};w=${integer(seconds(window.windowMs))}`;
  }
}

/** RFC 9651 §3.3.3: printable ASCII. */
export function quoted(name: string): string {
  return `"${name.replace(/[^ -~]/g, "?").replace(/["\\]/g, "\\$&")}"`;
}

/** RFC 9651 §3.3.1: 15 digits. */
function integer(value: number): number {
  return Math.min(value, 999_999_999_999_999);
}
