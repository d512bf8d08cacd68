// Owns looking at one secret's file, where every call may throw. Keeps nothing, says nothing of what it read.

import { readFileSync, statSync } from "node:fs";

const bytesMax = 64 * 1024;

export interface SecretVersion {
  /** Another file, time or size: another version. */
  readonly stamp: string;
  readonly text: string;
}

/** The file as it is now, `known` itself where it has not changed; undefined where it cannot be read. */
export function readSecretFile(path: string, known: SecretVersion | undefined): SecretVersion | undefined {
  try {
    const { ino, mtimeMs, size } = statSync(path);
    const stamp = `${ino}:${mtimeMs}:${size}`;
    if (stamp === known?.stamp) return known;
    return size > bytesMax ? undefined : { stamp, text: readFileSync(path, "utf8").trim() };
  } catch {
    return undefined;
  }
}
