// Owns the reading of one secret, again when its file changes. Hands it to whoever sends, and to nobody else.

import { readFileSync, statSync } from "node:fs";
import type { SecretSource } from "../contracts/policy.ts";

const recheckMs = 1_000;
const secretBytesMax = 64 * 1024;

/** `read` is undefined while the secret cannot be had; a file is looked at again at most once a second. */
export interface Credential {
  read(): string | undefined;
}

export function openCredential(source: SecretSource, env: NodeJS.ProcessEnv): Credential {
  if (source.kind === "env") {
    const value = env[source.name];
    return { read: () => (value === "" ? undefined : value) };
  }
  return new FileCredential(source.path);
}

class FileCredential implements Credential {
  readonly #path: string;
  #value: string | undefined = undefined;
  #stamp = "";
  #checkedAtMs = Number.NEGATIVE_INFINITY;

  constructor(path: string) {
    this.#path = path;
  }

  read(): string | undefined {
    const nowMs = performance.now();
    if (nowMs - this.#checkedAtMs < recheckMs) return this.#value;
    this.#checkedAtMs = nowMs;
    const found = statSync(this.#path, { throwIfNoEntry: false });
    if (found === undefined || found.size > secretBytesMax) this.#value = undefined;
    else this.#reread(`${found.ino}:${found.mtimeMs}:${found.size}`);
    return this.#value;
  }

  #reread(stamp: string): void {
    if (stamp === this.#stamp) return;
    this.#stamp = stamp;
    this.#value = readFileSync(this.#path, "utf8").trim() || undefined;
  }
}
