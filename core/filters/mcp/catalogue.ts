// Owns what an MCP server has said of its tools, as of the last time anybody heard it. Asks nobody.

import type { JsonValue } from "../../contracts/json.ts";
import type { Pin } from "../../contracts/mcp-spec.ts";
import { pinOf } from "../../pins/definition.ts";
import { type CompiledSchema, compileSchema } from "../../schemas/compile-adapter.ts";
import { lenient, type SchemaProblems } from "../../schemas/schema.ts";

const toolsMax = 5_000;
/** Of all their definitions, as JSON. */
const charsMax = 16 * 1024 * 1024;

export interface KnownTool extends Pin {
  /** Monotonic. */
  readonly seenAtMs: number;
  /** Said twice at once, and not the same. */
  readonly isDoubtful: boolean;
  /** Of its definition as JSON. */
  readonly chars: number;
}

/** What may be called by its name, once it is as it was approved. */
export type Called = "tools" | "prompts";

/** Of one server, whoever asks it; kept over reloads of the policy. */
export class Catalogue {
  readonly kind: Called;
  /** The one that was not seen the longest is forgotten first. */
  readonly #tools = new Map<string, KnownTool>();
  #chars = 0;
  #changedAtMs = Number.NEGATIVE_INFINITY;

  constructor(kind: Called) {
    this.kind = kind;
  }

  /** One page of a list. */
  see(tools: readonly JsonValue[], nowMs: number): void {
    const before = new Map<string, string>();
    for (const tool of tools) {
      const pin = pinOf(this.kind, tool);
      if (pin === undefined) continue;
      const { name, hash, definition } = pin;
      const isDoubtful = before.has(name) && before.get(name) !== hash;
      before.set(name, hash);
      this.#forget(name);
      const chars = JSON.stringify(definition).length;
      this.#tools.set(name, { hash, definition, seenAtMs: nowMs, isDoubtful, chars });
      this.#chars += chars;
    }
    for (const name of this.#tools.keys()) {
      if (this.#tools.size <= toolsMax && this.#chars <= charsMax) break;
      this.#forget(name);
    }
  }

  #forget(name: string): void {
    this.#chars -= this.#tools.get(name)?.chars ?? 0;
    this.#tools.delete(name);
  }

  /** The server says that they are others now. */
  changed(nowMs: number): void {
    this.#changedAtMs = nowMs;
  }

  find(name: string): KnownTool | undefined {
    return this.#tools.get(name);
  }

  isFresh({ seenAtMs }: KnownTool, maxAgeMs: number, nowMs: number): boolean {
    return seenAtMs > this.#changedAtMs && nowMs - seenAtMs < maxAgeMs;
  }
}

/** Each definition's schema is compiled once, where a call needs it; undefined: it has none. */
const compiled = new WeakMap<object, CompiledSchema | SchemaProblems>();

export function argumentsOf({
  definition,
}: Pick<Pin, "definition">): CompiledSchema | SchemaProblems | undefined {
  const { inputSchema } = definition;
  if (inputSchema === undefined) return undefined;
  const known = compiled.get(definition);
  if (known !== undefined) return known;
  const made = compileSchema(inputSchema, lenient);
  compiled.set(definition, made);
  return made;
}
