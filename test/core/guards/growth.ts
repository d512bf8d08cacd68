// Owns how work grows with its input, in CPU time that was used and not in time that went by. Knows no
// detector.

/** So many times longer is the long one. */
const times = 8;
/** Twice the input takes at most three times the work: three doublings on. The square of it would be 8. */
export const growthMax = 1.5 ** Math.log2(times);
const runsMax = 5;
/** Below it the clock's own steps show. */
const workMsMin = 2;

/** A slow reader gets less to read, down to an eighth: work that grows with the square shows there, too. */
const workMsMax = 60;

export interface Growing {
  read(text: string): void;
  readonly unit: string;
  readonly unitsMax: number;
}

/**
 * The work for a long text, by the work for as much in short ones: 1 where it is linear. The least of each
 * over some runs, since all that disturbs a run makes it longer.
 */
export function growthOf(growing: Growing): number {
  const { read } = growing;
  const long = affordable(growing);
  const short = long.slice(0, Math.floor(long.length / times));
  let [apart, whole] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  let growth = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runsMax && growth > growthMax; run++) {
    const readShort = (): void => {
      for (let at = 0; at < times; at++) read(short);
    };
    apart = Math.min(apart, workOf(readShort));
    whole = Math.min(
      whole,
      workOf(() => read(long)),
    );
    growth = whole / Math.max(apart, workMsMin);
  }
  return growth;
}

function affordable({ read, unit, unitsMax }: Growing): string {
  const all = unit.repeat(Math.floor(unitsMax / unit.length));
  const probe = all.slice(0, Math.floor(all.length / 32));
  const workMs = workOf(() => read(probe));
  const share = Math.min(1, Math.max(1 / 8, workMsMax / Math.max(32 * workMs, 1)));
  return all.slice(0, Math.floor(all.length * share));
}

/** Of this process: test files run in processes of their own. */
function workOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
