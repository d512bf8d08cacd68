// Owns the proof of how an issuer's keys are had: how often, how long, what when not. Real HTTP.

import { randomUUID } from "node:crypto";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Identities } from "../../../core/filters/identify/identities.ts";
import { fetchKeys } from "../../../core/filters/identify/key-fetch.ts";
import { KeySets } from "../../../core/filters/identify/key-set.ts";
import { bearer, identities, jwk, jwtCaller, otherRsa, present, rsa, token } from "./callers.ts";
import { Issuer } from "./issuer.ts";

const minuteMs = 60_000;

let issuer: Issuer;
let clockMs: number;
let keySets: KeySets;
let known: Identities;

const first = await jwk(rsa.publicKey, { kid: "first", use: "sig", alg: "RS256" });
const second = await jwk(otherRsa.publicKey, { kid: "second" });

function open(): Identities {
  const caller = jwtCaller({ keys: { kind: "jwks", url: issuer.url } });
  return identities({ callers: [caller], keySets });
}

/** A fresh token each time, so that none is known from before. */
async function say(kid: string | undefined, key = rsa.privateKey): Promise<string> {
  const header = kid === undefined ? {} : { kid };
  const signed = await token({ claims: { jti: randomUUID() }, key, header });
  return (await present(known, bearer(signed))).said;
}

beforeEach(async () => {
  issuer = new Issuer();
  await issuer.start();
  clockMs = 1_000;
  keySets = new KeySets({ clock: () => clockMs });
  known = open();
});
afterEach(() => issuer.stop());

describe("fetching", () => {
  it("is one request for all who wait, and none while the keys are fresh", async () => {
    issuer.publish(first);
    const answers = await Promise.all(Array.from({ length: 20 }, () => say("first")));
    expect(new Set(answers)).toEqual(new Set(["admitted"]));
    clockMs += 9 * minuteMs;
    expect(await say("first")).toBe("admitted");
    expect(issuer.asked).toBe(1);
  });

  it("goes on beside requests once the keys are ten minutes old", async () => {
    issuer.publish(first);
    expect(await say("first")).toBe("admitted");
    const asked = new Promise<() => void>((resolve) => {
      issuer.answer((_request, response) => {
        resolve(() => response.end(JSON.stringify({ keys: [second] })));
      });
    });
    clockMs += 10 * minuteMs;
    expect(await say("first")).toBe("admitted");
    const release = await asked;
    expect(await say("first")).toBe("admitted");
    release();
    expect(await say("second", otherRsa.privateKey)).toBe("admitted");
    expect(await say("first")).toBe("credential_invalid");
    expect(issuer.asked).toBe(2);
  });

  it("is not repeated by a reload of the policy", async () => {
    issuer.publish(first);
    expect(await say("first")).toBe("admitted");
    known = open();
    expect(await say("first")).toBe("admitted");
    expect(issuer.asked).toBe(1);
  });
});

describe("an unknown kid", () => {
  it("finds a key that was rotated in", async () => {
    issuer.publish(first);
    expect(await say("first")).toBe("admitted");
    issuer.publish(first, second);
    clockMs += 30_000;
    expect(await say("second", otherRsa.privateKey)).toBe("admitted");
    expect(issuer.asked).toBe(2);
  });

  it("asks at most once in 30 s, however many come", async () => {
    issuer.publish(first);
    expect(await say("first")).toBe("admitted");
    const flood = () => Promise.all(Array.from({ length: 50 }, (_, index) => say(`made-up-${index}`)));
    clockMs += 29_999;
    expect(new Set(await flood())).toEqual(new Set(["credential_invalid"]));
    expect(issuer.asked).toBe(1);
    clockMs += 1;
    await flood();
    await flood();
    expect(issuer.asked).toBe(2);
    expect(await say("first")).toBe("admitted");
  });

  it("cannot be judged while the issuer is away", async () => {
    issuer.publish(first);
    expect(await say("first")).toBe("admitted");
    issuer.fail();
    clockMs += 30_000;
    expect(await say("second", otherRsa.privateKey)).toBe("keys_unavailable");
    expect(await say("second", otherRsa.privateKey)).toBe("keys_unavailable");
    expect(await say("first")).toBe("admitted");
    expect(issuer.asked).toBe(2);
  });
});

