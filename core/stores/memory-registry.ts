// Owns what one process knows of tools that have registered themselves. Shares nothing with others.

import { byAge, type Registration, registrationsMax, type ToolRegistry } from "../contracts/tool-registry.ts";

interface Living {
  readonly registration: Registration;
  readonly untilMs: number;
}

export class MemoryToolRegistry implements ToolRegistry {
  readonly #living = new Map<string, Living>();

  keep(registration: Registration, lifeMs: number): "kept" | "full" {
    this.#expire();
    const { id } = registration;
    if (!this.#living.has(id) && this.#living.size >= registrationsMax) return "full";
    this.#living.set(id, { registration, untilMs: performance.now() + lifeMs });
    return "kept";
  }

  renew(id: string, by: string, lifeMs: number): "kept" | "unknown" {
    const registration = this.#find(id, by);
    return registration === undefined ? "unknown" : (this.keep(registration, lifeMs) as "kept");
  }

  remove(id: string, by: string): Registration | "unknown" {
    const registration = this.#find(id, by);
    this.#living.delete(registration?.id ?? "");
    return registration ?? "unknown";
  }

  list(): readonly Registration[] {
    this.#expire();
    return [...this.#living.values()].map(({ registration }) => registration).sort(byAge);
  }

  #find(id: string, by: string): Registration | undefined {
    this.#expire();
    const { registration } = this.#living.get(id) ?? {};
    return registration?.by === by ? registration : undefined;
  }

  #expire(): void {
    const nowMs = performance.now();
    for (const [id, { untilMs }] of this.#living) if (untilMs <= nowMs) this.#living.delete(id);
  }
}
