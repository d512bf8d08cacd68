// Owns a lock file on disk: read, changed by what is approved, written whole. Asks no server.

import { randomUUID } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import type { McpLock, Pin } from "../../core/contracts/mcp-spec.ts";
import type { PinChange } from "../../core/pins/diff.ts";
import { readLock, writeLock } from "../../core/pins/lock.ts";

/** Undefined: there is none, or none that can be read: the policy's lint says so. */
export async function keptLock(file: string): Promise<McpLock | undefined> {
  try {
    const reading = readLock(await readFile(file));
    return reading.kind === "lock" ? reading.lock : undefined;
  } catch {
    return undefined;
  }
}

/** In one step: a program that watches it never sees half of it. What went wrong, in words. */
export async function saveLock(file: string, lock: McpLock): Promise<string | undefined> {
  const draft = `${file}.${randomUUID()}`;
  try {
    await writeFile(draft, writeLock(lock));
    await rename(draft, file);
    return undefined;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : "unknown error";
    return `${file} cannot be written: ${code}`;
  }
}

export function mergeApproved(
  { kept, said }: { readonly kept: McpLock; readonly said: McpLock },
  approved: readonly PinChange[],
): McpLock {
  const merged = {
    tools: new Map<string, Pin>(kept.tools),
    prompts: new Map<string, Pin>(kept.prompts),
    resourceTemplates: new Map<string, Pin>(kept.resourceTemplates),
  };
  for (const { kind, name } of approved) {
    const pin = said[kind].get(name);
    if (pin === undefined) merged[kind].delete(name);
    else merged[kind].set(name, pin);
  }
  return merged;
}
