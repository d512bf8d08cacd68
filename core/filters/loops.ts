// Owns the stop of an agent that does the same over and over: told from its calls as they pass. Knows no
// store.

import type { ToolResultPart } from "../contracts/conversation.ts";
import type { Call } from "../contracts/dialect.ts";
import type { Exchange, Filter } from "../contracts/exchange.ts";
import type { Delta } from "../contracts/frame.ts";
import type { LoopSpec } from "../contracts/policy.ts";
import { type Refusal, refuse } from "../contracts/refusal.ts";
import type { Visit } from "../contracts/visit.ts";
import { completed } from "../motion/task-end.ts";
import { findLoop, type Loop } from "./loops/detection.ts";
import {
  errorsAfter,
  type History,
  historyOf,
  lookedBack,
  newResults,
  stepOf,
  type ToolCall,
} from "./loops/steps.ts";

export interface LoopsOptions {
  readonly spec: LoopSpec;
  readonly onLoop: (loop: Loop, exchange: Exchange) => void;
}

/** Of one call: what is compared of it, and a little. */
const argsCharsMax = 64 * 1024;
/** Calls of one answer. */
const callsMax = 128;

/** What a task has done, as it was seen to pass here. */
interface Trail extends History {
  /** Made in the last answer: what came of them is not known yet. */
  readonly calls: readonly ToolCall[];
}
const untrodden: Trail = { steps: [], errors: [], calls: [] };

/** Of the tasks that are open: a trail goes with the exchange it belongs to. */
type Trails = WeakMap<Exchange, Trail>;

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
  readonly #calls = new Map<string, ToolCall>();
  /** Of the task, with what this call brings in. */
  #trail = untrodden;
  #isAnswered = false;

  constructor(exchange: Exchange, trails: Trails, options: LoopsOptions) {
    this.#exchange = exchange;
    this.#trails = trails;
    this.#options = options;
  }

  call(call: Call): Refusal | undefined {
    const { spec, onLoop } = this.#options;
    const loop = this.#find(call);
    if (loop === undefined) return undefined;
    onLoop(loop, this.#exchange);
    if (spec.action === "flag") return undefined;
    const { inbound } = this.#exchange;
    if (spec.action === "end") inbound?.cut(completed(inbound, "loop_detected"));
    return refuse("loop_detected", { message: messageOf(loop) });
  }

  frame<T extends { readonly deltas: readonly Delta[] }>(frame: T): T {
    this.#isAnswered = true;
    for (const delta of frame.deltas) this.#hear(delta);
    return frame;
  }

  /** A call that nobody answered will come again, and is no further step. */
  close(): void {
    const { inbound } = this.#exchange;
    if (inbound === undefined || !this.#isAnswered) return;
    this.#trails.set(inbound, { ...this.#trail, calls: [...this.#calls.values()] });
  }

  /** By what the call tells, and by what its task has done: a vendor may keep the one, an agent drop it. */
  #find(call: Call): Loop | undefined {
    const { inbound, route } = this.#exchange;
    const { spec } = this.#options;
    const told = call.operation === "chat" ? route.dialect.translation?.read(call) : undefined;
    const loop = told && findLoop(historyOf(told), spec);
    if (inbound === undefined || told === undefined) return loop;
    this.#trail = further(this.#trails.get(inbound) ?? untrodden, newResults(told));
    const trodden = loop ?? findLoop(this.#trail, spec);
    if (trodden === undefined) return undefined;
    // Said once: whoever heeds it goes on, whoever does not is told again after as many repeats.
    this.#trail = untrodden;
    this.#trails.delete(inbound);
    return trodden;
  }

  #hear(delta: Delta): void {
    if (delta.kind !== "tool.name" && delta.kind !== "tool.args") return;
    if (delta.mode !== "append") return;
    if (this.#calls.size === callsMax && !this.#calls.has(delta.channel)) return;
    const { name, args } = this.#calls.get(delta.channel) ?? { name: "", args: "" };
    const isName = delta.kind === "tool.name";
    const grown = isName ? { name: name + delta.text, args } : { name, args: args + delta.text };
    if (args.length < argsCharsMax) this.#calls.set(delta.channel, grown);
  }
}

function further({ steps, errors, calls }: Trail, results: readonly ToolResultPart[]): Trail {
  const done = calls.length === 0 ? steps : [...steps, stepOf(calls, results)].slice(-lookedBack);
  return { steps: done, errors: errorsAfter(errors, results), calls: [] };
}

/** For the model to read, where the agent shows it: what it does, and what to do in its place. */
function messageOf({ kind, repeats, tool }: Loop): string {
  const named = tool === undefined ? "the same tool" : `\`${tool}\``;
  const instead = "use what you have, or do something else.";
  switch (kind) {
    case "same_call":
      return `${named} was called ${repeats} times with the same arguments and gave the same: ${instead}`;
    case "cycle":
      return `The same sequence of tool calls was made ${repeats} times, ${named} last: ${instead}`;
    case "same_error":
      return `Tools gave the same error ${repeats} times, ${named} last. Say so, or do something else.`;
  }
}
