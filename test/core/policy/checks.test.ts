// Owns the proof that each single mistake gets its own line, at its own place. Knows no file system.

import { describe, expect, it } from "vitest";
import { document, type Files, good, hash, problemsIn, said, spoil } from "./samples.ts";

it("finds nothing wrong with the sample", () => {
  expect(problemsIn(good)).toEqual([]);
});

type Case = readonly [what: string, files: Files, line: string];

const urls: readonly Case[] = [
  ["no scheme", "api.openai.com", "is not a URL"],
  ["another scheme", "file:///etc/passwd", "is neither http nor https"],
  ["a password", "https://me:secret@api.openai.com", "holds credentials"],
  ["a query", "https://api.openai.com/?key=1", "holds a query"],
  ["a fragment", "https://api.openai.com/#x", "holds a fragment"],
  ["AWS's metadata", "http://169.254.169.254/latest", "is a cloud metadata address, which nothing may reach"],
  ["the same in decimal", "http://2852039166", "is a cloud metadata address, which nothing may reach"],
  [
    "the same mapped",
    "http://[::ffff:169.254.169.254]",
    "is a cloud metadata address, which nothing may reach",
  ],
  [
    "Google's name",
    "http://metadata.google.internal.",
    "is a cloud metadata address, which nothing may reach",
  ],
  ["Alibaba's", "http://100.100.100.200", "is a cloud metadata address, which nothing may reach"],
  ["AWS over IPv6", "http://[fd00:ec2::254]", "is a cloud metadata address, which nothing may reach"],
].map(([what, url, problem]) => [
  `a base URL with ${what}`,
  spoil("provider.yaml", "baseUrl: https://api.openai.com", `baseUrl: "${url}"`),
  `provider.yaml:6 Provider/openai spec.baseUrl: ${problem}`,
]);

const references: readonly Case[] = [
  [
    "a caller that is not there",
    spoil("agent.yaml", "{ caller: web-app }", "{ caller: web-ap }"),
    said(
      "agent.yaml:7 Agent/search spec.callers[0].caller",
      "there is no Caller of this name",
      'did you mean "web-app"?',
    ),
  ],
  [
    "an agent that is not there",
    spoil("agent.yaml", "{ caller: web-app }", "{ agent: planner }"),
    "agent.yaml:7 Agent/search spec.callers[0].agent: there is no Agent of this name",
  ],
  [
    "a model that is not there",
    spoil("agent.yaml", "[gpt-4o]", "[gpt-5]"),
    'agent.yaml:9 Agent/search spec.models[0]: there is no Model of this name (did you mean "gpt-4o"?)',
  ],
  [
    "a provider that is not there",
    spoil("model.yaml", "provider: openai", "provider: azure"),
    "model.yaml:5 Model/gpt-4o spec.targets[0].provider: there is no Provider of this name",
  ],
  [
    "a model its provider does not list",
    spoil("model.yaml", "model: gpt-4o", "model: gpt-4.1"),
    said(
      "model.yaml:5 Model/gpt-4o spec.targets[0].model",
      "there is no model of Provider/openai of this name",
      'did you mean "gpt-4o"?',
    ),
  ],
];

const twoMoreKeys = (expires: string): string => `apiKeys:
    b: { sha256: ${hash("b")} }
    c: { sha256: ${hash("c")}, expires: ${expires} }`;

