// Owns the prebuilt answers for load: built once, sent many times; knows no vendor but through its dialect.

import { bodyFrame, type Delivery, toWrites, type Write, wholeBody } from "./delivery.ts";
import type { Ask, Frame, MockDialect, Piece, Reply } from "./dialect.ts";
import type { StaticAnswer } from "./script.ts";

export interface StaticDelivery {
  readonly delivery: Delivery;
  readonly writes: readonly Write[];
}

/** Told and logged for every prompt: none is counted in this mode. */
export const staticPromptTokens = 8;

/** One delivery for each shape of a request: dialect, streamed or not, usage wanted or not. */
export class StaticShelf {
  readonly #wanted: StaticAnswer;
  readonly #deliveries = new Map<string, StaticDelivery>();

  constructor(wanted: StaticAnswer) {
    this.#wanted = wanted;
  }

  take(dialect: MockDialect, ask: Ask): StaticDelivery {
    const shape = `${dialect.name} ${dialect.framing(ask).name} ${ask.form} ${ask.wantsUsage}`;
    const built = this.#deliveries.get(shape) ?? build(dialect, ask, this.#wanted);
    this.#deliveries.set(shape, built);
    return built;
  }
}

function build(dialect: MockDialect, ask: Ask, wanted: StaticAnswer): StaticDelivery {
  const { frames: tokens, frameBytes: _size, ...pacing } = wanted;
  const { headers } = dialect.framing(ask);
  if (ask.form === "stream") {
    const frames = repeatFrame(dialect, ask, wanted);
    const contentLength = undefined;
    const delivery: Delivery = {
      status: 200,
      headers,
      contentLength,
      frames,
      pacing,
      end: "clean",
      hasHead: true,
    };
    return { delivery, writes: [...toWrites(frames, pacing)] };
  }
  const pieces = Array.from({ length: tokens }, (): Piece => ({ channel: "text", text: " static" }));
  const body = bodyFrame(dialect.writeBody(ask, staticReply(pieces, tokens)), tokens);
  const delivery = { ...wholeBody(200, headers, body), pacing };
  return { delivery, writes: [...toWrites(delivery.frames, pacing)] };
}

/** All content frames are one and the same buffer: a long stream costs no memory. */
function repeatFrame(dialect: MockDialect, ask: Ask, { frames: tokens, frameBytes }: StaticAnswer): Frame[] {
  const write = (textBytes: number): Frame[] => {
    const piece: Piece = { channel: "text", text: "x".repeat(textBytes) };
    return dialect.writeStream(ask, staticReply([piece], tokens));
  };
  const shortest = write(1).find((frame) => frame.tokens === 1)?.bytes.length ?? 0;
  return write(Math.max(1, frameBytes - shortest + 1)).flatMap((frame) =>
    frame.tokens === 1 ? Array.from({ length: tokens }, () => frame) : [frame],
  );
}

function staticReply(pieces: readonly Piece[], completionTokens: number): Reply {
  const totalTokens = staticPromptTokens + completionTokens;
  return {
    id: "STATIC0000000000000000000MOCK",
    created: 1_767_000_000,
    model: "static",
    choices: [{ pieces, finish: "stop" }],
    usage: {
      promptTokens: staticPromptTokens,
      completionTokens,
      totalTokens,
      cachedTokens: 0,
      cacheWriteTokens: 0,
      reasoningTokens: 0,
    },
    extra: {},
    isObfuscated: false,
  };
}
