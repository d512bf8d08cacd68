// Owns the test of W3C trace context on the wire, by the specification's own rules.

import { describe, expect, it } from "vitest";
import { readTrace, traceHeaders } from "../../../core/telemetry/traceparent.ts";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const spanId = "00f067aa0ba902b7";
const good = `00-${traceId}-${spanId}-01`;

describe("traceparent", () => {
  it("reads ids and the sampled flag, and writes what it read", () => {
    const trace = readTrace({ traceparent: good });
    expect(trace).toEqual({ traceId, spanId, isSampled: true, traceState: undefined });
    expect(trace && traceHeaders(trace)).toEqual({ traceparent: good });
  });

  it.each([
    ["00", false],
    ["01", true],
    ["02", false],
    ["ff", true],
  ])("flags %s: only the sampled bit counts", (flags, isSampled) => {
    expect(readTrace({ traceparent: `00-${traceId}-${spanId}-${flags}` })?.isSampled).toBe(isSampled);
  });

  it.each([`cc-${traceId}-${spanId}-01`, `cc-${traceId}-${spanId}-01-what-the-future-brings`])(
    "a later version is read by its first four fields: %s",
    (traceparent) => {
      expect(readTrace({ traceparent })?.traceId).toBe(traceId);
    },
  );

  it.each([
    ["absent", undefined],
    ["twice", [good, good]],
    ["joined", `${good}, ${good}`],
    ["empty", ""],
    ["version ff", `ff-${traceId}-${spanId}-01`],
    ["more in version 00", `${good}-more`],
    ["a later version without a dash", `cc-${traceId}-${spanId}-01x`],
    ["upper case", `00-${traceId.toUpperCase()}-${spanId}-01`],
    ["trace id of zeros", `00-${"0".repeat(32)}-${spanId}-01`],
    ["span id of zeros", `00-${traceId}-${"0".repeat(16)}-01`],
    ["short", good.slice(0, -1)],
    ["not hex", `00-${"g".repeat(32)}-${spanId}-01`],
    ["endless", `cc-${traceId}-${spanId}-01-${"x".repeat(1000)}`],
  ])("refuses one that is %s", (_what, traceparent) => {
    expect(readTrace({ traceparent })).toBeUndefined();
  });
});

describe("tracestate", () => {
  const read = (tracestate: string) => readTrace({ traceparent: good, tracestate })?.traceState;

  it.each([
    "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE",
    "rojo=1, congo=2",
    "fw529a3039@dt=FfAAAA,a=b",
    "a=b c",
    "a=1,,b=2",
  ])("passes %s as it came", (state) => {
    expect(read(state)).toBe(state);
    const trace = readTrace({ traceparent: good, tracestate: state });
    expect(trace && traceHeaders(trace)).toEqual({ traceparent: good, tracestate: state });
  });

  it.each([
    ["", "empty"],
    ["a", "no value"],
    ["A=b", "upper case key"],
    ["a=b,a=c", "a key twice"],
    ["a=b=c", "an equals sign in the value"],
    [`a=${"x".repeat(600)}`, "past 512 characters"],
    [Array.from({ length: 33 }, (_, i) => `k${i}=1`).join(","), "33 members"],
    ["a=b\u0001", "a control character"],
    ["@b=c", "no tenant"],
  ])("drops %j: %s", (state) => {
    expect(read(state)).toBeUndefined();
  });
});
