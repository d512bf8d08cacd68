// Owns the proof that tokens are counted off the event loop, within bounds, and by the right tables. Knows no
// call.

import { afterEach, describe, expect, it } from "vitest";
import { TokenCounter } from "../../../core/tokenizer/counter.ts";

const open: TokenCounter[] = [];
function counter(options: ConstructorParameters<typeof TokenCounter>[0] = {}): TokenCounter {
  const one = new TokenCounter({ waitMs: 15_000, ...options });
  open.push(one);
  return one;
}
afterEach(() => Promise.all(open.splice(0).map((one) => one.close())));

describe("a count", () => {
  it("is OpenAI's own, list by list", async () => {
    expect(await counter().count([["Hello, world!", " Hello"], [], ["こんにちは世界"]])).toEqual([5, 0, 2]);
  });

  it("takes special tokens in a text for text", async () => {
    expect(await counter().count([["<|endoftext|>"]])).toEqual([7]);
  });

  it("is an estimate from where a text made to take long has taken long", async () => {
    const [tokens = 0] = (await counter().count([["a".repeat(400_000), "漢字".repeat(100_000)]])) ?? [];
    expect(tokens).toBeGreaterThan(100_000);
  });
});

describe("no count", () => {
  it("comes of more text than is held at once", async () => {
    expect(await counter().count([["a".repeat(16 * 1024 * 1024 + 1)]])).toBeUndefined();
  });

  it("comes of more counts than are held at once, and later there is one again", async () => {
    const one = counter();
    const counts = await Promise.all(Array.from({ length: 300 }, () => one.count([["a b c"]])));
    expect(counts.filter((count) => count !== undefined)).toHaveLength(256);
    expect(await one.count([["a b c"]])).toEqual([3]);
  });

  it("is waited for longer than was agreed", async () => {
    expect(await counter({ waitMs: 1 }).count([["a b c"]])).toBeUndefined();
  });

  it("comes of a counter that was closed", async () => {
    const one = counter();
    const count = one.count([["a b c"]]);
    await one.close();
    expect(await count).toBeUndefined();
  });
});

it("a thread that has idled is given up, and the next count starts another", async () => {
  const one = counter({ idleMs: 0 });
  expect(await one.count([["a b c"]])).toEqual([3]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(await one.count([["a b c"]])).toEqual([3]);
});
