// Owns the lock files among a policy's sources: read once, by their paths. Knows no server.

import { resolve } from "node:path";
import { emptyLock, type LockReading, readLock } from "../pins/lock.ts";
import type { SourceFile } from "./files.ts";

/** By absolute path. */
export interface LockFiles {
  get(path: string): LockReading | undefined;
}

export function isLockFile({ path }: { readonly path: string }): boolean {
  return path.endsWith(".lock.json");
}

export function readLockFiles(files: readonly SourceFile[]): LockFiles {
  return new Map(
    files.filter(isLockFile).map(({ path, text }) => [resolve(path), readLock(Buffer.from(text))]),
  );
}

/** For whoever is about to write them: what is not there approves nothing. */
export function withoutMissing(locks: LockFiles): LockFiles {
  return { get: (path) => locks.get(path) ?? { kind: "lock", lock: emptyLock } };
}
