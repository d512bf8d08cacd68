// Owns the proof that any chain over any chunking says what a simple model says. The model knows no promises.

import fc from "fast-check";
import { expect, it } from "vitest";
import { type Frame, type Frames, noUsage, type Stop } from "../../../core/contracts/frame.ts";
import { refuse } from "../../../core/contracts/refusal.ts";
import type { Visit } from "../../../core/contracts/visit.ts";
import { lineFrame, textOf } from "../../line-dialect.ts";
import { rig, type UpstreamStep } from "../../rig.ts";
import { Watch } from "../../watched-chain.ts";

/** What a filter does to the lines it sees; `at` counts them, from 0. */
interface Manner {
  readonly does: "pass" | "edit" | "drop" | "double" | "hold" | "refuse" | "end" | "refuse at flush";
  readonly at: number;
  readonly delay: "none" | "microtask" | "turn";
}
type Said = readonly string[] | "refuse" | "end";

/** One filter's state, free of frames: the model asks it, and the visit under test does too. */
class Mannered {
  readonly manner: Manner;
  #seen = 0;
  #held: string[] = [];

  constructor(manner: Manner) {
    this.manner = manner;
  }

  begin(): void {
    this.#seen = 0;
    this.#held = [];
  }

  line(text: string): Said {
    const { does, at } = this.manner;
    const isAt = this.#seen++ === at;
    if (does === "edit") return [`${text}<${at}`];
    if (does === "drop") return isAt ? [] : [text];
    if (does === "double") return isAt ? [text, text] : [text];
    if ((does === "refuse" || does === "end") && isAt) return does;
    if (does !== "hold") return [text];
    this.#held.push(text);
    return this.#held.length > at ? this.#held.splice(0) : [];
  }

  flush(): Said {
    return this.manner.does === "refuse at flush" ? "refuse" : this.#held.splice(0);
  }
}

const ending = {
  kind: "ending",
  reason: "length",
  usage: noUsage,
  otherwise: refuse("rate_limited"),
} as const;
const refusal = refuse("agent_failed");

function visitOf(mannered: Mannered): Omit<Visit, "kind"> {
  const { delay } = mannered.manner;
  const say = (said: Said, frame?: Frame): Frames | Stop => {
    if (said === "refuse") return refusal;
    if (said === "end") return ending;
    return frame !== undefined && said.length === 1 && said[0] === textOf(frame)
      ? frame
      : said.map(lineFrame);
  };
  const later = <T>(value: T): T | Promise<T> => {
    if (delay === "none") return value;
    if (delay === "microtask") return Promise.resolve(value);
    return new Promise((resolve) => setImmediate(() => resolve(value)));
  };
  return {
    mayEdit: true,
    head: () => later(mannered.begin() as undefined),
    frame: (frame) => later(say(mannered.line(textOf(frame)), frame)),
    flush: () => later(say(mannered.flush())),
  };
}

interface Told {
  readonly status: number;
  readonly text: string;
  readonly ended: string;
}

interface Stopping {
  readonly stop: "refuse" | "end";
  readonly at: number;
}

/** The same answer, told plainly: every chunk is a list of whole lines; `filters` inside-out. */
class Model {
  readonly #filters: readonly Mannered[];
  #written = "";
  #out: string[] = [];

  constructor(filters: readonly Mannered[]) {
    this.#filters = filters;
  }

  tell(chunks: readonly (readonly string[])[], how: "ended" | "lost"): Told {
    for (const filter of this.#filters) filter.begin();
    for (const chunk of chunks) {
      const stopping = this.#passAll(chunk, 0);
      if (stopping !== undefined) return this.#stop(stopping);
      this.#release();
    }
    if (how === "lost") return this.#refuse("upstream_truncated", 502, 0);
    const stopping = this.#flush(0);
    if (stopping !== undefined) return this.#stop(stopping);
    this.#release();
    return { status: 200, text: this.#written, ended: "done" };
  }

  #release(): void {
    this.#written += this.#out
      .splice(0)
      .map((line) => `${line}\n`)
      .join("");
  }

  #passAll(lines: readonly string[], from: number): Stopping | undefined {
    for (const line of lines) {
      const stopping = this.#pass(line, from);
      if (stopping !== undefined) return stopping;
    }
    return undefined;
  }

