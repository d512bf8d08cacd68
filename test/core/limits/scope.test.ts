// Owns the proof that what a key says is what it was made of, whatever clients call themselves. No store.

import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LimitScope, LimitSpec } from "../../../core/contracts/policy.ts";
import {
  keyPrefix,
  readKey,
  readValue,
  scopedKey,
  scopesInKey,
  valueInKey,
  writeKey,
} from "../../../core/limits/scope.ts";
import { sampleContext, sampleExchange } from "../filters/sample-exchange.ts";
import { drawFor, sampleLimit } from "./sample-limits.ts";

const word = fc.oneof(
  fc.string({ unit: "binary", maxLength: 80 }),
  fc.constantFrom("?", "%", "%3F", "#", ";user=other", "a=b;c", "", `#${"0".repeat(64)}`),
);
const given = fc.option(word, { nil: undefined });
const name = fc.stringMatching(/^[a-z0-9]([a-z0-9.-]{0,10}[a-z0-9])?$/);
const window: fc.Arbitrary<LimitSpec["window"]> = fc.oneof(
  fc.constant(undefined),
  fc.constant({ kind: "sliding", windowMs: 60_000 } as const),
  fc.record({
    kind: fc.constant("calendar" as const),
    unit: fc.constantFrom("hour", "day", "week", "month"),
    zone: fc.constantFrom("UTC", "America/Argentina/Buenos_Aires", "Etc/GMT+5"),
  }),
  fc.record({ kind: fc.constant("life" as const), of: fc.constantFrom("task", "session") }),
);
const scopes: readonly LimitScope[] = ["user", "team", "session", "task", "address", "model", "tool"];
const limit = fc.record({ name, window, by: fc.subarray([...scopes]) });
const who = fc.record({ user: given, session: given, team: given, task: word, model: given });

/** As clients name themselves; longer than an id may be, it stands as a hash. */
function shown(value: string | undefined): string | undefined {
  if (value === undefined || /^[A-Za-z0-9._@-]{1,64}$/.test(value)) return value;
  if (value.length <= 64) return value.toWellFormed();
  return `#${createHash("sha256").update(value).digest("hex")}`;
}

it("what a key says is what it was made of, and makes the same key", () => {
  const property = fc.property(limit, fc.option(name, { nil: undefined }), who, (part, owner, says) => {
    const spec: LimitSpec = { ...sampleLimit, ...part };
    const exchange = sampleExchange();
    exchange.caller = { name: "web-app", team: says.team, trust: new Set() };
    const { user, session, task } = says;
    exchange.context = { ...sampleContext, team: undefined, user, session, task };
    exchange.model = says.model;
    const key = scopedKey(spec, owner)(drawFor(exchange));

    const read = readKey(key);
    if (read === undefined) throw new Error(`cannot be read: ${key}`);
    expect(read.prefix).toBe(keyPrefix(spec, owner));
    expect([...read.values.keys()]).toEqual(scopesInKey(spec));
    const values = { ...says, session: session ?? task, caller: "web-app", tool: undefined };
    const all: Partial<Record<LimitScope, string | undefined>> = { ...values, address: exchange.address };
    for (const [scope, text] of read.values) {
      expect(readValue(text)).toBe(shown(all[scope]));
      expect(valueInKey(all[scope])).toBe(/^#[0-9a-f]{64}$/.test(all[scope] ?? "") ? all[scope] : text);
      expect(valueInKey(readValue(text))).toBe(text);
    }
    expect(writeKey(read)).toBe(key);
    expect(writeKey({ ...read, values: new Map([...read.values].toReversed()) })).toBe(key);
  });
  fc.assert(property, { numRuns: 1_000 });
});

describe("a key that no limit has made", () => {
  it.each(["", "user=jo", "limit=a;colour=red", "owner=a", "owner=a;limit=b;user", "x;limit=a"])(
    "%j says nothing",
    (key) => {
      expect(readKey(key)).toBeUndefined();
    },
  );
});

it("a value that others have spoilt is no bug", () => {
  expect(readValue("%FF%")).toBeTypeOf("string");
});
