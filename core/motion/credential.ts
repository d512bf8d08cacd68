// Owns the reading of one secret, again when its file changes. Hands it to whoever sends, and to nobody else.

import type { SecretSource } from "../contracts/policy.ts";
import { readSecretFile, type SecretVersion } from "./secret-file-adapter.ts";

const recheckMs = 1_000;

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
  #version: SecretVersion | undefined = undefined;
  #checkedAtMs = Number.NEGATIVE_INFINITY;

  constructor(path: string) {
    this.#path = path;
  }

  read(): string | undefined {
    const nowMs = performance.now();
    if (nowMs - this.#checkedAtMs >= recheckMs) {
      this.#checkedAtMs = nowMs;
      this.#version = readSecretFile(this.#path, this.#version);
    }
    return this.#version?.text || undefined;
  }
}
