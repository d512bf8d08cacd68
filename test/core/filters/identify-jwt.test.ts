// Owns the proof of the rules for JWTs: whose they are, what they must say, which tricks fail.

import { generateSecret, type JWTPayload, UnsecuredJWT } from "jose";
import { describe, expect, it } from "vitest";
import type { JwtAlgorithm } from "../../../core/contracts/policy.ts";
import {
  bearer,
  ec,
  ed,
  goodClaims,
  identities,
  jwk,
  jwtCaller,
  nowS,
  otherRsa,
  present,
  rsa,
  type TokenSample,
  token,
} from "./callers.ts";

const known = identities({ callers: [jwtCaller()] });
const said = async (sample: TokenSample) => (await present(known, bearer(await token(sample)))).said;

it("knows a caller by a token, in either header", async () => {
  const signed = await token();
  for (const headers of [bearer(signed), { "x-api-key": signed }]) {
    const { exchange } = await present(known, headers);
    expect(exchange.caller?.name).toBe("web-app");
  }
});

it.each<[JwtAlgorithm, typeof rsa]>([
  ["RS256", rsa],
  ["RS512", rsa],
  ["PS256", rsa],
  ["ES256", ec],
  ["EdDSA", ed],
])("verifies %s", async (alg, { publicKey, privateKey }) => {
  const one = identities({ callers: [jwtCaller({ algorithms: [alg] })], publicKey });
  const signed = await token({ alg, key: privateKey });
  expect((await present(one, bearer(signed))).said).toBe("admitted");
});

describe("claims", () => {
  it.each(["iss", "aud", "exp"])("asks for %s", async (claim) => {
    expect(await said({ claims: { [claim]: undefined } })).toBe("credential_invalid");
  });

  const verdicts: readonly [string, JWTPayload | Record<string, unknown>, string][] = [
    ["another issuer", { iss: "https://other.example" }, "credential_invalid"],
    ["an issuer in a list", { iss: ["https://issuer.example"] }, "credential_invalid"],
    ["another audience", { aud: "other" }, "credential_invalid"],
    ["an audience among others", { aud: ["other", "sluice"] }, "admitted"],
    ["no audience in the list", { aud: [] }, "credential_invalid"],
    ["exp as text", { exp: String(nowS + 600) }, "credential_invalid"],
    ["exp 59 s ago", { exp: nowS - 59 }, "admitted"],
    ["exp 60 s ago", { exp: nowS - 60 }, "credential_invalid"],
    ["nbf in 60 s", { nbf: nowS + 60 }, "admitted"],
    ["nbf in 61 s", { nbf: nowS + 61 }, "credential_invalid"],
    ["nbf as text", { nbf: "soon" }, "credential_invalid"],
  ];
  it.each(verdicts)("%s", async (_what, claims, verdict) => {
    expect(await said({ claims })).toBe(verdict);
  });
});

describe("tricks", () => {
  it("takes no algorithm that the policy does not list", async () => {
    expect(await said({ alg: "PS256" })).toBe("credential_invalid");
    expect(await said({ alg: "RS512" })).toBe("credential_invalid");
  });

  it("takes no unsigned token", async () => {
    const unsigned = new UnsecuredJWT(goodClaims).encode();
    expect((await present(known, bearer(unsigned))).said).toBe("credential_invalid");
    expect((await present(known, bearer(`${unsigned}AAAA`))).said).toBe("credential_invalid");
  });

  it("takes no HMAC over the public key", async () => {
    const pem = Buffer.from(rsa.publicKey.export({ type: "spki", format: "pem" }).toString());
    expect(await said({ alg: "HS256", key: pem })).toBe("credential_invalid");
    const secret = (await generateSecret("HS256")) as unknown as Uint8Array;
    expect(await said({ alg: "HS256", key: secret })).toBe("credential_invalid");
  });

  it("follows no key or place of a key in the token", async () => {
    const inside = {
      jwk: await jwk(otherRsa.publicKey),
      jku: "http://127.0.0.1:9/",
      x5u: "http://127.0.0.1:9/",
    };
    expect(await said({ key: otherRsa.privateKey, header: inside })).toBe("credential_invalid");
    expect(await said({ header: inside })).toBe("admitted");
  });

  it("takes no token that is critical of what we do not know", async () => {
    const [, payload, signature] = (await token()).split(".");
    const header = Buffer.from(JSON.stringify({ alg: "RS256", crit: ["exp"], exp: 1 })).toString("base64url");
    expect((await present(known, bearer(`${header}.${payload}.${signature}`))).said).toBe(
      "credential_invalid",
    );
  });

  it("takes no other key, no changed payload, no other form", async () => {
    expect(await said({ key: otherRsa.privateKey })).toBe("credential_invalid");
    const [header, , signature] = (await token()).split(".");
    const other = Buffer.from(JSON.stringify({ ...goodClaims, sub: "admin" })).toString("base64url");
    const form = { payload: other, signatures: [{ protected: header, signature }] };
    for (const changed of [
      `${header}.${other}.${signature}`,
      `${header}..${signature}`,
      JSON.stringify(form),
    ]) {
      expect((await present(known, bearer(changed))).said).toBe("credential_invalid");
    }
  });

  it("takes none past 8 KiB, and one below", async () => {
    expect(await said({ claims: { pad: "x".repeat(5_000) } })).toBe("admitted");
    expect(await said({ claims: { pad: "x".repeat(6_000) } })).toBe("credential_invalid");
  });
});

