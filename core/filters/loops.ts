// Owns the stop of an agent that does the same over and over: told from its calls as they pass. Knows no
// store.

import type { Call } from "../contracts/dialect.ts";
import type { Exchange, Filter } from "../contracts/exchange.ts";
import type { Delta } from "../contracts/frame.ts";
import type { LoopSpec } from "../contracts/policy.ts";
import { type Refusal, refuse } from "../contracts/refusal.ts";
import type { Visit } from "../contracts/visit.ts";
import { completed } from "../motion/task-end.ts";
import { findLoop, type Loop } from "./loops/detection.ts";
import { type History, historyOf, lookedBack, type Step, stepOf } from "./loops/steps.ts";

export interface LoopsOptions {
  readonly spec: LoopSpec;
  readonly onLoop: (loop: Loop, exchange: Exchange) => void;
}

/** Of one call; longer ones are compared by so much of them. */
const argsCharsMax = 64 * 1024;
/** Calls of one answer. */
const callsMax = 128;

/** Steps of the tasks that are open: they go with the exchange they belong to. */
type Trails = WeakMap<Exchange, Step[]>;

export function loopsFilter(options: LoopsOptions): Filter {
  const trails: Trails = new WeakMap();
  return { name: "loops", wantsCall: true, open: (exchange) => new Watching(exchange, trails, options) };
}

class Watching implements Visit {
  readonly kind = "visit";
  readonly #exchange: Exchange;
  readonly #trails: Trails;
  readonly #options: LoopsOptions;
  /** By channel: name and arguments of the calls this answer makes. */
  readonly #calls = new Map<string, { name: string; args: string }>();

  constructor(exchange: Exchange, trails: Trails, options: LoopsOptions) {
    this.#exchange = exchange;
    this.#trails = trails;
    this.#options = options;
  }

  call(call: Call): Refusal | undefined {
    const { spec, onLoop } = this.#options;
    const loop = this.#histories(call)
      .map((history) => findLoop(history, spec))
      .find((found) => found !== undefined);
    if (loop === undefined) return undefined;
    onLoop(loop, this.#exchange);
    if (spec.action === "flag") return undefined;
    const { inbound } = this.#exchange;
    if (spec.action === "end") inbound?.cut(completed(inbound, "loop_detected"));
    return refuse("loop_detected", { message: messageOf(loop) });
  }

  frame<T extends { readonly deltas: readonly Delta[] }>(frame: T): T {
    for (const delta of frame.deltas) this.#hear(delta);
    return frame;
  }

  close(): void {
    const { inbound } = this.#exchange;
    if (inbound === undefined || this.#calls.size === 0) return;
    const trail = this.#trails.get(inbound) ?? [];
    for (const { name, args } of this.#calls.values()) trail.push(stepOf(name, args));
    this.#trails.set(inbound, trail.slice(-lookedBack));
  }

  /** What the call tells of itself, and what its task has done: a vendor may keep the one, an agent drop it. */
  #histories(call: Call): readonly History[] {
    const { inbound, route } = this.#exchange;
    const told = call.operation === "chat" ? route.dialect.translation?.read(call) : undefined;
    const steps = inbound === undefined ? undefined : this.#trails.get(inbound);
    return [
      ...(told === undefined ? [] : [historyOf(told)]),
      ...(steps === undefined ? [] : [{ steps, errors: [] }]),
    ];
  }

  #hear(delta: Delta): void {
    if (delta.kind !== "tool.name" && delta.kind !== "tool.args") return;
    if (delta.mode !== "append") return;
    const call = this.#calls.get(delta.channel) ?? { name: "", args: "" };
    if (delta.kind === "tool.name") call.name += delta.text;
    else if (call.args.length < argsCharsMax) call.args += delta.text;
    if (this.#calls.size < callsMax || this.#calls.has(delta.channel)) this.#calls.set(delta.channel, call);
  }
}

/** For the model to read, where the agent shows it: what it does, and what to do in its place. */
function messageOf({ kind, repeats, tool }: Loop): string {
  const named = tool === undefined ? "the same tool" : `\`${tool}\``;
  switch (kind) {
    case "same_call":
      return `${named} was called ${repeats} times with the same arguments. The result will not change: use what you have, or do something else.`;
    case "cycle":
      return `The same sequence of tool calls was made ${repeats} times, ${named} last. Use what you have, or do something else.`;
    case "same_error":
      return `Tools gave the same error ${repeats} times, ${named} last. Do not try again: say what failed, or do something else.`;
  }
}
