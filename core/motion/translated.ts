// Owns an answer's way from the upstream's dialect into the client's: read, composed anew, read as the
// client's own. Knows no vendor.

import type { AnswerHead, Composer, Dialect, FrameReader, ReadBounds } from "../contracts/dialect.ts";
import type { Delta, ErrorDelta, Frame, StartDelta, UsageDelta } from "../contracts/frame.ts";
import { type Refusal, refuse } from "../contracts/refusal.ts";
import { carryProofs } from "./proofs.ts";

export interface TranslationOptions {
  readonly from: Dialect;
  readonly to: Dialect;
  /** The name the client asked for. */
  readonly model: string;
  /** The upstream's own name for it. */
  readonly upstreamModel: string | undefined;
  readonly isStream: boolean;
  /** Of the client's request. */
  readonly query: string;
}

/** What an upstream of another vendor answered, as the client's vendor would have. */
export interface TranslatedAnswer {
  readonly head: AnswerHead;
  reader(bounds: ReadBounds): FrameReader;
}

/** `to` has a translation: the call went through it. */
export function translateAnswer(upstream: AnswerHead, options: TranslationOptions): TranslatedAnswer {
  const { from, to, model, upstreamModel, isStream, query } = options;
  if (upstream.status >= 400) return translateError(upstream, to);
  const composer = to.translation?.composer({ model, isStream, query });
  if (composer === undefined) throw new TypeError(`${to.name} has no translation`);
  const head: AnswerHead = { status: upstream.status, headers: { ...composer.headers } };
  const provers = [from.translation?.prover(upstreamModel), to.translation?.prover(undefined)] as const;
  const carrying: Composer = {
    headers: composer.headers,
    add: (deltas) => composer.add(carryProofs(deltas, ...provers)),
    end: () => composer.end(),
  };
  return {
    head,
    reader: (bounds) =>
      new TranslatingReader(from.reader(upstream, bounds), carrying, to.reader({ ...head }, bounds)),
  };
}

/** The status stays, since clients retry by it; the words are ours, since the vendor's may name its own. */
function translateError({ status, headers }: AnswerHead, to: Dialect): TranslatedAnswer {
  const retryAfter = headers["retry-after"];
  const { head, body } = to.refuse(refuse("upstream_failed", { status }));
  if (retryAfter !== undefined) head.headers["retry-after"] = retryAfter;
  return { head, reader: (bounds) => new ReplacingReader(to.reader(head, bounds), body) };
}

class TranslatingReader implements FrameReader {
  readonly #upstream: FrameReader;
  readonly #composer: Composer;
  readonly #client: FrameReader;
  #start: StartDelta | undefined = undefined;
  #usage: UsageDelta | undefined = undefined;

  constructor(upstream: FrameReader, composer: Composer, client: FrameReader) {
    this.#upstream = upstream;
    this.#composer = composer;
    this.#client = client;
  }

  push(chunk: Buffer): readonly Frame[] | Refusal {
    return this.#compose(this.#upstream.push(chunk));
  }

  end(): readonly Frame[] | Refusal {
    const last = this.#compose(this.#upstream.end());
    if ("kind" in last) return last;
    const closing = this.#read(this.#composer.end());
    if ("kind" in closing) return closing;
    const rest = this.#client.end();
    return "kind" in rest ? rest : [...last, ...closing, ...rest.map((frame) => this.#asSaid(frame))];
  }

  /** An error in an answer that began well ends it here, in the client's own way. */
  #compose(frames: readonly Frame[] | Refusal): readonly Frame[] | Refusal {
    if ("kind" in frames) return frames;
    const composed: Frame[] = [];
    for (const { deltas } of frames) {
      const failure = this.#hear(deltas);
      if (failure !== undefined) return failure;
      const read = this.#read(this.#composer.add(deltas));
      if ("kind" in read) return read;
      composed.push(...read);
    }
    return composed;
  }

  #hear(deltas: readonly Delta[]): Refusal | undefined {
    for (const delta of deltas) {
      if (delta.kind === "start") this.#start = delta;
      else if (delta.kind === "usage") this.#usage = delta;
      else if (delta.kind === "error") return refuse("upstream_failed", statusOf(delta));
    }
    return undefined;
  }

  #read(bytes: Buffer): readonly Frame[] | Refusal {
    const frames = bytes.length === 0 ? [] : this.#client.push(bytes);
    return "kind" in frames ? frames : frames.map((frame) => this.#asSaid(frame));
  }

  /**
   * Whoever meters hears what the upstream said of itself: the client's format may have no word for it, or
   * have to say a figure before there is one.
   */
  #asSaid(frame: Frame): Frame {
    if (!frame.deltas.some(({ kind }) => kind === "usage" || kind === "start")) return frame;
    const deltas = frame.deltas.flatMap((delta): readonly Delta[] => {
      if (delta.kind === "start") return [this.#start ?? delta];
      if (delta.kind === "usage") return this.#usage === undefined ? [] : [this.#usage];
      return [delta];
    });
    return { ...frame, deltas };
  }
}

function statusOf({ status }: ErrorDelta): { readonly status?: number } {
  return status === undefined ? {} : { status };
}

/** Whatever the upstream says, this is what is read. */
class ReplacingReader implements FrameReader {
  readonly #client: FrameReader;
  readonly #body: Buffer;

  constructor(client: FrameReader, body: Buffer) {
    this.#client = client;
    this.#body = body;
  }

  push(): readonly Frame[] {
    return [];
  }

  end(): readonly Frame[] | Refusal {
    const frames = this.#client.push(this.#body);
    if ("kind" in frames) return frames;
    const rest = this.#client.end();
    return "kind" in rest ? rest : [...frames, ...rest];
  }
}
