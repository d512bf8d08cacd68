// Owns one GET of a tool's health: bounded in time and size, no redirect followed. Knows no schedule.

import { Client } from "undici";
import type { ToolUrl } from "../../contracts/policy.ts";
import { makeDial } from "../../motion/dial.ts";

const answerBytesMax = 64 * 1024;

/** Whether it answers that it is well. */
export async function isWell({ origin, path }: ToolUrl, timeoutMs: number): Promise<boolean> {
  const client = new Client(origin, { connect: makeDial(timeoutMs), allowH2: false });
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const { statusCode, body } = await client.request({ method: "GET", path, signal });
    await body.dump({ limit: answerBytesMax });
    return statusCode >= 200 && statusCode < 300;
  } catch {
    return false;
  } finally {
    await client.destroy();
  }
}
