// Owns the proof that a token says what was signed, to one agent, for a minute, and no other does.

import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import fc from "fast-check";
import { jwtVerify, SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import type { TaskContext } from "../../../core/contracts/identity.ts";
import { headerFor } from "../../../core/tokens/form.ts";
import {
  generateTokenKeys,
  keyId,
  readSigningKey,
  readVerifyingKey,
} from "../../../core/tokens/keys-adapter.ts";
import { makeSigner, type Signer, type TokenSubject } from "../../../core/tokens/signer.ts";
import { makeVerifier, type Verifier } from "../../../core/tokens/verifier.ts";

const nowS = 1_800_000_000;
const keys = generateTokenKeys();
const otherKeys = generateTokenKeys();

const context: TaskContext = {
  task: "task-1",
  session: "session-1",
  user: "auth0|5f7c8ec7c33c6c004bbafe82",
  caller: "web-app",
  team: "growth",
  depth: 2,
  stepsMax: 10,
  tokensMax: 8_192,
};
const subject: TokenSubject = { agent: "search", requestId: "request-1", context };

function signerAt(seconds: number, pem = keys.privateKeyPem): Signer {
  const signer = makeSigner(pem, () => seconds * 1_000);
  if (signer.kind === "problem") throw new Error(signer.problem);
  return signer;
}

function verifierAt(seconds: number, ...pems: readonly string[]): Verifier {
  const verifier = makeVerifier(pems.length === 0 ? [keys.publicKeyPem] : pems, () => seconds * 1_000);
  if (verifier.kind === "problem") throw new Error(verifier.problem);
  return verifier;
}

const signed = signerAt(nowS).sign(subject);
const verifies = (token: string, agent = "search") => verifierAt(nowS).verify(token, agent);

function keyOf(read: KeyObject | { problem: string }): KeyObject {
  if ("problem" in read) throw new Error(read.problem);
  return read;
}

const privateKey = keyOf(readSigningKey(keys.privateKeyPem));

/** A token by the right key, with other claims or another header. */
function forge(change: Record<string, unknown>, header = headerFor(keyId(privateKey))): string {
  const claims = JSON.parse(Buffer.from(signed.split(".")[1] ?? "", "base64url").toString());
  const payload = Buffer.from(JSON.stringify({ ...claims, ...change })).toString("base64url");
  const text = `${header}.${payload}`;
  return `${text}.${sign(null, Buffer.from(text), privateKey).toString("base64url")}`;
}

describe("a token", () => {
  it("says what was signed", () => {
    expect(verifies(signed)).toEqual(subject);
    const bare = { ...context, session: undefined, user: undefined, team: undefined };
    const little = { ...subject, context: { ...bare, stepsMax: undefined, tokensMax: undefined } };
    expect(verifies(signerAt(nowS).sign(little))).toEqual(little);
  });

  it("says any ids there can be", () => {
    const id = fc.stringMatching(/^[!-~]{1,128}$/);
    fc.assert(
      fc.property(id, id, fc.nat(), (task, user, depth) => {
        const any = { ...subject, context: { ...context, task, user, depth } };
        expect(verifies(signerAt(nowS).sign(any))).toEqual(any);
      }),
    );
  });

  it("is an ordinary JWT to others, living a minute, each its own", async () => {
    const publicKey = keyOf(readVerifyingKey(keys.publicKeyPem));
    const { payload, protectedHeader } = await jwtVerify(signed, publicKey, {
      issuer: "sluice",
      audience: "search",
      typ: "sluice+jwt",
      currentDate: new Date(nowS * 1_000),
    });
    expect(protectedHeader.alg).toBe("EdDSA");
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(60);
    expect(payload.jti).not.toBe(
      (
        await jwtVerify(signerAt(nowS).sign(subject), publicKey, {
          currentDate: new Date(nowS * 1_000),
        })
      ).payload.jti,
    );
  });

  it("is good for a retry within its minute", () => {
    const verifier = verifierAt(nowS + 30);
    expect(verifier.verify(signed, "search")).toEqual(verifier.verify(signed, "search"));
  });

  it.each([
    [-6, false],
    [-5, true],
    [0, true],
    [64, true],
    [65, false],
    [3_600, false],
  ])("%d s after it was signed: %s", (seconds, isGood) => {
    expect(verifierAt(nowS + seconds).verify(signed, "search") !== undefined).toBe(isGood);
  });
});

describe("nothing else passes", () => {
  it("for another agent", () => {
    expect(verifies(signed, "email")).toBeUndefined();
    expect(verifies(signed, "")).toBeUndefined();
  });

  it("by another key, even where it bears this one's name", () => {
    expect(verifies(signerAt(nowS, otherKeys.privateKeyPem).sign(subject))).toBeUndefined();
    const text = signed.slice(0, signed.lastIndexOf("."));
    const otherKey = keyOf(readSigningKey(otherKeys.privateKeyPem));
    expect(
      verifies(`${text}.${sign(null, Buffer.from(text), otherKey).toString("base64url")}`),
    ).toBeUndefined();
  });

  it("with any byte changed", () => {
    fc.assert(
      fc.property(fc.nat(signed.length - 2), fc.constantFrom(..."AZaz09-_.= "), (place, character) => {
        fc.pre(signed[place] !== character);
        const changed = signed.slice(0, place) + character + signed.slice(place + 1);
        expect(verifies(changed)).toBeUndefined();
      }),
    );
  });

  it("in another form or of another size", () => {
    const [header = "", payload = "", signature = ""] = signed.split(".");
    const odd = ["", ".", "..", `${header}.${payload}`, `${header}.${payload}.`, `${signed}.`, ` ${signed}`];
    const padded = [`${header}.${payload}.${signature}==`, `${signed}\n`, `${signed}${signed}`];
    for (const token of [...odd, ...padded]) expect(verifies(token)).toBeUndefined();
    expect(verifies(forge({ pad: "x".repeat(4_096) }))).toBeUndefined();
    expect(verifies(forge({ pad: "x".repeat(1_024) }))).toEqual(subject);
  });

  it("with another header, signed by the right key or not at all", async () => {
    const encode = (header: object) => Buffer.from(JSON.stringify(header)).toString("base64url");
    const kid = keyId(privateKey);
    for (const header of [
      { alg: "none" },
      { alg: "EdDSA" },
      { alg: "EdDSA", typ: "JWT", kid },
      { alg: "EdDSA", typ: "sluice+jwt" },
      { typ: "sluice+jwt", alg: "EdDSA", kid },
      { alg: "EdDSA", typ: "sluice+jwt", kid, crit: ["b64"], b64: false },
    ]) {
      expect(verifies(forge({}, encode(header)))).toBeUndefined();
    }
    const secret = Buffer.from(keys.publicKeyPem);
    const header = { alg: "HS256", typ: "sluice+jwt", kid };
    expect(
      verifies(await new SignJWT({ iss: "sluice" }).setProtectedHeader(header).sign(secret)),
    ).toBeUndefined();
  });

  it.each<[string, Record<string, unknown>]>([
    ["issuer", { iss: "other" }],
    ["audience in a list", { aud: ["search"] }],
    ["longer life", { exp: nowS + 61 }],
    ["no end", { exp: undefined }],
    ["no beginning", { iat: undefined }],
    ["end as text", { exp: `${nowS + 60}` }],
    ["no task", { task: undefined }],
    ["empty task", { task: "" }],
    ["caller that is no text", { caller: 1 }],
    ["no request", { request: undefined }],
    ["no jti", { jti: undefined }],
    ["negative depth", { depth: -1 }],
    ["no depth", { depth: undefined }],
    ["steps as text", { steps: "10" }],
    ["tokens in parts", { tokens: 0.5 }],
    ["user of null", { user: null }],
  ])("with another %s", (_what, change) => {
    expect(verifies(forge(change))).toBeUndefined();
  });
});

describe("keys", () => {
  it("are rotated by knowing both", () => {
    const verifier = verifierAt(nowS, keys.publicKeyPem, otherKeys.publicKeyPem);
    expect(verifier.verify(signed, "search")).toEqual(subject);
    const byOther = signerAt(nowS, otherKeys.privateKeyPem).sign(subject);
    expect(verifier.verify(byOther, "search")).toEqual(subject);
  });

  it("are Ed25519 and in their place; a problem never repeats them", () => {
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const rsaPrivate = rsa.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const rsaPublic = rsa.publicKey.export({ type: "spki", format: "pem" }).toString();
    const problem = (text: string) => ({ kind: "problem", problem: text });
    expect(makeSigner(keys.publicKeyPem)).toEqual(problem('not a PEM "PRIVATE KEY"'));
    expect(makeVerifier([keys.privateKeyPem])).toEqual(problem('not a PEM "PUBLIC KEY"'));
    expect(makeSigner(rsaPrivate)).toEqual(problem("not an Ed25519 key"));
    expect(makeVerifier([rsaPublic])).toEqual(problem("not an Ed25519 key"));
    expect(makeSigner("-----BEGIN PRIVATE KEY-----\nAA\n")).toEqual(problem('not a readable "PRIVATE KEY"'));
    expect(makeVerifier([])).toEqual(problem("0 public keys, not 1 to 4"));
    expect(makeVerifier(Array(5).fill(keys.publicKeyPem))).toEqual(problem("5 public keys, not 1 to 4"));
  });
});
