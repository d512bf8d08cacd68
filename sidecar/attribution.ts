// Owns which open inbound exchange a call of the agent belongs to. What the agent says can only choose among
// those.

import type { Exchange, Filter } from "../core/contracts/exchange.ts";
import type { TaskContext } from "../core/contracts/identity.ts";
import { refuse } from "../core/contracts/refusal.ts";
import { readTrace } from "../core/telemetry/traceparent.ts";

/** The inbound exchanges this sidecar has open; bounded by the listener's own in-flight bound. */
export class OpenTasks {
  readonly #open = new Set<Exchange>();
  readonly #byTask = new Map<string, Set<Exchange>>();
  readonly #byTrace = new Map<string, Set<Exchange>>();

  /** Once its context and trace are known. Returns how to take it out again. */
  add(exchange: Exchange): () => void {
    const task = exchange.context?.task ?? "";
    const trace = exchange.trace?.traceId ?? "";
    this.#open.add(exchange);
    put(this.#byTask, task, exchange);
    put(this.#byTrace, trace, exchange);
    return () => {
      this.#open.delete(exchange);
      take(this.#byTask, task, exchange);
      take(this.#byTrace, trace, exchange);
    };
  }

  /**
   * The one that the task id or the trace id names, else the only one open. A name nobody has open names
   * nothing.
   */
  find(task: string | undefined, traceId: string | undefined): Exchange | undefined {
    const named = task === undefined ? undefined : this.#byTask.get(task);
    const traced = traceId === undefined ? undefined : this.#byTrace.get(traceId);
    return (
      only(named, traced) ?? only(traced, named) ?? (this.#open.size === 1 ? first(this.#open) : undefined)
    );
  }
}

/**
 * `found` if it is one; of several, the one that the other name knows too; of several of one task the
 * deepest: agents that call each other in a circle come back with the same task, and must not start at its
 * top again.
 */
function only(
  found: ReadonlySet<Exchange> | undefined,
  other: ReadonlySet<Exchange> | undefined,
): Exchange | undefined {
  if (found === undefined) return undefined;
  if (found.size === 1) return first(found);
  const both = other === undefined ? [] : [...found].filter((exchange) => other.has(exchange));
  if (both.length === 1) return both[0];
  const candidates = both.length > 1 ? both : [...found];
  const deepest = candidates.reduce((a, b) => (depthOf(b) > depthOf(a) ? b : a));
  const isOneTask = candidates.every(({ context }) => isSameTask(context, deepest.context));
  return isOneTask ? deepest : undefined;
}

function depthOf({ context }: Exchange): number {
  return context?.depth ?? 0;
}

function isSameTask(a: TaskContext | undefined, b: TaskContext | undefined): boolean {
  return a?.task === b?.task && a?.caller === b?.caller && a?.user === b?.user && a?.session === b?.session;
}

function first(set: ReadonlySet<Exchange>): Exchange | undefined {
  const [exchange] = set;
  return exchange;
}

function put(map: Map<string, Set<Exchange>>, key: string, exchange: Exchange): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, new Set([exchange]));
  else known.add(exchange);
}

function take(map: Map<string, Set<Exchange>>, key: string, exchange: Exchange): void {
  const known = map.get(key);
  known?.delete(exchange);
  if (known?.size === 0) map.delete(key);
}

/** On the inbound chain, after the token: the exchange is open to be named until it closes. */
export function openTaskFilter(tasks: OpenTasks): Filter {
  return {
    name: "open-task",
    wantsCall: false,
    open: (exchange) => ({ kind: "visit", close: tasks.add(exchange) }),
  };
}

/** On the egress chain: whose budget this call is. */
export function attributeFilter(tasks: OpenTasks, onUnattributed: "share" | "refuse"): Filter {
  return {
    name: "attribute",
    wantsCall: false,
    open: (exchange) => {
      const { headers } = exchange.head;
      const inbound = tasks.find(single(headers["x-task-id"]), readTrace(headers)?.traceId);
      if (inbound === undefined && onUnattributed === "refuse") {
        return refuse("unattributed_denied", {
          message: "No open task is named. Pass on x-task-id or traceparent of the request you work on.",
        });
      }
      exchange.inbound = inbound;
      exchange.context = inbound?.context ?? unattributed;
      return undefined;
    },
  };
}

const unattributed: TaskContext = Object.freeze({
  task: "unattributed",
  session: undefined,
  user: undefined,
  caller: "unattributed",
  team: undefined,
  depth: 0,
  stepsMax: undefined,
  tokensMax: undefined,
});

function single(value: string | string[] | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
