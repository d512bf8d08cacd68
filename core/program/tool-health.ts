// Owns what is known of the health of a policy's tools: each is asked now and then. Calls none, refuses none.

import type { ToolUrl } from "../contracts/policy.ts";
import { isWell } from "./tool-health/get-adapter.ts";

export interface WatchedTool {
  /** With its version. */
  readonly name: string;
  readonly url: ToolUrl;
}

export type Wellness = "up" | "down" | "unknown";

export interface ToolHealthOptions {
  readonly everyMs?: number;
  readonly timeoutMs?: number;
  /** Told of each answer, or of none. */
  readonly onProbed?: (name: string, wellness: Wellness) => void;
  readonly probe?: typeof isWell;
}

/** The field's: every 30 s, for at most 10. */
const [everyMsDefault, timeoutMsDefault] = [30_000, 10_000];
/** At the same time. */
const probesMax = 16;

export class ToolHealth {
  readonly #options: ToolHealthOptions;
  #tools: readonly WatchedTool[] = [];
  #known = new Map<string, Wellness>();
  #timer: NodeJS.Timeout | undefined = undefined;
  #isProbing = false;

  constructor(options: ToolHealthOptions = {}) {
    this.#options = options;
  }

  /** In place of those before; what is known of one that stays is kept. */
  watch(tools: readonly WatchedTool[]): void {
    this.#tools = tools;
    this.#known = new Map(tools.map(({ name }) => [name, this.#known.get(name) ?? "unknown"]));
    clearInterval(this.#timer);
    if (tools.length === 0) return;
    const { everyMs = everyMsDefault } = this.#options;
    this.#timer = setInterval(() => void this.probe(), everyMs).unref();
    void this.probe();
  }

  get known(): Readonly<Record<string, Wellness>> {
    return Object.fromEntries(this.#known);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#tools = [];
  }

  /** One after another, some at a time. Whoever is still asked is not asked again. */
  async probe(): Promise<void> {
    if (this.#isProbing) return;
    this.#isProbing = true;
    const waiting = [...this.#tools];
    const work = async (): Promise<void> => {
      for (let tool = waiting.shift(); tool !== undefined; tool = waiting.shift()) await this.#ask(tool);
    };
    await Promise.all(Array.from({ length: Math.min(probesMax, waiting.length) }, work));
    this.#isProbing = false;
  }

  async #ask({ name, url }: WatchedTool): Promise<void> {
    const { probe = isWell, timeoutMs = timeoutMsDefault, onProbed } = this.#options;
    const wellness = (await probe(url, timeoutMs)) ? "up" : "down";
    if (!this.#known.has(name)) return;
    this.#known.set(name, wellness);
    onProbed?.(name, wellness);
  }
}
