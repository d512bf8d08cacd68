// Owns hearing which tools have registered themselves: the store is asked now and then. Offers none of them.

import type { Registration, ToolRegistry } from "../contracts/tool-registry.ts";

/** A tool that has gone is gone here so much later. */
const everyMsDefault = 1_000;

export class RegistryWatch {
  readonly #registry: Pick<ToolRegistry, "list">;
  readonly #everyMs: number;
  #living: readonly Registration[] = [];
  #told = "";
  #state: "idle" | "asking" | "closed" = "idle";
  #timer: NodeJS.Timeout | undefined = undefined;

  constructor(registry: Pick<ToolRegistry, "list">, everyMs = everyMsDefault) {
    this.#registry = registry;
    this.#everyMs = everyMs;
  }

  /** The oldest first; the same list as long as the same ones live. */
  get living(): readonly Registration[] {
    return this.#living;
  }

  /** Some policy wants to know; it may be one that never comes into force. */
  begin(): void {
    if (this.#state !== "idle") return;
    this.#state = "asking";
    void this.#ask();
  }

  close(): void {
    this.#state = "closed";
    clearTimeout(this.#timer);
  }

  /** While the store is away, what was heard last holds: it widens nothing. */
  async #ask(): Promise<void> {
    const said = await this.#registry.list();
    if (this.#state === "closed") return;
    if (said !== "lost") this.#hear(said);
    this.#timer = setTimeout(() => void this.#ask(), this.#everyMs).unref();
  }

  #hear(living: readonly Registration[]): void {
    const told = living.map(({ id, hash }) => `${id} ${hash}`).join("\n");
    if (told === this.#told) return;
    this.#told = told;
    this.#living = living;
  }
}
