// Owns the figures of a trial: what a guard found of what it should, by source and kind. Reads no text.

/** What somebody has said of a text: an attack, harmless, or harmless and hard to tell from one. */
export type Verdict = "positive" | "benign" | "hard";

export interface Trial {
  readonly source: string;
  readonly kind: string;
  /** Undefined: nobody has said, so it counts for time and types alone. */
  readonly verdict: Verdict | undefined;
  readonly isFound: boolean;
  /** The guard could not decide. */
  readonly isUnable: boolean;
  readonly bytes: number;
  readonly ms: number;
}

export interface Counted {
  readonly count: number;
  readonly found: number;
}

export interface Group {
  readonly source: string;
  readonly kind: string;
  readonly texts: number;
  readonly unable: number;
  readonly positive: Counted;
  readonly benign: Counted;
  readonly hard: Counted;
  readonly latency: Latency;
}

/** Milliseconds; undefined where there was nothing to measure. */
export interface Latency {
  readonly perText: Quantiles | undefined;
  /** Of texts one after the other that are 4 KiB together. */
  readonly per4KiB: Quantiles | undefined;
}

export interface Quantiles {
  readonly p50: number;
  readonly p99: number;
}

const stretchBytes = 4096;

class Pile {
  readonly #counts = { positive: newCount(), benign: newCount(), hard: newCount() };
  readonly #perText: number[] = [];
  readonly #per4KiB: number[] = [];
  #unable = 0;
  #bytes = 0;
  #ms = 0;

  add({ verdict, isFound, isUnable, bytes, ms }: Trial): void {
    if (isUnable) this.#unable += 1;
    if (verdict !== undefined) {
      this.#counts[verdict].count += 1;
      if (isFound) this.#counts[verdict].found += 1;
    }
    this.#perText.push(ms);
    this.#bytes += bytes;
    this.#ms += ms;
    if (this.#bytes < stretchBytes) return;
    this.#per4KiB.push((this.#ms * stretchBytes) / this.#bytes);
    this.#bytes = 0;
    this.#ms = 0;
  }

  figures(): Omit<Group, "source" | "kind"> {
    const latency = { perText: quantilesOf(this.#perText), per4KiB: quantilesOf(this.#per4KiB) };
    return { texts: this.#perText.length, unable: this.#unable, ...this.#counts, latency };
  }
}

const newCount = (): { count: number; found: number } => ({ count: 0, found: 0 });

function quantilesOf(values: readonly number[]): Quantiles | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}

export class Tally {
  readonly #all = new Pile();
  readonly #piles = new Map<
    string,
    { readonly source: string; readonly kind: string; readonly pile: Pile }
  >();

  add(trial: Trial): void {
    const { source, kind } = trial;
    const name = JSON.stringify([source, kind]);
    const known = this.#piles.get(name) ?? { source, kind, pile: new Pile() };
    this.#piles.set(name, known);
    known.pile.add(trial);
    this.#all.add(trial);
  }

  get total(): Omit<Group, "source" | "kind"> {
    return this.#all.figures();
  }

  /** By source, then kind. */
  get groups(): readonly Group[] {
    const groups = [...this.#piles.values()].map(({ source, kind, pile }) => ({
      source,
      kind,
      ...pile.figures(),
    }));
    return groups.toSorted((a, b) => compare(a.source, b.source) || compare(a.kind, b.kind));
  }
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

export function share({ count, found }: Counted): number | undefined {
  return count === 0 ? undefined : found / count;
}

/** Each source counts the same, however many texts it has. */
export function meanBySource(groups: readonly Group[], verdict: Verdict): number | undefined {
  const shares = [...Map.groupBy(groups, ({ source }) => source).values()].flatMap((parts) => {
    const count = parts.reduce((sum, part) => sum + part[verdict].count, 0);
    const found = parts.reduce((sum, part) => sum + part[verdict].found, 0);
    return share({ count, found }) ?? [];
  });
  return shares.length === 0 ? undefined : shares.reduce((sum, one) => sum + one, 0) / shares.length;
}
