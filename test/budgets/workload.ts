// Owns what clients of a run ask, drawn from a seed, and the run itself: many clients on all replicas at
// once. Knows no store.

import { hashText, type Random, seededRandom } from "../../mock/prose.ts";
import type { Script } from "../../mock/provider.ts";
import type { Arena } from "./arena.ts";
import { type NextCall, runClient } from "./client.ts";
import { Tallies } from "./tallies.ts";

/** Tokens of an answer: the word `len20` in a prompt asks for twenty. */
const lengths = [10, 20, 40, 60] as const;

/** About 8 ms between writes of four tokens each. */
export const script: Script = {
  rules: lengths.map((tokens) => ({
    when: { text: `len${tokens}` },
    answer: { tokens, betweenMs: 8, burst: 4 },
  })),
};

/** No word is longer than a token of the provider's. */
const words = "the agent reads a page and says what it found in short words for who asked it".split(" ");
const promptWords = [4, 12, 40, 120] as const;

export interface Habits {
  /** Of all calls. */
  readonly withoutMax: number;
  readonly hangingUp: number;
  readonly streamed: number;
}

export const habitsOfMany: Habits = { withoutMax: 0.25, hangingUp: 0.04, streamed: 0.8 };

export function draws(model: string, habits: Habits = habitsOfMany): NextCall {
  return (random) => {
    const tokens = pick(lengths, random);
    const isStreamed = random() < habits.streamed;
    const leaves = isStreamed && random() < habits.hangingUp;
    return {
      model,
      prompt: promptOf(pick(promptWords, random), tokens, random),
      outputTokensMax: random() < habits.withoutMax ? undefined : pick([tokens, tokens, 2 * tokens], random),
      form: isStreamed ? "stream" : "body",
      bytesMax: leaves ? 200 + Math.floor(random() * 2_000) : undefined,
    };
  };
}

function promptOf(count: number, tokens: number, random: Random): string {
  const said = Array.from({ length: count }, () => pick(words, random));
  return `${said.join(" ")} len${tokens}`;
}

function pick<T>(from: readonly T[], random: Random): T {
  return from[Math.floor(random() * from.length)] as T;
}

export interface RunOptions {
  readonly model: string;
  readonly seed: number;
  readonly clientsPerReplica: number;
  readonly msMax: number;
  readonly next?: NextCall;
  readonly callsMax?: number;
}

export interface RunResult {
  readonly tallies: Tallies;
  /** Clients that were neither through nor told a final no when the time was over. */
  readonly lateClients: number;
  readonly elapsedMs: number;
}

export async function runClients(arena: Arena, options: RunOptions): Promise<RunResult> {
  const { model, seed, clientsPerReplica, msMax, next = draws(model), callsMax = 10_000 } = options;
  const tallies = new Tallies();
  const beganAtMs = performance.now();
  const clients = arena.replicas.flatMap(({ port, path }, replica) =>
    Array.from({ length: clientsPerReplica }, (_, index) =>
      runClient({
        caller: arena.caller,
        port,
        path,
        next,
        random: seededRandom(hashText(`${replica} ${index}`, seed)),
        tallies,
        deadlineAtMs: beganAtMs + msMax,
        callsMax,
      }),
    ),
  );
  const ends = await Promise.all(clients);
  const lateClients = ends.filter((end) => end === "late").length;
  return { tallies, lateClients, elapsedMs: performance.now() - beganAtMs };
}
