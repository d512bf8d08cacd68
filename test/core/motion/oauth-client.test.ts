// Owns the proof that a token is fetched once for all who wait, kept as long as it is good, and never asked
// for in a hurry. Knows no tool.

import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../../core/contracts/json.ts";
import { OAuthClient } from "../../../core/motion/oauth-client.ts";
import type { TokenPost } from "../../../core/motion/oauth-request-adapter.ts";

const spec = {
  kind: "oauth2",
  ...{ issuers: [], server: undefined, resource: undefined },
  tokenUrl: { origin: "https://id.example", path: "/token" },
  clientId: "a:b c",
  clientSecret: { kind: "env", name: "SECRET" },
  scope: "read write",
  audience: undefined,
  clientAuth: "basic",
} as const;

function open(answers: readonly (JsonValue | undefined)[], more: Partial<typeof spec> | object = {}) {
  const posts: TokenPost[] = [];
  const clock = { nowMs: 0 };
  const client = new OAuthClient({
    spec: { ...spec, ...more },
    environment: { SECRET: "p%s" },
    now: () => clock.nowMs,
    post: async (post) => {
      posts.push(post);
      return answers[posts.length - 1];
    },
  });
  return { client, posts, clock };
}
const token = (text: string, expires?: number | string) =>
  ({
    access_token: text,
    token_type: "bearer",
    ...(expires === undefined ? {} : { expires_in: expires }),
  }) as JsonValue;

describe("a token by client credentials", () => {
  it("is fetched once for all who wait, and kept until shortly before its end", async () => {
    const { client, posts, clock } = open([token("one", 3_600), token("two", "3600")]);
    expect(await Promise.all([client.read(), client.read(), client.read()])).toEqual(["one", "one", "one"]);
    clock.nowMs = 3_569_000;
    expect(client.read()).toBe("one");
    clock.nowMs = 3_570_000;
    expect(await client.read()).toBe("two");
    expect(posts).toHaveLength(2);
  });

  it("is asked for as RFC 6749 has it, either way", async () => {
    const basic = open([token("a")]);
    await basic.client.read();
    expect(basic.posts[0]?.form).toBe("grant_type=client_credentials&scope=read+write");
    const shown = Buffer.from("a%3Ab+c:p%25s").toString("base64");
    expect(basic.posts[0]?.headers.authorization).toBe(`Basic ${shown}`);
    const post = open([token("a")], { clientAuth: "post", scope: undefined, audience: "tools" });
    await post.client.read();
    expect(post.posts[0]?.form).toBe(
      "grant_type=client_credentials&audience=tools&client_id=a%3Ab+c&client_secret=p%25s",
    );
    expect(post.posts[0]?.headers.authorization).toBeUndefined();
  });

  it.each<[string, JsonValue | undefined]>([
    ["nothing", undefined],
    ["no token", {}],
    ["another type", { access_token: "a", token_type: "mac" }],
    ["what no header holds", token("a\nb")],
    ["far too much", token("a".repeat(9_000))],
  ])("is not had of %s, and not asked for again at once", async (_what, said) => {
    const { client, posts, clock } = open([said, token("late")]);
    expect(await client.read()).toBeUndefined();
    expect(client.read()).toBeUndefined();
    expect(posts).toHaveLength(1);
    clock.nowMs = 1_000;
    expect(await client.read()).toBe("late");
  });

  it("that was not accepted is forgotten, once", async () => {
    const { client, posts } = open([token("one"), token("two")]);
    await client.read();
    client.forget("another");
    expect(client.read()).toBe("one");
    client.forget("one");
    expect(await client.read()).toBe("two");
    client.forget("one");
    expect(client.read()).toBe("two");
    expect(posts).toHaveLength(2);
  });

  it("that lives for seconds is used for half of them", async () => {
    const { client, clock } = open([token("one", 10), token("two", 10)]);
    await client.read();
    clock.nowMs = 4_999;
    expect(client.read()).toBe("one");
    clock.nowMs = 5_000;
    expect(await client.read()).toBe("two");
  });
});
