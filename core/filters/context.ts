// Owns what an exchange works on: task, session, user, ceilings, each from the most trusted place.

import { randomUUID } from "node:crypto";
import type { JsonValue } from "../contracts/dialect.ts";
import type { Exchange, Filter } from "../contracts/exchange.ts";
import type { AgentApi, TrustedHeader } from "../contracts/policy.ts";
import { type Refusal, refuse } from "../contracts/refusal.ts";
import { compilePointer, type Pointer, valueAt } from "../text/pointer.ts";

/** Where the agent's own bodies say it; RFC 6901. */
export type ContextPointers = Pick<AgentApi["request"], "session" | "task" | "steps" | "tokens">;

/** What a body says. */
interface Said {
  readonly session: string | undefined;
  readonly task: string | undefined;
  readonly steps: number | undefined;
  readonly tokens: number | undefined;
}

const nothing: Said = { session: undefined, task: undefined, steps: undefined, tokens: undefined };

/** Safe in headers, log lines and keys of a store. */
const idForm = /^[A-Za-z0-9._:@-]{1,128}$/;

interface Ceiling {
  readonly least: number;
  readonly most: number;
  /** Where the body may say it and does not. */
  readonly otherwise: number;
}
const stepsCeiling: Ceiling = { least: 1, most: 25, otherwise: 10 };
const tokensCeiling: Ceiling = { least: 512, most: 32_768, otherwise: 8_192 };

/**
 * Verified claims come first, then the body, then the headers that the caller is trusted with; a task that
 * nobody names gets a name here. Known at once, so that limits can count by user; where the agent's bodies
 * say more it is settled again with the call. Without pointers bodies stream through unread.
 */
export function contextFilter(pointers: ContextPointers): Filter {
  const read = makeReader(pointers);
  return {
    name: "context",
    wantsCall: read !== undefined,
    open: (exchange) => {
      settle(exchange, nothing);
      if (read === undefined) return undefined;
      return {
        kind: "visit",
        call: ({ value }) => {
          const said = read(value);
          return "code" in said ? said : settle(exchange, said);
        },
      };
    },
  };
}

function settle(exchange: Exchange, said: Said): undefined {
  const { caller, claims } = exchange;
  exchange.id = trusted(exchange, "x-request-id") ?? exchange.id;
  exchange.context = {
    task: said.task ?? trusted(exchange, "x-task-id") ?? exchange.context?.task ?? randomUUID(),
    session: claims?.session ?? said.session ?? trusted(exchange, "x-session-id"),
    user: claims?.user ?? trusted(exchange, "x-user-id"),
    caller: caller?.name ?? "anonymous",
    team: caller?.team,
    depth: 0,
    stepsMax: said.steps,
    tokensMax: said.tokens,
    ...(claims?.permissions === undefined ? {} : { permissions: claims.permissions }),
  };
}

/** A header that is no id is as good as none: whoever may set it also passes on what others wrote. */
function trusted({ caller, head }: Exchange, name: TrustedHeader): string | undefined {
  if (caller?.trust.has(name) !== true) return undefined;
  const value = head.headers[name];
  return typeof value === "string" && idForm.test(value) ? value : undefined;
}

/** Undefined: the body does not say it; `null` is how many clients write that. */
type Read<Value> = (body: JsonValue | undefined) => Value | Refusal | undefined;

function makeReader(
  pointers: ContextPointers,
): ((body: JsonValue | undefined) => Said | Refusal) | undefined {
  if ((pointers.session ?? pointers.task ?? pointers.steps ?? pointers.tokens) === undefined)
    return undefined;
  const readSession = makeIdReader(pointers.session);
  const readTask = makeIdReader(pointers.task);
  const readSteps = makeCeilingReader(pointers.steps, stepsCeiling);
  const readTokens = makeCeilingReader(pointers.tokens, tokensCeiling);
  return (body) => {
    const session = readSession(body);
    if (typeof session === "object") return session;
    const task = readTask(body);
    if (typeof task === "object") return task;
    const steps = readSteps(body);
    if (typeof steps === "object") return steps;
    const tokens = readTokens(body);
    return typeof tokens === "object" ? tokens : { session, task, steps, tokens };
  };
}

function makeIdReader(pointer: string | undefined): Read<string> {
  if (pointer === undefined) return () => undefined;
  const place = compile(pointer);
  const message = `${pointer} must be 1 to 128 characters of A-Z, a-z, 0-9 and . _ : @ -`;
  return (body) => {
    const value = valueAt(body, place) ?? undefined;
    if (value === undefined) return undefined;
    return typeof value === "string" && idForm.test(value) ? value : refuse("request_malformed", { message });
  };
}

function makeCeilingReader(pointer: string | undefined, { least, most, otherwise }: Ceiling): Read<number> {
  if (pointer === undefined) return () => undefined;
  const place = compile(pointer);
  const message = `${pointer} must be a whole number from ${least} to ${most}.`;
  return (body) => {
    const value = valueAt(body, place) ?? otherwise;
    const isInside = typeof value === "number" && Number.isInteger(value) && value >= least && value <= most;
    return isInside ? value : refuse("ceiling_out_of_bounds", { message });
  };
}

function compile(pointer: string): Pointer {
  const place = compilePointer(pointer);
  if (place === undefined) throw new Error(`${pointer} is not a JSON pointer`);
  return place;
}
