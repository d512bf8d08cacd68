// Owns the test of W3C baggage on the wire.

import { describe, expect, it } from "vitest";
import { readBaggage } from "../../../core/telemetry/baggage.ts";

describe("baggage", () => {
  it.each(["userId=alice", "a=1,b=2", " a = 1 ; p ; q=2 , b=%20x", "a=", "a=b=c"])("passes %j", (sent) => {
    expect(readBaggage(sent)).toBe(sent);
  });

  it.each([
    ["absent", undefined],
    ["twice", ["a=1", "b=2"]],
    ["empty", ""],
    ["no value", "a"],
    ["no key", "=1"],
    ["a space in the value", "a=1 2"],
    ["a quote", 'a="1"'],
    ["an empty member", "a=1,,b=2"],
    ["a control character", "a=1\u0007"],
    ["beyond ASCII", "a=é"],
    ["past 8192 characters", `a=${"x".repeat(8192)}`],
    ["65 members", Array.from({ length: 65 }, (_, i) => `k${i}=1`).join(",")],
    ["a property without a name", "a=1;"],
  ])("drops what is %s", (_what, sent) => {
    expect(readBaggage(sent)).toBeUndefined();
  });
});
