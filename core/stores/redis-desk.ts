// Owns an operator's look at the figures in Redis, and what he changes there. Knows no ask.

import type { CounterState } from "../contracts/limit.ts";
import type { CounterDesk, Gauge, StandingFigure } from "../contracts/store.ts";
import { unknownState } from "./fixed-windows.ts";
import type { RedisConnection } from "./redis-connection.ts";
import {
  epochKey,
  figureKey,
  figureNamed,
  gaugeArguments,
  isFixed,
  keyOf,
  prefix,
  stateAt,
} from "./redis-keys.ts";

/** Of one call. An operator waits, a caller does not. */
const turnMsMax = 1_000;
/** Keys looked at in one call: few enough that nobody behind it waits long. */
const scannedPerCall = 200;
const callsMax = 50_000;

export class RedisDesk implements CounterDesk {
  readonly #connection: RedisConnection;

  constructor(connection: RedisConnection) {
    this.#connection = connection;
  }

  async read(gauges: readonly Gauge[]): Promise<readonly CounterState[] | "lost"> {
    const own = gauges.filter((gauge) => !isFixed(gauge));
    const keys = own.map(keyOf);
    const call = own.flatMap((gauge) => gaugeArguments(gauge, 0));
    const said = await this.#run((client) => client.sluiceRead(keys.length, ...keys, ...call));
    if (said === undefined) return "lost";
    return gauges.map((gauge) => (isFixed(gauge) ? unknownState : stateAt(said, 3 * own.indexOf(gauge))));
  }

  async list(start: string, max: number): Promise<readonly StandingFigure[] | "lost"> {
    const pattern = `${prefix}:[splc]:*${start.replace(/[[\]*?\\^]/g, "\\$&")}*`;
    const found = new Map<string, StandingFigure>();
    let cursor = "0";
    for (let calls = 0; calls < callsMax && found.size < max; calls += 1) {
      const at = cursor;
      const said = await this.#run((client) => client.sluiceList(1, epochKey, at, pattern, scannedPerCall));
      if (said === undefined) return "lost";
      cursor = String(said[0]);
      for (let place = 1; place < said.length; place += 3) {
        const name = String(said[place]);
        const figure = figureNamed(name);
        if (figure === undefined || !figure.key.startsWith(start)) continue;
        found.set(name, { ...figure, used: Number(said[place + 1]), resetMs: Number(said[place + 2]) });
      }
      if (cursor === "0") break;
    }
    return [...found.values()].slice(0, max);
  }

  async adjust(gauge: Gauge, by: number): Promise<CounterState | "lost"> {
    const { kind } = gauge.window;
    if (kind === "fixed" || kind === "concurrency") {
      const states = await this.read([gauge]);
      return states === "lost" ? states : (states[0] ?? unknownState);
    }
    const call = [keyOf(gauge), ...gaugeArguments(gauge, 0), by];
    const said = await this.#run((client) => client.sluiceAdjust(1, ...call));
    return said === undefined ? "lost" : stateAt(said, 0);
  }

  async reset(figure: Pick<StandingFigure, "key" | "kind" | "windowMs">): Promise<"done" | "lost"> {
    const said = await this.#run((client) => client.del(figureKey(figure)));
    return said === undefined ? "lost" : "done";
  }

  async #run<T>(operation: Parameters<typeof RedisConnection.prototype.run<T>>[0]): Promise<T | undefined> {
    const deadlineAtMs = performance.now() + turnMsMax;
    await this.#connection.attempted(deadlineAtMs);
    return this.#connection.run(operation, deadlineAtMs);
  }
}
