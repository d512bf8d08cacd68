// Owns the lock files among a policy's sources: read once, by their paths. Knows no server.

import { resolve } from "node:path";
import { type LockReading, readLock } from "../pins/lock.ts";
import type { SourceFile } from "./files.ts";

/** By absolute path. */
export type LockFiles = ReadonlyMap<string, LockReading>;

export function isLockFile({ path }: { readonly path: string }): boolean {
  return path.endsWith(".lock.json");
}

export function readLockFiles(files: readonly SourceFile[]): LockFiles {
  return new Map(
    files.filter(isLockFile).map(({ path, text }) => [resolve(path), readLock(Buffer.from(text))]),
  );
}