  #pass(line: string, at: number): Stopping | undefined {
    const filter = this.#filters[at];
    if (filter === undefined) {
      this.#out.push(line);
      return undefined;
    }
    return this.#said(filter.line(line), at);
  }

  #said(said: Said, at: number): Stopping | undefined {
    return typeof said === "string" ? { stop: said, at } : this.#passAll(said, at + 1);
  }

  #flush(from: number): Stopping | undefined {
    for (let at = from; at < this.#filters.length; at++) {
      const stopping = this.#said(this.#filters[at]?.flush() ?? [], at);
      if (stopping !== undefined) return stopping;
    }
    return undefined;
  }

  #stop({ stop, at }: Stopping): Told {
    if (stop === "refuse") return this.#refuse("agent_failed", 502, at + 1);
    this.#last(["~length", "."], at + 1);
    return { status: 200, text: this.#written, ended: "ended" };
  }

  #refuse(code: string, status: number, from: number): Told {
    if (this.#written !== "") {
      this.#last([`!${code}`], from);
      return { status: 200, text: this.#written, ended: "refused" };
    }
    const beyond = new Model(this.#filters.slice(from));
    return beyond.#tellRefusal(`refused ${code}`, status);
  }

  /** What is held is given back, but where it is stopped again; then the lines are said, whoever minds. */
  #last(lines: readonly string[], from: number): void {
    let stopping = this.#flush(from);
    while (stopping !== undefined) stopping = this.#flush(stopping.at + 1);
    this.#insist(lines, from);
    this.#release();
  }

  #insist(lines: readonly string[], at: number): void {
    const filter = this.#filters[at];
    for (const line of lines) {
      const said = filter?.line(line) ?? [];
      if (filter === undefined) this.#out.push(line);
      else this.#insist(typeof said === "string" || said.length === 0 ? [line] : said, at + 1);
    }
  }

  #tellRefusal(body: string, status: number): Told {
    for (const filter of this.#filters) filter.begin();
    const stopping = this.#passAll([body], 0) ?? this.#flush(0);
    if (stopping?.stop === "refuse") return this.#again(stopping.at + 1, "agent_failed", 502);
    if (stopping?.stop === "end") return this.#again(stopping.at + 1, "rate_limited", 429);
    const text = this.#out.join("\n");
    return { status, text, ended: "refused" };
  }

  #again(from: number, code: string, status: number): Told {
    return new Model(this.#filters.slice(from)).#tellRefusal(`refused ${code}`, status);
  }
}

const linesOf = (text: string): readonly string[] => text.split("\n").filter(Boolean);

const manner: fc.Arbitrary<Manner> = fc.record({
  does: fc.constantFrom("pass", "edit", "drop", "double", "hold", "refuse", "end", "refuse at flush"),
  at: fc.nat(6),
  delay: fc.constantFrom("none", "microtask", "turn"),
});

const scenario = fc.record({
  manners: fc.array(manner, { maxLength: 4 }),
  lines: fc.array(fc.constantFrom("a", "bb", "ccc", "dddd"), { maxLength: 8 }),
  cuts: fc.array(fc.nat(40), { maxLength: 6 }),
  isSpaced: fc.boolean(),
  isLost: fc.boolean(),
  isSlow: fc.boolean(),
});

/** The bytes in pieces, and which lines are whole with each piece. */
function cutUp(lines: readonly string[], cuts: readonly number[]): { pieces: string[]; chunks: string[][] } {
  const text = lines.map((line) => `${line}\n`).join("");
  const ends = [...new Set(cuts.filter((cut) => cut < text.length && cut > 0))].sort((a, b) => a - b);
  const pieces: string[] = [];
  const chunks: string[][] = [];
  let told = 0;
  for (const [index, end] of [...ends, text.length].entries()) {
    pieces.push(text.slice(ends[index - 1] ?? 0, end));
    const whole = text.slice(0, end).split("\n").length - 1;
    chunks.push(lines.slice(told, whole));
    told = whole;
  }
  return { pieces, chunks };
}

it("6. Close is owed, and any chain over any chunking says what the model says", async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async ({ manners, lines, cuts, isSpaced, isLost, isSlow }) => {
      const { pieces, chunks } = cutUp(isLost ? lines : [...lines, "."], cuts);
      const steps: UpstreamStep[] = pieces.flatMap((piece) =>
        isSpaced ? [piece, { is: "pause" }] : [piece],
      );
      if (isLost) steps.push({ is: "lost" });
      const watch = new Watch();
      const chain = manners.map((each, at) => watch.filter(`f${at}`, visitOf(new Mannered(each))));
      const result = await rig({ chain: chain.toReversed(), upstream: { steps }, client: { isSlow } });
      const model = new Model(manners.map((each) => new Mannered(each)));
      const told = model.tell(chunks, isLost ? "lost" : "ended");
      expect({
        status: result.status,
        lines: linesOf(result.bytes.toString()),
        ended: result.outcome.ended,
      }).toEqual({ ...told, lines: linesOf(told.text), text: undefined });
      expect(watch.breaches()).toEqual([]);
      expect(result.bugs).toEqual([]);
    }),
    { numRuns: 1_500 },
  );
});
