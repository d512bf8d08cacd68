// Owns the proof that a piece known again from the one before says its own words and its own counts.

import { describe, expect, it } from "vitest";
import { gemini } from "../../../../core/dialects/gemini.ts";
import { answerHead, deltasOf, frames, read } from "../answers.ts";

const head = answerHead("text/event-stream");

interface Said {
  readonly text: string;
  readonly input?: number;
  readonly output?: number | string;
  readonly end?: string;
}

function json({ text, input = 3, output = 1, end }: Said): string {
  const ending = end === undefined ? {} : { finishReason: end };
  const candidate = { content: { parts: [{ text }], role: "model" }, index: 0, ...ending };
  const details = `[{"modality":"TEXT","tokenCount":${input}}]`;
  const counts = `"promptTokenCount":${input},"candidatesTokenCount":${output}`;
  const usage = `{${counts},"promptTokensDetails":${details}}`;
  return `{"candidates":[${JSON.stringify(candidate)}],"usageMetadata":${usage}}`;
}

const event = (said: Said) => Buffer.from(`data: ${json(said)}\r\n\r\n`);
const inTwoLines = (said: Said) => Buffer.from(`data: ${json(said).replace(",", ",\r\ndata: ")}\r\n\r\n`);
const last = event({ text: "!", output: 9, end: "STOP" });

/** Each text with the output tokens said after it. */
function told(pieces: readonly Buffer[]): readonly unknown[] {
  return deltasOf(frames(gemini, head, [...pieces, last])).flatMap((delta): readonly unknown[] => {
    if (delta.kind === "usage") return [[delta.usage.inputTokens, delta.usage.outputTokens]];
    return "text" in delta ? [delta.text] : [];
  });
}

describe("a piece like the one before", () => {
  it("says its own words and counts", () => {
    const pieces = [1, 2, 3, 40, 41].map((output) => event({ text: `w${output}`, output }));
    expect(told(pieces)).toEqual([
      ...[1, 2, 3, 40, 41].flatMap((output) => [`w${output}`, [3, output]]),
      ...["!", [3, 9]],
    ]);
  });

  it("is not taken for one that was framed otherwise in between", () => {
    const pieces = [
      event({ text: "a", output: 1 }),
      inTwoLines({ text: "b", input: 5, output: 2 }),
      event({ text: "c", output: 3 }),
    ];
    expect(told(pieces)).toEqual(["a", [3, 1], "b", [5, 2], "c", [3, 3], "!", [3, 9]]);
  });

  it.each(["01", "1 2", "1e999999999999", "--1", "1,"])("is refused where its count is %s", (output) => {
    const pieces = [event({ text: "a" }), event({ text: "b" }), event({ text: "c", output }), last];
    const expected = output === "1e999999999999" ? "whole" : "upstream_malformed";
    const said = read(gemini, head, pieces);
    expect("kind" in said ? said.code : "whole").toBe(expected);
  });

  it("that ends the answer, ends it", () => {
    const first = event({ text: "a", end: "STOP" });
    expect(
      frames(gemini, head, [first, first]).flatMap(({ deltas }) => deltas.map(({ kind }) => kind)),
    ).toEqual([...["text", "end", "usage"], ...["text", "end", "usage"]]);
  });
});
