// Owns one step of an ask in Redis: a script call, the replicas' word where it is wanted, a verdict in time.
// Knows no lease.

import { createHash } from "node:crypto";
import type { Counter, CounterState, Units } from "../contracts/limit.ts";
import type { Shortage } from "../contracts/store.ts";
import { notTaken, takeScript } from "./lua-take.ts";
import type { RedisClient } from "./redis-client.ts";
import type { RedisConnection } from "./redis-connection.ts";
import type { RedisEpoch } from "./redis-epoch.ts";
import { epochKey, gaugeArguments, keyOf, recordKey, stateAt } from "./redis-keys.ts";
import { recordLifeMs } from "./redis-outbox.ts";
import type { ServerClock } from "./server-clock.ts";
import type { ToldFigures } from "./told-figures.ts";

export interface TakeStep {
  readonly id: string;
  /** 0: the first. A step that comes again counts once. */
  readonly step: number;
  /** Of no fixed window. */
  readonly counters: readonly Counter[];
  /** One a counter, beside what is taken for units. */
  readonly amounts: readonly number[];
  readonly units: Units;
  readonly deadlineAtMs: number;
}

export interface TakenThere {
  readonly kind: "taken";
  readonly units: number;
  readonly states: readonly CounterState[];
}

export interface LostThere {
  readonly kind: "lost";
  /** Redis may have counted it all the same. */
  readonly mayBeTaken: boolean;
  /** The counter whose replicas did not answer; −1: none did. */
  readonly index: number;
}

export interface TakerOptions {
  readonly fast: RedisConnection;
  /** One of its own: whoever waits for replicas keeps all others behind him waiting. */
  readonly strict: () => RedisConnection;
  readonly epoch: RedisEpoch;
  readonly clock: ServerClock;
  readonly told: ToldFigures;
  readonly slotLifeMs: number;
  /** How long replicas are waited for. */
  readonly replicaMs: number;
}

type Call = readonly (string | number)[];

interface Said {
  readonly said: readonly number[];
  readonly replicas: number;
}

const sha = createHash("sha1").update(takeScript).digest("hex");

export class RedisTaker {
  readonly #options: TakerOptions;

  constructor(options: TakerOptions) {
    this.#options = options;
  }

  async take(step: TakeStep): Promise<TakenThere | Shortage | LostThere> {
    const { fast, strict, epoch, clock } = this.#options;
    const strictIndex = step.counters.findIndex(isStrict);
    const connection = strictIndex < 0 ? fast : strict();
    if (!epoch.isSure(connection)) {
      await connection.attempted(step.deadlineAtMs);
      if (!(await epoch.sure(connection, step.deadlineAtMs))) return lost;
    }
    const { value } = epoch;
    const answer = await this.#run(connection, step, strictIndex);
    // What another epoch's store counted was not told to this one's.
    if (answer === undefined || epoch.value !== value) return { ...lost, mayBeTaken: true };
    const { said, replicas } = answer;
    const [atMs = 0, place = notTaken.late] = said;
    clock.note(atMs);
    if (place < 0) {
      if (place === notTaken.otherEpoch) epoch.doubt(connection);
      return lost;
    }
    if (place > 0) return { kind: "shortage", index: place - 1, state: stateAt(said, 2), cause: "full" };
    if (replicas === 0) return { kind: "lost", mayBeTaken: true, index: strictIndex };
    return this.#taken(step, said, atMs);
  }

  #taken({ counters }: TakeStep, said: readonly number[], atMs: number): TakenThere {
    const states = counters.map((counter, index) => {
      const state = stateAt(said, 3 + 3 * index);
      if (counter.window.kind !== "concurrency") {
        this.#options.told.note(keyOf(counter), counter, { used: state.used, atMs });
      }
      return state;
    });
    return { kind: "taken", units: said[2] ?? 0, states };
  }

  #run(connection: RedisConnection, step: TakeStep, strictIndex: number): Promise<Said | undefined> {
    const keyCount = step.counters.length + 2;
    const call = this.#callOf(step);
    const run =
      strictIndex < 0
        ? async (client: RedisClient) => ({ said: await client.sluiceTake(keyCount, ...call), replicas: 1 })
        : (client: RedisClient) => takeStrictly(client, keyCount, call, this.#options.replicaMs);
    return connection.run(run, step.deadlineAtMs);
  }

  #callOf({ id, step, counters, amounts, units, deadlineAtMs }: TakeStep): Call {
    const { epoch, clock, slotLifeMs } = this.#options;
    const call: (string | number)[] = [epochKey, recordKey(id)];
    for (const counter of counters) call.push(keyOf(counter));
    call.push(epoch.value, epoch.openAtMs, clock.at(deadlineAtMs), id, step, recordLifeMs);
    call.push(units.min, units.max);
    for (let index = 0; index < counters.length; index++) {
      const counter = counters[index] as Counter;
      const { perUnit, share, role } = counter;
      call.push(...gaugeArguments(counter, slotLifeMs), amounts[index] ?? 0, perUnit, share);
      call.push(role === "watched" ? "w" : "");
    }
    return call;
  }
}

function isStrict({ consistency, role }: Counter): boolean {
  return consistency === "strict" && role === "ceiling";
}

const lost: LostThere = { kind: "lost", mayBeTaken: false, index: -1 };

/**
 * In one round trip, and by name only: a client that sends a forgotten script again by itself would send it
 * behind the wait for replicas.
 */
async function takeStrictly(
  client: RedisClient,
  keyCount: number,
  call: Call,
  replicaMs: number,
): Promise<Said> {
  const byName = await client
    .pipeline()
    .evalsha(sha, keyCount, ...call)
    .wait(1, replicaMs)
    .exec();
  if (byName?.[0]?.[0]?.message.startsWith("NOSCRIPT") !== true) return strictly(byName);
  const byText = client.pipeline().eval(takeScript, keyCount, ...call);
  return strictly(await byText.wait(1, replicaMs).exec());
}

function strictly(answers: readonly [Error | null, unknown][] | null): Said {
  const [take, wait] = answers ?? [];
  const error = take?.[0] ?? wait?.[0];
  if (error) throw error;
  return { said: take?.[1] as readonly number[], replicas: Number(wait?.[1]) };
}
