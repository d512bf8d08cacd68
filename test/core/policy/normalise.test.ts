// Owns the proof of what specs say: exact units, tagged references, defaults filled in, files resolved.

import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toLimitSpec } from "../../../core/policy/normalise/limit.ts";
import { parseBytes, parseDurationMs, parseInstantMs, parseNanoUsd } from "../../../core/policy/units.ts";
import { document, good, hash, policyOf, spoil } from "./samples.ts";

describe("units", () => {
  it("durations are milliseconds", () => {
    expect(["250ms", "30s", "10m", "2h", "1d"].map(parseDurationMs)).toEqual([
      250, 30_000, 600_000, 7_200_000, 86_400_000,
    ]);
    expect(["", "10", "s", "1.5s", "1w", "-1s", "1 s", "1constructor"].map(parseDurationMs)).toEqual(
      Array(8).fill(undefined),
    );
  });

  it("sizes are bytes", () => {
    expect(["7B", "64KiB", "10MiB", "1GiB"].map(parseBytes)).toEqual([7, 65_536, 10_485_760, 1_073_741_824]);
    expect(["64KB", "64"].map(parseBytes)).toEqual([undefined, undefined]);
  });

  it("money is whole nano-dollars, from numbers and texts alike", () => {
    const written = [2.5, "2.50", 0.1, "0.000000001", 1e-9, 0, "9000000", 1_234_567.123456789];
    expect(written.map(parseNanoUsd)).toEqual([
      2_500_000_000, 2_500_000_000, 100_000_000, 1, 1, 0, 9e15, 1_234_567_123_456_789,
    ]);
    const wrong = [
      1e-10,
      "0.0000000001",
      "9000000.01",
      9e6 + 1,
      "-1",
      -1,
      Number.NaN,
      "1e3",
      ".5",
      "",
      true,
      null,
    ];
    expect(wrong.map(parseNanoUsd)).toEqual(wrong.map(() => undefined));
  });

  it("money never passes through a rounded float", () => {
    const nano = fc.bigInt({ min: 0n, max: 9_000_000n * 1_000_000_000n });
    fc.assert(
      fc.property(nano, (amount) => {
        const digits = String(amount).padStart(10, "0");
        const text = `${digits.slice(0, -9).replace(/^0+(?=\d)/, "")}.${digits.slice(-9)}`;
        expect(BigInt(parseNanoUsd(text) ?? -1)).toBe(amount);
      }),
    );
  });

  it("instants are milliseconds since the epoch", () => {
    expect(parseInstantMs("2030-01-31T00:00:00Z")).toBe(Date.UTC(2030, 0, 31));
    expect(parseInstantMs("2026-06-30T23:59:60Z")).toBeUndefined();
  });
});

describe("a provider", () => {
  it("has its URL in parts, its bounds in milliseconds and its prices in nano-dollars", () => {
    const text = "https://openrouter.ai:8443/api/";
    const provider = policyOf(spoil("provider.yaml", "https://api.openai.com", text)).providers.get("openai");
    expect(provider).toMatchObject({
      origin: { file: join(process.cwd(), "provider.yaml"), line: 1 },
      baseUrl: {
        origin: "https://openrouter.ai:8443",
        hostname: "openrouter.ai",
        port: 8443,
        isTls: true,
        basePath: "/api",
      },
      credential: { kind: "env", name: "OPENAI_API_KEY" },
      timeouts: { connectMs: 5_000, firstByteMs: 30_000, idleMs: 60_000, totalMs: 600_000 },
      streamUsage: "ask",
    });
    expect(provider?.models.get("gpt-4o")?.price).toMatchObject({
      inputNanoUsdPerMillion: 2_500_000_000,
      cachedInputNanoUsdPerMillion: 2_500_000_000,
      cacheWriteNanoUsdPerMillion: 2_500_000_000,
      outputNanoUsdPerMillion: 10_000_000_000,
      perCallNanoUsd: 0,
      tiers: [],
      origin: { kind: "policy" },
    });
  });

  it("finds a relative file beside the policy file that names it", () => {
    const of = (file: string) =>
      policyOf(spoil("provider.yaml", "{ env: OPENAI_API_KEY }", `{ file: ${file} }`)).providers.get(
        "openai",
      );
    expect(of("keys/openai")?.credential).toEqual({ kind: "file", path: join(process.cwd(), "keys/openai") });
    expect(of("/run/openai")?.credential).toEqual({ kind: "file", path: "/run/openai" });
  });
});