const callers: readonly Case[] = [
  [
    "a symmetric algorithm",
    spoil("caller.yaml", "[RS256]", "[HS256]"),
    said(
      "caller.yaml:11 Caller/web-app spec.jwt.algorithms[0]",
      "must be one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA",
      'did you mean "RS256"?',
    ),
  ],
  [
    "no algorithm at all",
    spoil("caller.yaml", "[RS256]", "[none]"),
    said(
      "caller.yaml:11 Caller/web-app spec.jwt.algorithms[0]",
      "must be one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA",
    ),
  ],
  [
    "keys fetched in the clear",
    spoil("caller.yaml", "jwksUri: https", "jwksUri: http"),
    said(
      "caller.yaml:10 Caller/web-app spec.jwt.jwksUri",
      "must be https: whoever sits between could hand out keys of his own",
    ),
  ],
  [
    "keys from two places",
    spoil("caller.yaml", "  audience: sluice", "  audience: sluice\n    publicKey: { file: key.pem }"),
    said(
      "caller.yaml:7 Caller/web-app spec.jwt",
      "needs only one of jwksUri and publicKey",
      "the keys that verify its tokens come from one place",
    ),
  ],
  [
    "keys from nowhere",
    spoil("caller.yaml", "    jwksUri: https://issuer.example/keys\n", ""),
    said(
      "caller.yaml:7 Caller/web-app spec.jwt",
      "needs one of jwksUri and publicKey",
      "the keys that verify its tokens come from one place",
    ),
  ],
  [
    "a key instead of its hash",
    spoil("caller.yaml", hash("a"), "my-own-key"),
    said(
      "caller.yaml:6 Caller/web-app spec.apiKeys.current.sha256",
      "is not well-formed",
      "64 lower-case hex digits as `sluice keys create` prints them, never the key itself",
    ),
  ],
  [
    "three keys at once",
    spoil("caller.yaml", "apiKeys:", twoMoreKeys("2027-01-01T00:00:00Z")),
    said(
      "caller.yaml:5 Caller/web-app spec.apiKeys",
      "holds 3 keys that are valid at once; at most 2 may be",
      "remove the oldest, or let it expire",
    ),
  ],
  [
    "a key that expires at no time",
    spoil("caller.yaml", `${hash("a")} }`, `${hash("a")}, expires: 2026-06-30T23:59:60Z }`),
    said(
      "caller.yaml:6 Caller/web-app spec.apiKeys.current.expires",
      "is not a time",
      "such as 2030-01-31T00:00:00Z",
    ),
  ],
  [
    "one key for two callers",
    { ...good, "other.yaml": document("Caller", "other", `apiKeys: { a: { sha256: ${hash("a")} } }`) },
    said(
      "other.yaml:5 Caller/other spec.apiKeys.a.sha256",
      "is the hash of another key as well",
      "the other is at caller.yaml:6; one key, one caller",
    ),
  ],
  [
    "two callers for one token",
    {
      ...good,
      "other.yaml": (good["caller.yaml"] ?? "").replace("web-app", "other").replace(hash("a"), hash("b")),
    },
    said(
      "other.yaml:7 Caller/other spec.jwt",
      "accepts the same tokens as another caller",
      "the other is at caller.yaml:7; give each a subject or an audience of its own",
    ),
  ],
];

describe("urls", () =>
  it.each(urls)("%s", (_what, files, line) => expect(problemsIn(files)).toEqual([line])));
describe("references", () =>
  it.each(references)("%s", (_what, files, line) => expect(problemsIn(files)).toEqual([line])));
describe("callers", () =>
  it.each(callers)("%s", (_what, files, line) => expect(problemsIn(files)).toEqual([line])));

describe("what is right is let through", () => {
  const right: readonly (readonly [what: string, files: Files])[] = [
    ["a loopback key server", spoil("caller.yaml", "https://issuer.example/keys", "http://127.0.0.1:9/keys")],
    [
      "two keys and one that has expired",
      spoil("caller.yaml", "apiKeys:", twoMoreKeys("2025-12-31T00:00:00Z")),
    ],
    [
      "an agent that anybody may call",
      spoil("agent.yaml", "{ caller: web-app }", "{ caller: web-app }, { anonymous: true }"),
    ],
    ["a private endpoint", spoil("agent.yaml", "127.0.0.1:8000", "10.0.0.7:8000/base")],
  ];
  it.each(right)("%s", (_what, files) => expect(problemsIn(files)).toEqual([]));
});
