// Owns the proof that a walk ends and edits a streamed chat completion in its own format. Knows no socket.

import { describe, expect, it } from "vitest";
import type { Filter } from "../../../../core/contracts/exchange.ts";
import { noUsage } from "../../../../core/contracts/frame.ts";
import { refuse } from "../../../../core/contracts/refusal.ts";
import type { Visit } from "../../../../core/contracts/visit.ts";
import { openAiChat } from "../../../../core/dialects/openai-chat.ts";
import { rig } from "../../../rig.ts";
import { answerHead, deltasOf, textsOf } from "../answers.ts";
import { delta, done } from "./chunks.ts";

const words = ["one ", "two ", "three ", "four "];
const stream = words.map((content) => delta({ content })).join("") + done;
const filter = (visit: Omit<Visit, "kind">): Filter => ({
  name: "test",
  wantsCall: false,
  open: () => ({ kind: "visit", ...visit }),
});

function walked(visit: Omit<Visit, "kind">, steps: readonly Buffer[] = [Buffer.from(stream)]) {
  return rig({
    dialect: openAiChat,
    chain: [filter(visit)],
    request: { path: "/v1/chat/completions", body: '{"model":"m","messages":[]}' },
    upstream: { headers: answerHead("text/event-stream").headers, steps },
  });
}

const ending = {
  kind: "ending",
  reason: "length",
  usage: noUsage,
  otherwise: refuse("rate_limited"),
} as const;

describe("a walk over a streamed chat completion", () => {
  it("ends it properly after what was released", async () => {
    let seen = 0;
    const { status, frames, outcome } = await walked({ frame: (frame) => (++seen > 2 ? ending : frame) });
    expect([status, outcome.ended]).toEqual([200, "ended"]);
    expect(textsOf(frames)).toEqual({ "text 0": "one two " });
    expect(deltasOf(frames).at(-2)).toEqual({ kind: "end", channel: "0", reason: "length", stop: "length" });
  });

  it("refuses it instead where nothing was released", async () => {
    const { status, headers } = await walked({ frame: () => ending });
    expect([status, headers["x-sluice-refusal"]]).toEqual([429, "rate_limited"]);
  });

  it("lets an edit through, the rest byte for byte", async () => {
    const { bytes } = await walked({
      mayEdit: true,
      frame: (frame, writer) =>
        writer.edit(
          frame,
          frame.deltas.map((delta) =>
            "text" in delta ? { ...delta, text: delta.text.toUpperCase() } : delta,
          ),
        ),
    });
    const shouted = words.reduce(
      (text, word) => text.replace(`"${word}"`, `"${word.toUpperCase()}"`),
      stream,
    );
    expect(bytes.toString()).toBe(shouted);
  });

  it("says the error of a stream that is cut after its first bytes", async () => {
    const [first = "", second = ""] = words.map((content) => delta({ content }));
    const { bytes, frames } = await walked({ frame: (frame) => frame }, [
      Buffer.from(first),
      Buffer.from(second),
    ]);
    expect(bytes.toString().startsWith(first + second)).toBe(true);
    expect(bytes.toString()).toContain('"code":"upstream_truncated"');
    expect(bytes.toString()).not.toContain("[DONE]");
    expect(frames).toHaveLength(3);
  });
});
