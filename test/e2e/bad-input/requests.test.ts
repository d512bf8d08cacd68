// Owns the proof that no request that can be read in two ways, or in none, reaches a provider; the provider's
// log is the oracle.

import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { RefusalCode } from "../../../core/contracts/refusal.ts";
import { bodyOf, type GoodAsk, goodAsks } from "../../core/torture/asks.ts";
import { providerOf, startVendorWorld, type VendorWorld } from "../sdks/vendors.ts";

const asks = goodAsks.filter(({ name }) => name !== "metered");

let world: VendorWorld;
beforeAll(async () => {
  world = await startVendorWorld();
});
afterAll(() => world.close());
beforeEach(() => world.mock.reset());

interface BadRequest {
  readonly what: string;
  readonly code: RefusalCode;
  /** `undefined`: this request cannot be made bad so. */
  readonly make: (body: string) => Buffer | string | undefined;
  readonly headers?: Record<string, string>;
}

const first = (member: string) => (body: string) => body.replace("{", () => `{${member},`);
const last = (member: string) => (body: string) => body.replace(/\}$/, () => `,${member}}`);
const asIs = (body: string): string => body;
const named = (make: (body: string) => string) => (body: string) =>
  /"model":/.test(body) ? make(body) : undefined;
const nested = (depth: number) => first(`"x":${"[".repeat(depth)}${"]".repeat(depth)}`);

const bad: readonly BadRequest[] = [
  {
    what: "a model twice, the forbidden last",
    code: "body_ambiguous",
    make: named(last('"model":"forbidden"')),
  },
  {
    what: "a model twice, the forbidden first",
    code: "body_ambiguous",
    make: named(first('"model":"forbidden"')),
  },
  {
    what: "a model twice, once escaped",
    code: "body_ambiguous",
    make: named(last('"mod\\u0065l":"forbidden"')),
  },
  { what: "a model twice, cut off by NUL", code: "body_ambiguous", make: last('"model\\u0000":"forbidden"') },
  { what: "a name twice, deep", code: "body_ambiguous", make: last('"x":[{"y":{"a":1,"a":2}}]') },
  { what: "names that only some tell apart", code: "body_ambiguous", make: last('"\\ud800":1,"\\ud801":2') },
  { what: "__proto__", code: "body_ambiguous", make: last('"__proto__":{"model":"forbidden"}') },
  { what: "a byte order mark", code: "body_ambiguous", make: (body) => `\ufeff${body}` },
  { what: "garbage behind it", code: "body_malformed", make: (body) => `${body}x` },
  { what: "another document behind it", code: "body_malformed", make: (body) => `${body}\n${body}` },
  { what: "NUL behind it", code: "body_malformed", make: (body) => `${body}\u0000` },
  { what: "a comment", code: "body_malformed", make: last('"x":1/*,"model":"forbidden"*/') },
  { what: "NaN", code: "body_malformed", make: last('"x":NaN') },
  { what: "single quotes", code: "body_malformed", make: last("'x':1") },
  { what: "a comma too many", code: "body_malformed", make: (body) => body.replace(/\}$/, ",}") },
  { what: "half of it", code: "body_malformed", make: (body) => body.slice(0, body.length / 2) },
  { what: "nothing", code: "body_malformed", make: () => "" },
  {
    what: "invalid UTF-8",
    code: "body_malformed",
    make: (body) => Buffer.from(last('"x":"\u00ff"')(body), "latin1"),
  },
  { what: "UTF-16", code: "body_malformed", make: (body) => Buffer.from(body, "utf16le") },
  {
    what: "UTF-16 with its mark",
    code: "body_malformed",
    make: (body) => Buffer.from(`\ufeff${body}`, "utf16le"),
  },
  { what: "129 levels", code: "body_malformed", make: nested(128) },
  { what: "10,000 levels", code: "body_malformed", make: nested(10_000) },
  { what: "a list", code: "request_malformed", make: (body) => `[${body}]` },
  { what: "null", code: "request_malformed", make: () => "null" },
  {
    what: "gzip",
    code: "body_encoded",
    make: (body) => gzipSync(body),
    headers: { "content-encoding": "gzip" },
  },
  {
    what: "gzip that is none",
    code: "body_encoded",
    make: asIs,
    headers: { "content-encoding": "gzip" },
  },
  {
    what: "another charset",
    code: "body_encoded",
    make: asIs,
    headers: { "content-type": "application/json; charset=utf-7" },
  },
  {
    what: "a form",
    code: "body_encoded",
    make: asIs,
    headers: { "content-type": "application/x-www-form-urlencoded" },
  },
];

function send({ api, path, query = "" }: GoodAsk, body: Buffer | string, headers = {}): Promise<Response> {
  return fetch(world.urlOf(providerOf(api)) + path + query, {
    method: "POST",
    headers: { "content-type": "application/json", "anthropic-version": "2023-06-01", ...headers },
    body: new Uint8Array(Buffer.from(body)),
  });
}

describe.each(asks)("$name at $path", (ask) => {
  const good = bodyOf(ask).toString();

  it.each(bad)("$what: $code", async ({ code, make, headers }) => {
    const body = make(good);
    if (body === undefined) return;
    const response = await send(ask, body, headers);
    expect(response.headers.get("x-sluice-refusal")).toBe(code);
    expect(response.status).toBe(code === "body_encoded" ? 415 : 400);
    expect(Object.keys((await response.json()) as object)).not.toEqual([]);
    expect(world.mock.log).toEqual([]);
  });

  it("as it should be, and as deep as it may be, reaches the provider", async () => {
    for (const body of [good, nested(64)(good), nested(127)(good)]) {
      const { headers } = await send(ask, body);
      const refusal = headers.get("x-sluice-refusal");
      // InvokeModel's bodies are known by their members: one that is unknown is not covered.
      if (refusal === "route_refused" && body !== good) continue;
      expect(refusal).toBeNull();
      expect(world.mock.log.at(-1)?.body).toMatchObject(JSON.parse(body));
    }
  });
});

it("leaves no bug behind", () => {
  expect(world.sidecarLog.filter(({ event }) => event === "bug")).toEqual([]);
});
