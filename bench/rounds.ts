// Owns reading how many rounds a bench runs. Knows no bench.

import { InvalidArgumentError } from "commander";

export function parseRounds(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new InvalidArgumentError("a count from 1 to 999");
  return Number(text);
}
