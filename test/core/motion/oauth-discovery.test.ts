// Owns the proof that a server's word on who gives tokens leads to hosts that the policy names, and nowhere
// else. Opens no connection.

import { expect, it } from "vitest";
import type { JsonValue } from "../../../core/contracts/json.ts";
import { findTokenUrl } from "../../../core/motion/oauth-discovery.ts";

const resource = "https://mcp.example/api";
const ours = "https://mcp.example/.well-known/oauth-protected-resource/api";
const atRoot = "https://mcp.example/.well-known/oauth-protected-resource";
const theirs = "https://id.example/.well-known/oauth-authorization-server/tenant";
const says = (...servers: string[]) => ({ resource, authorization_servers: servers });
const issued = (issuer: string, token_endpoint: string) => ({ issuer, token_endpoint });

async function find(answers: Readonly<Record<string, JsonValue>>, issuers = ["https://id.example/tenant"]) {
  const asked: string[] = [];
  const found = await findTokenUrl({
    ...{ resource, issuers },
    get: async ({ origin, path }) => {
      asked.push(origin + path);
      return answers[origin + path];
    },
  });
  return { found: found && found.origin + found.path, asked };
}

it("is found where both say so, the first that is trusted", async () => {
  const { found, asked } = await find({
    [ours]: says("https://evil.example", "https://id.example/tenant/"),
    [theirs]: issued("https://id.example/tenant", "https://id.example/token?x=1"),
  });
  expect(found).toBe("https://id.example/token?x=1");
  expect(asked).toEqual([ours, theirs]);
});

it("is found at the root, and as OpenID Connect has it", async () => {
  const { found } = await find({
    [atRoot]: { ...says("https://id.example/tenant"), resource: "https://mcp.example" },
    "https://id.example/tenant/.well-known/openid-configuration": issued(
      "https://id.example/tenant",
      "https://id.example/t",
    ),
  });
  expect(found).toBe("https://id.example/t");
});

it.each([
  ["an issuer that the policy does not name", { [ours]: says("https://evil.example") }],
  [
    "metadata of another resource",
    { [ours]: { ...says("https://id.example/tenant"), resource: "https://x.example" } },
  ],
  [
    "metadata of another issuer",
    {
      [ours]: says("https://id.example/tenant"),
      [theirs]: issued("https://id.example/other", "https://id.example/t"),
    },
  ],
  [
    "an endpoint at another host",
    {
      [ours]: says("https://id.example/tenant"),
      [theirs]: issued("https://id.example/tenant", "https://evil.example/t"),
    },
  ],
  [
    "an endpoint in the clear",
    {
      [ours]: says("https://id.example/tenant"),
      [theirs]: issued("https://id.example/tenant", "http://id.example/t"),
    },
  ],
  [
    "an endpoint that is none",
    {
      [ours]: says("https://id.example/tenant"),
      [theirs]: { issuer: "https://id.example/tenant", token_endpoint: 7 },
    },
  ],
  ["nothing", {}],
] as const)("%s leads nowhere, and no other host is asked", async (_, answers) => {
  const { found, asked } = await find(answers as never);
  expect(found).toBeUndefined();
  expect(asked.every((url) => /^https:\/\/(mcp|id)\.example\//.test(url))).toBe(true);
});