describe("a caller", () => {
  it("has its keys by name and its token rules", () => {
    const expiring = spoil("caller.yaml", `${hash("a")} }`, `${hash("a")}, expires: 2027-01-01T00:00:00Z }`);
    expect(policyOf(expiring).callers.get("web-app")).toMatchObject({
      team: undefined,
      apiKeys: new Map([["current", { sha256: hash("a"), expiresAtMs: Date.UTC(2027, 0, 1) }]]),
      jwt: { keys: { kind: "jwks", url: "https://issuer.example/keys" }, claims: { user: undefined } },
      trust: [],
    });
  });

  it("may bring its public key as a file", () => {
    const files = spoil("caller.yaml", "jwksUri: https://issuer.example/keys", "publicKey: { file: /k.pem }");
    expect(policyOf(files).callers.get("web-app")?.jwt?.keys).toEqual({
      kind: "publicKey",
      source: { kind: "file", path: "/k.pem" },
    });
  });
});

describe("an agent", () => {
  it("has its references tagged, its paths trimmed and its limits whole", () => {
    const spec = `endpoints: ["http://[::1]:8000/base/"]
paths: [/a/, /]
callers: [{ caller: web-app }, { anonymous: true }]
hostedTools: [web_search, "*"]
metered: [audio, files]
stored: { unknown: allow }
limits: { all: { concurrency: 4, status: 503, onStoreLoss: open } }`;
    const agent = policyOf({ ...good, "other.yaml": document("Agent", "other", spec) }).agents.get("other");
    expect(agent).toMatchObject({
      endpoints: [
        { origin: "http://[::1]:8000", hostname: "[::1]", port: 8000, isTls: false, basePath: "/base" },
      ],
      paths: ["/a", "/"],
      callers: [{ kind: "caller", name: "web-app" }, { kind: "anonymous" }],
      hostedTools: "any",
      metered: ["audio", "files"],
      stored: { owner: "user", unknown: "allow" },
      errors: "sanitize",
      onUnattributed: "share",
      api: {
        runPath: undefined,
        request: { schema: undefined, text: undefined },
        response: { text: undefined },
      },
    });
    expect(agent?.limits.get("all")).toEqual({
      name: "all",
      origin: { file: join(process.cwd(), "other.yaml"), line: 11 },
      meter: "concurrency",
      amount: 4,
      window: undefined,
      burst: undefined,
      by: [],
      mode: "enforce",
      status: 503,
      match: undefined,
      onExceeded: "refuse",
      onCut: "end",
      downgrade: undefined,
      wrapUp: undefined,
      onStoreLoss: "open",
      consistency: "fast",
    });
  });
});

describe("a limit", () => {
  const identity = { name: "l", origin: { file: "/l.yaml", line: 1 } };
  const filled = {
    by: [],
    mode: "enforce",
    status: 429,
    onExceeded: "refuse",
    onCut: "end",
    onStoreLoss: "closed",
    consistency: "fast",
  } as const;

  it.each([
    [{ usd: "0.50" }, "usd", 500_000_000],
    [{ wallClock: "5m" }, "wallClock", 300_000],
    [{ steps: 15 }, "steps", 15],
    [{ tokens: 50_000 }, "tokens", 50_000],
  ])("%j counts in its own unit", (written, meter, amount) => {
    expect(toLimitSpec(identity, { ...filled, ...written })).toMatchObject({ ...identity, meter, amount });
  });

  it.each([
    [{ fixed: "1h" }, { kind: "fixed", windowMs: 3_600_000 }],
    [{ life: "task" }, { kind: "life", of: "task" }],
    [{ calendar: "day" }, { kind: "calendar", unit: "day", zone: "UTC" }],
    [
      { calendar: "week", zone: "Europe/Berlin" },
      { kind: "calendar", unit: "week", zone: "Europe/Berlin" },
    ],
  ] as const)("%j is a window", (window, spec) => {
    expect(toLimitSpec(identity, { ...filled, requests: 1, window }).window).toEqual(spec);
  });
});

it("a shared limit stands by its own name, with or without the condition that is always true", () => {
  const spec = "requests: 5\nwindow: { fixed: 1h }\nmatch: 'true'";
  const limit = policyOf({ "limit.yaml": document("Limit", "all", spec) }).limits.get("all");
  expect(limit).toMatchObject({
    meter: "requests",
    amount: 5,
    window: { kind: "fixed", windowMs: 3_600_000 },
  });
});

it("the digest depends on content, names and order, and on nothing else", () => {
  const digest = policyOf(good).digest;
  expect(policyOf({ ...good }).digest).toBe(digest);
  expect(policyOf(spoil("agent.yaml", "60", "61")).digest).not.toBe(digest);
  const { "agent.yaml": agent = "", ...rest } = good;
  expect(policyOf({ ...rest, "renamed.yaml": agent }).digest).not.toBe(digest);
});
