// Owns one workload's rounds: contenders are warmed up, then take turns. Judges nothing.

import type { Entrant, Field, Reading } from "./field.ts";
import type { Workload } from "./workload.ts";

export interface Phase {
  readonly workload: Workload;
  readonly answers: number;
  readonly warmUpAnswers: number;
  readonly lapAnswers: number;
  readonly rounds: number;
}

/** One workload after the other: what the code of one has in the processor's caches is lost to the other. */
export async function runPhase(
  field: Field,
  entrants: readonly Entrant[],
  { workload, answers, warmUpAnswers, lapAnswers, rounds }: Phase,
): Promise<readonly Reading[]> {
  const readings: Reading[] = [];
  for (const entrant of entrants) {
    console.error(`warming up ${entrant.name}: ${workload.name}`);
    await field.measure(entrant, { workload, answers: warmUpAnswers, round: 0 });
  }
  for (let round = 1; round <= rounds; round++) {
    console.error(`round ${round} of ${rounds}: ${workload.name}`);
    for (const entrant of round % 2 === 0 ? entrants : entrants.toReversed()) {
      await field.measure(entrant, { workload, answers: lapAnswers, round: 0 });
      readings.push(await field.measure(entrant, { workload, answers, round }));
    }
  }
  return readings;
}
