// Owns what the gateway answers tools that register themselves: who may, what they say, how long they are
// believed. Knows no agent and calls no tool.

import { hash } from "node:crypto";
import type { Call } from "../contracts/dialect.ts";
import type { Exchange, Filter } from "../contracts/exchange.ts";
import type { JsonObject, JsonValue } from "../contracts/json.ts";
import { type Refusal, refuse } from "../contracts/refusal.ts";
import {
  heartbeatMs,
  type Registration,
  registrationLifeMs,
  registrationsPerCallerMax,
  type ToolDefinition,
  type ToolRegistry,
} from "../contracts/tool-registry.ts";
import type { Answer } from "../contracts/visit.ts";
import { findConflict } from "../schemas/compatible.ts";
import { readToolDefinition } from "../schemas/tool-definition.ts";

export interface RegistryOptions {
  readonly registry: ToolRegistry;
  /** By the Caller's name: the tools that it may register. */
  readonly registers: ReadonlyMap<string, ReadonlySet<string>>;
  /** Of JSON that is the same wherever it is written; undefined: it has no such form. */
  readonly hashOf: (value: JsonValue) => string | undefined;
  readonly onEvent: (registration: Registration, what: "registered" | "removed" | "conflict") => void;
}

export const registryPath = "/registry/tools";
const onePath = /^\/registry\/tools\/([0-9a-f]{32})(\/heartbeat)?$/;

export function registryFilter(options: RegistryOptions): Filter {
  const desk = new Desk(options);
  return {
    name: "registry",
    wantsCall: true,
    open: (exchange) => ({ kind: "visit", call: (call) => desk.serve(exchange, call) }),
  };
}

class Desk {
  readonly #options: RegistryOptions;

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  async serve({ head, caller }: Exchange, call: Call): Promise<Answer | Refusal> {
    const { method, path } = head;
    const allowed = this.#options.registers.get(caller?.name ?? "");
    if (caller === undefined || allowed === undefined) return refuse("registration_denied");
    const by = caller.name;
    if (path === registryPath) {
      if (method === "POST") return this.#register({ by, allowed }, call);
      return method === "GET" ? this.#list(by) : refuse("method_refused");
    }
    const [, id, heartbeat] = onePath.exec(path) ?? [];
    if (id === undefined) return refuse("route_unknown");
    if (method === "POST" && heartbeat !== undefined) return this.#renew(id, by);
    if (method === "DELETE" && heartbeat === undefined) return this.#remove(id, by);
    return refuse("method_refused");
  }

  async #register(
    { by, allowed }: { readonly by: string; readonly allowed: ReadonlySet<string> },
    { body, value }: Call,
  ): Promise<Answer | Refusal> {
    const read = readToolDefinition(value ?? null, body.length);
    if (read.kind === "unfit") return refuseUnfit(read.problems);
    const { definition } = read;
    const { name } = definition;
    if (!allowed.has(name)) {
      return refuse("registration_denied", { message: `This caller may not register \`${name}\`.` });
    }
    const { registry, onEvent } = this.#options;
    const living = await registry.list();
    if (living === "lost") return refuse("store_unavailable", { retryAfterS: 1 });
    const wanted = this.#registrationOf(by, definition);
    if (wanted === undefined) return refuseUnfit(["it has no canonical form"]);
    const before = living.find(({ id }) => id === wanted.id);
    const others = living.filter((each) => each.definition.name === name);
    const conflict = findConflict(wanted, others);
    if (conflict !== undefined) {
      onEvent(wanted, "conflict");
      return refuse("registration_conflict", { message: `\`${name}\`: ${conflict}.` });
    }
    if (before === undefined && living.filter((each) => each.by === by).length >= registrationsPerCallerMax)
      return refuse("overloaded", { retryAfterS: heartbeatMs / 1_000, message: tooMany });
    const registration = before === undefined ? wanted : { ...wanted, since: before.since };
    const said = await registry.keep(registration, registrationLifeMs);
    if (said === "lost") return refuse("store_unavailable", { retryAfterS: 1 });
    if (said === "full") return refuse("overloaded", { retryAfterS: heartbeatMs / 1_000 });
    if (registration === wanted) onEvent(registration, "registered");
    return answer(registration === wanted ? 201 : 200, told(registration));
  }

  #registrationOf(by: string, definition: ToolDefinition): Registration | undefined {
    const { endpoint, health_url: _, returns, ...rest } = definition;
    const { name, version, parameters } = definition;
    const same: JsonObject = { ...rest, parameters, ...(returns === undefined ? {} : { returns }) };
    const digest = this.#options.hashOf(same);
    if (digest === undefined) return undefined;
    const id = hash("sha256", [by, name, version, endpoint].join("\n"), "hex").slice(0, 32);
    return { id, by, definition, hash: digest, since: new Date().toISOString() };
  }

  async #renew(id: string, by: string): Promise<Answer | Refusal> {
    const said = await this.#options.registry.renew(id, by, registrationLifeMs);
    if (said === "lost") return refuse("store_unavailable", { retryAfterS: 1 });
    if (said === "unknown") return refuse("registration_unknown", registerAgain);
    return answer(200, { id, ...times });
  }

  async #remove(id: string, by: string): Promise<Answer | Refusal> {
    const { registry, onEvent } = this.#options;
    const said = await registry.remove(id, by);
    if (said === "lost") return refuse("store_unavailable", { retryAfterS: 1 });
    if (said === "unknown") return refuse("registration_unknown");
    onEvent(said, "removed");
    return answer(200, { id, removed: true });
  }

  /** Its own, and nobody else's. */
  async #list(by: string): Promise<Answer | Refusal> {
    const living = await this.#options.registry.list();
    if (living === "lost") return refuse("store_unavailable", { retryAfterS: 1 });
    return answer(200, { tools: living.filter((each) => each.by === by).map(told) });
  }
}

const tooMany = `This caller has ${registrationsPerCallerMax} of them: remove one, or let it expire.`;
const registerAgain = { message: "It is gone, or was never there: register the tool again." };

const times: JsonObject = {
  heartbeat_interval_s: heartbeatMs / 1_000,
  expires_in_s: registrationLifeMs / 1_000,
};

function told({ id, definition, since }: Registration): JsonObject {
  const { name, version, endpoint } = definition;
  return { id, name, version, endpoint, since, heartbeat: `${registryPath}/${id}/heartbeat`, ...times };
}

function refuseUnfit(problems: readonly string[]): Refusal {
  const message = `This is no definition that can be kept: ${problems.slice(0, 5).join("; ")}.`;
  return refuse("schema_violation", { message });
}

function answer(status: number, body: JsonObject): Answer {
  const headers = { "content-type": "application/json", "cache-control": "no-store" };
  return { kind: "answer", head: { status, headers }, body: Buffer.from(JSON.stringify(body)) };
}
