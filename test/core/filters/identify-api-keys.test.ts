// Owns the proof that API keys are recognised, expire, and that no answer tells why. Knows no JWT.

import fc from "fast-check";
import { expect, it } from "vitest";
import { bearer, callerSpec, identities, nowS, present, sha256 } from "./callers.ts";

const key = "slk_first";
const callers = [
  callerSpec({
    name: "web-app",
    trust: ["x-user-id"],
    keys: {
      current: { sha256: sha256(key), expiresAtMs: undefined },
      next: { sha256: sha256("slk_second"), expiresAtMs: nowS * 1_000 + 1 },
      old: { sha256: sha256("slk_expired"), expiresAtMs: nowS * 1_000 },
    },
  }),
  callerSpec({ name: "batch", keys: { only: { sha256: sha256("slk_batch"), expiresAtMs: undefined } } }),
];
const known = identities({ callers });

it("knows a caller by a key in either header, with its team and what it is trusted with", async () => {
  for (const headers of [bearer(key), { authorization: `bearer  ${key}` }, { "x-api-key": key }]) {
    const { exchange, said } = await present(known, headers);
    expect(said).toBe("admitted");
    expect(exchange.caller).toEqual({ name: "web-app", team: "growth", trust: new Set(["x-user-id"]) });
    expect(exchange.claims).toBeUndefined();
  }
});

it("answers at once, without a promise", () => {
  expect(known.find(key)).not.toBeInstanceOf(Promise);
  expect(known.find("slk_unknown")).not.toBeInstanceOf(Promise);
});

it("takes several keys of one caller at the same time", async () => {
  expect((await present(known, bearer("slk_second"))).exchange.caller?.name).toBe("web-app");
  expect((await present(known, bearer("slk_batch"))).exchange.caller?.name).toBe("batch");
});

it("asks for a credential where none is sent, by RFC 6750", async () => {
  const { said, challenge, exchange } = await present(known, {});
  expect([said, challenge, exchange.caller]).toEqual(["credential_missing", "Bearer", undefined]);
});

it("says the same to every bad credential", async () => {
  const bad = [
    bearer("slk_unknown"),
    bearer("slk_expired"),
    bearer(sha256(key)),
    bearer("a.b.c"),
    bearer("x".repeat(8 * 1024 + 1)),
    { authorization: `Basic ${key}` },
    { authorization: "Bearer" },
    { authorization: "" },
    { authorization: `Bearer ${key} ${key}` },
    { "x-api-key": "" },
    { "x-api-key": ["slk_first", "slk_first"] },
  ];
  for (const headers of bad) {
    for (const rights of ["named", "anonymous"] as const) {
      const { exchange, ...answer } = await present(known, headers, rights);
      expect(exchange.caller).toBeUndefined();
      expect(answer).toEqual({
        said: "credential_invalid",
        message: "The API key or token is not valid.",
        challenge: 'Bearer error="invalid_token"',
      });
    }
  }
});

it("lets nobody in without a credential but where the agent takes anonymous callers", async () => {
  const { said, exchange } = await present(known, {}, "anonymous");
  expect([said, exchange.caller]).toEqual(["admitted", undefined]);
  const named = await present(known, bearer(key), "anonymous");
  expect(named.exchange.caller?.name).toBe("web-app");
});

it("takes the same credential twice and refuses two different ones", async () => {
  const same = await present(known, { ...bearer(key), "x-api-key": key });
  expect(same.exchange.caller?.name).toBe("web-app");
  const { said, message } = await present(known, { ...bearer(key), "x-api-key": "slk_batch" });
  expect(said).toBe("request_malformed");
  expect(message).not.toContain("slk_");
});

it("admits no string but the keys", async () => {
  const text = fc.string({ maxLength: 80 });
  await fc.assert(
    fc.asyncProperty(text, async (presented) => {
      const { exchange } = await present(known, { "x-api-key": presented });
      expect(exchange.caller).toBeUndefined();
    }),
  );
});