describe("an outage", () => {
  it("is bridged with the last good keys for an hour, and heals", async () => {
    issuer.publish(first);
    expect(await say("first")).toBe("admitted");
    issuer.fail();
    clockMs += 60 * minuteMs - 1;
    expect(await say("first")).toBe("admitted");
    clockMs += 1;
    expect(await say("first")).toBe("keys_unavailable");
    issuer.publish(first);
    clockMs += 1_000;
    expect(await say("first")).toBe("admitted");
  });

  it("is bridged for as long as the program says", async () => {
    keySets = new KeySets({ clock: () => clockMs, keepMs: 5_000 });
    known = open();
    issuer.publish(first);
    expect(await say("first")).toBe("admitted");
    issuer.fail();
    clockMs += 5_000;
    expect(await say("first")).toBe("keys_unavailable");
  });

  it("from the start is a 503 that says when to retry, and one request a second", async () => {
    issuer.say("no", 500);
    const signed = await token({ header: { kid: "first" } });
    expect(await known.find(signed)).toMatchObject({ code: "keys_unavailable", status: 503, retryAfterS: 1 });
    expect(await say("first")).toBe("keys_unavailable");
    expect(issuer.asked).toBe(1);
    clockMs += 1_000;
    expect(await say("first")).toBe("keys_unavailable");
    expect(issuer.asked).toBe(2);
  });
});

describe("choosing a key", () => {
  it("takes no kid only where the set leaves no choice", async () => {
    issuer.publish(first);
    expect(await say(undefined)).toBe("admitted");
    clockMs += 60 * minuteMs;
    issuer.publish(first, second);
    expect(await say(undefined)).toBe("credential_invalid");
  });

  it("takes no shared secret, no private and no encryption key", async () => {
    const secret = Buffer.alloc(32, 7);
    issuer.publish(
      { kty: "oct", k: secret.toString("base64url"), kid: "secret", alg: "HS256" },
      await jwk(otherRsa.privateKey, { kid: "private" }),
      { ...second, kid: "encrypts", use: "enc" },
    );
    const hmac = await token({ alg: "HS256", key: secret, header: { kid: "secret" } });
    expect((await present(known, bearer(hmac))).said).toBe("credential_invalid");
    expect(await say("private", otherRsa.privateKey)).toBe("credential_invalid");
    expect(await say("encrypts", otherRsa.privateKey)).toBe("credential_invalid");
  });
});

describe("an answer that is no key set", () => {
  it.each<[string, () => void]>([
    ["not JSON", () => issuer.say("<html>")],
    ["another JSON", () => issuer.say('{"keys":"none"}')],
    ["not a 200", () => issuer.say(JSON.stringify({ keys: [first] }), 203)],
    ["longer than 256 KiB", () => issuer.say(JSON.stringify({ keys: [first], pad: "x".repeat(256 * 1024) }))],
    [
      "compressed",
      () => issuer.say(gzipSync(JSON.stringify({ keys: [first] })), 200, { "content-encoding": "gzip" }),
    ],
    [
      "cut short",
      () =>
        issuer.answer((_request, response) => {
          response.writeHead(200, { "content-length": "1000" }).write('{"keys":[');
          setImmediate(() => response.destroy());
        }),
    ],
  ])("%s", async (_what, misbehave) => {
    misbehave();
    expect(await say("first")).toBe("keys_unavailable");
    issuer.publish(first);
    clockMs += 1_000;
    expect(await say("first")).toBe("admitted");
  });

  it("is not sought where a redirect points", async () => {
    const elsewhere = new Issuer();
    await elsewhere.start();
    elsewhere.publish(first);
    issuer.say("", 302, { location: elsewhere.url });
    expect(await say("first")).toBe("keys_unavailable");
    expect(elsewhere.asked).toBe(0);
    await elsewhere.stop();
  });

  it("is not waited for past the bound", async () => {
    issuer.answer(() => {});
    expect(await say("first")).toBe("keys_unavailable");
    expect(issuer.asked).toBe(1);
  });

  it.each([
    "http://169.254.169.254/latest/meta-data",
    "http://2852039166/",
    "http://[fd00:ec2::254]/",
    "http://[::ffff:169.254.169.254]/",
  ])("is not asked of a metadata service: %s", async (url) => {
    expect(await fetchKeys(new URL(url))).toBeUndefined();
  });
});