describe("callers of one issuer", () => {
  const shared = identities({
    callers: [
      jwtCaller({}, "everyone"),
      jwtCaller({ subject: "orchestrator", claims: { user: "email", session: undefined } }, "orchestrator"),
      jwtCaller({ subject: "supervisor" }, "supervisor"),
      jwtCaller({ audience: "other" }, "elsewhere"),
    ],
  });
  const callerOf = async (claims: JWTPayload) =>
    (await present(shared, bearer(await token({ claims })))).exchange.caller?.name;

  it("differ by subject and audience; a named subject goes before none", async () => {
    expect(await callerOf({ sub: "supervisor" })).toBe("supervisor");
    expect(await callerOf({ sub: "orchestrator", email: "a@b.c" })).toBe("orchestrator");
    expect(await callerOf({ sub: "somebody" })).toBe("everyone");
    expect(await callerOf({ sub: "orchestrator", aud: "other" })).toBe("elsewhere");
  });

  it("is refused, not taken for another, where its own rule is not met", async () => {
    expect(await callerOf({ sub: "orchestrator" })).toBeUndefined();
  });
});

describe("claims that the policy names", () => {
  const named = identities({ callers: [jwtCaller({ claims: { user: "sub", session: "sid" } })] });
  const claimsOf = async (claims: Record<string, unknown>) => {
    const { exchange, said: answer } = await present(named, bearer(await token({ claims })));
    return exchange.claims ?? answer;
  };

  it("are read", async () => {
    const user = "auth0|5f7c8ec7c33c6c004bbafe82";
    expect(await claimsOf({ sub: user, sid: "s-1" })).toEqual({ user, session: "s-1" });
  });

  it.each([
    ["is missing", { sub: undefined }],
    ["is no text", { sub: 42 }],
    ["is empty", { sub: "" }],
    ["is too long", { sub: "u".repeat(129) }],
    ["would break a header", { sub: "a\r\nx-user-id: b" }],
    ["is not ASCII", { sub: "jürgen" }],
  ])("refuse a token where one %s", async (_what, claims) => {
    expect(await claimsOf({ sid: "s-1", ...claims })).toBe("credential_invalid");
  });

  it("are of the token alone, not of every object", async () => {
    const odd = identities({ callers: [jwtCaller({ claims: { user: "toString", session: undefined } })] });
    expect((await present(odd, bearer(await token()))).said).toBe("credential_invalid");
  });
});

describe("tokens verified before", () => {
  it("are known at once, until they expire, and for five minutes at most", async () => {
    let nowMs = nowS * 1_000;
    const patient = identities({ callers: [jwtCaller()], nowMs: () => nowMs });
    const short = await token({ claims: { exp: nowS + 10 } });
    const long = await token({ claims: { exp: nowS + 3_600 } });
    for (const signed of [short, long]) {
      expect(patient.find(signed)).toBeInstanceOf(Promise);
      expect(await patient.find(signed)).toMatchObject({ caller: { name: "web-app" } });
      expect(patient.find(signed)).toMatchObject({ caller: { name: "web-app" } });
    }
    nowMs += 10_000;
    expect(patient.find(short)).toBeInstanceOf(Promise);
    expect(patient.find(long)).toMatchObject({ kind: "identity" });
    nowMs += 60_000;
    expect(await patient.find(short)).toMatchObject({ code: "credential_invalid" });
    nowMs += 240_000;
    expect(patient.find(long)).toBeInstanceOf(Promise);
  });
});
