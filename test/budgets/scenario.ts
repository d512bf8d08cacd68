// Owns what a scenario is to the command line. Knows no single one.

import type { Finding } from "./finding.ts";

export interface Order {
  readonly seeds: readonly number[];
  /** Progress, for people. */
  readonly say: (line: string) => void;
}

export interface Scenario {
  readonly name: string;
  /** One line of `--help`. */
  readonly what: string;
  /** As many as the long run takes. */
  readonly seedsDefault: number;
  run(order: Order): Promise<readonly Finding[]>;
}
