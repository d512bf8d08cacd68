// Owns the secret a remote guard is shown, read again when its file changes. Never says what it read.

import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { GuardMeans } from "../../contracts/guard.ts";

const bytesMax = 64 * 1024;
const recheckMs = 1_000;

export interface CredentialSource {
  readonly env?: string;
  readonly file?: string;
}

/** Says undefined while it cannot be had. */
export type ReadCredential = () => string | undefined;

export function openCredential({ env, file }: CredentialSource, means: GuardMeans): ReadCredential {
  if (env !== undefined) {
    const value = means.environment[env]?.trim();
    return () => value || undefined;
  }
  return readFileAgain(resolve(means.directory, file ?? ""));
}

function readFileAgain(path: string): ReadCredential {
  let checkedAtMs = Number.NEGATIVE_INFINITY;
  let known: Version | undefined;
  return () => {
    const nowMs = performance.now();
    if (nowMs - checkedAtMs >= recheckMs) {
      checkedAtMs = nowMs;
      known = readVersion(path, known);
    }
    return known?.text || undefined;
  };
}

interface Version {
  /** Another file, time or size: another version. */
  readonly stamp: string;
  readonly text: string;
}

function readVersion(path: string, known: Version | undefined): Version | undefined {
  try {
    const { ino, mtimeMs, size } = statSync(path);
    const stamp = `${ino}:${mtimeMs}:${size}`;
    if (stamp === known?.stamp) return known;
    return size > bytesMax ? undefined : { stamp, text: readFileSync(path, "utf8").trim() };
  } catch {
    return undefined;
  }
}
