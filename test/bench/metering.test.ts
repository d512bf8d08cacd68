// Owns the proof that each of the metering bench's streams is metered, however it is cut. Times nothing.

import { expect, it } from "vitest";
import { Metering } from "../../bench/programs/metering.ts";
import { benchStreams, findStream, wordsPerStream } from "../../bench/streams.ts";
import { startMockProvider } from "../../mock/provider.ts";

const keys = { authorization: "Bearer key", "x-api-key": "key", "anthropic-version": "2023-06-01" };

it.each(benchStreams)(
  "$name is metered to its end, and not without it",
  async ({ name, path, query = "", body }) => {
    const mock = await startMockProvider({ script: { rules: [{ answer: { tokens: wordsPerStream } }] } });
    const headers = { "content-type": "application/json", ...keys };
    const response = await fetch(mock.url + path + query, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    const said = Buffer.from(await response.arrayBuffer());
    await mock.close();
    const head = { status: 200, headers: { "content-type": response.headers.get("content-type") ?? "" } };
    const metering = new Metering(name);
    const whole = metering.begin(head);
    for (const byte of [0, 1, 2]) whole.push(said.subarray(byte, byte + 1));
    whole.push(said.subarray(3));
    expect(() => whole.end()).not.toThrow();
    const cut = metering.begin(head);
    cut.push(said.subarray(0, said.length / 2));
    expect(() => cut.end()).toThrow("refused: upstream_truncated");
  },
);

it("knows no stream by another name", () => {
  expect(() => findStream("smoke-signs")).toThrow("no such stream");
});
