// Owns the proof that issuers' public keys are read, held to their algorithms, never taken too freely.

import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import { compactVerify, type JWK } from "jose";
import { describe, expect, it } from "vitest";
import type { JwtAlgorithm } from "../../../core/contracts/policy.ts";
import { readPublicKey } from "../../../core/filters/identify/public-key-adapter.ts";
import { sharedPath } from "../../shared-data.ts";
import { bearer, ec, ed, identities, jwk, jwtCaller, present, rsa } from "./callers.ts";

const pem = (key: KeyObject): string =>
  key.export({ type: key.type === "public" ? "spki" : "pkcs8", format: "pem" }).toString();

function problemOf(text: string, algorithms: readonly JwtAlgorithm[]): string | undefined {
  const reading = readPublicKey(text, algorithms);
  return reading.ok ? undefined : reading.problem;
}

describe("a public key", () => {
  it("is read from PEM and from a JWK", async () => {
    expect(
      problemOf(pem(rsa.publicKey), ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]),
    ).toBeUndefined();
    expect(problemOf(JSON.stringify(await jwk(ec.publicKey)), ["ES256"])).toBeUndefined();
    expect(problemOf(`\n${pem(ed.publicKey)}`, ["EdDSA"])).toBeUndefined();
  });

  it("has to fit each algorithm", () => {
    expect(problemOf(pem(rsa.publicKey), ["RS256", "ES256"])).toBe("this rsa 2048 key does not fit ES256");
    expect(problemOf(pem(ec.publicKey), ["ES384"])).toBe("this ec prime256v1 key does not fit ES384");
    expect(problemOf(pem(ed.publicKey), ["RS256"])).toBe("this ed25519 key does not fit RS256");
    const short = generateKeyPairSync("rsa", { modulusLength: 1024 });
    expect(problemOf(pem(short.publicKey), ["RS256"])).toBe("this rsa 1024 key does not fit RS256");
  });

  it("is never a private one, a secret or something else, and no problem repeats it", async () => {
    const secret = "a-secret-in-the-wrong-file";
    const wrong = [
      pem(rsa.privateKey),
      JSON.stringify(await jwk(rsa.privateKey)),
      JSON.stringify({ kty: "oct", k: secret }),
      "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
      secret,
      "{",
      "",
    ];
    for (const text of wrong) {
      const problem = "neither a PEM public key (SPKI) nor a public JWK";
      expect(problemOf(text, ["RS256"])).toBe(problem);
    }
  });
});

/** RFC 7520 figure 20, twice: a PS384 token beside a key for PS256. The policy's algorithm decides. */
const mislabelled = [346, 350];

interface Group {
  readonly comment: string;
  readonly public?: JWK & { readonly alg?: string };
  readonly tests: readonly { readonly tcId: number; readonly jws: unknown; readonly result: string }[];
}

const algorithms: ReadonlySet<string> = new Set([
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
]);

const vectors = sharedPath("http/json_web_signature_test.json");
const groups: readonly Group[] =
  vectors === undefined ? [] : JSON.parse(readFileSync(vectors, "utf8")).testGroups;

describe.skipIf(vectors === undefined)("Wycheproof's signatures", () => {
  const withKeys = groups.flatMap((group) => {
    const algorithm = group.public?.alg;
    return group.public !== undefined && algorithm !== undefined && algorithms.has(algorithm)
      ? [{ ...group, key: group.public, algorithm: algorithm as JwtAlgorithm }]
      : [];
  });

  it("are accepted where valid and refused where not", async () => {
    let accepted = 0;
    let refused = 0;
    const wrong: number[] = [];
    for (const { key, algorithm, tests } of withKeys) {
      const reading = readPublicKey(JSON.stringify(key), [algorithm]);
      for (const { tcId, jws, result } of tests) {
        const isValid = reading.ok && (await isSigned(jws, reading.key, algorithm));
        if (isValid) accepted += 1;
        else refused += 1;
        if (isValid !== (result === "valid")) wrong.push(tcId);
      }
    }
    expect(wrong).toEqual(mislabelled);
    expect(accepted).toBeGreaterThan(30);
    expect(refused).toBeGreaterThan(300);
  });

  it("that are not valid let nobody in, whatever key is asked of them", async () => {
    const known = identities({ callers: [jwtCaller({ algorithms: ["RS256", "PS256"] })] });
    for (const { tests } of groups) {
      for (const { jws } of tests) {
        const { said } = await present(known, bearer(typeof jws === "string" ? jws : JSON.stringify(jws)));
        expect(said).toBe("credential_invalid");
      }
    }
  });
});

async function isSigned(jws: unknown, key: KeyObject, algorithm: JwtAlgorithm): Promise<boolean> {
  if (typeof jws !== "string") return false;
  return compactVerify(jws, key, { algorithms: [algorithm] }).then(
    () => true,
    () => false,
  );
}
