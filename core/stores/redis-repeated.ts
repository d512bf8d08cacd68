// Owns asking Redis for what no call waits for: what is late is asked again. Knows no question.

import { parseJson } from "../text/json-adapter.ts";
import type { RedisClient } from "./redis-client.ts";
import type { RedisConnection } from "./redis-connection.ts";

export interface RedisRecordsOptions {
  readonly connection: RedisConnection;
  readonly prefix: string;
  /** How long a verdict may take. */
  readonly verdictMs: number;
}

/** Each as long as a verdict may take. */
const triesMax = 20;

/** `operation` may run again when it has been done already. Undefined: Redis is away. */
export async function runRepeated<T>(
  { connection, verdictMs }: RedisRecordsOptions,
  operation: (client: RedisClient) => Promise<T>,
): Promise<T | undefined> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const deadlineAtMs = performance.now() + verdictMs;
    await connection.attempted(deadlineAtMs);
    const said = await connection.run(operation, deadlineAtMs);
    if (said !== undefined || !connection.isOpen) return said;
  }
  return undefined;
}

/** Written by one of us, so that its form is known. */
export function readRecord<T>(text: string | null | undefined): T | undefined {
  const value = text === null || text === undefined ? undefined : parseJson(text);
  return value as T | undefined;
}
