// Owns hot reload: when to load again, one load at a time, the last good policy kept. Knows nothing of
// the policy.

import type { Problem } from "../contracts/policy.ts";
import { DirectoryWatch, parentsOf } from "./directory-watch.ts";
import { fileProblem, fingerprintOf, listPolicyFiles } from "./files.ts";

/** `loaded`: swapped. `unchanged`: the digest is the running one. `failed`: the last good one stays. */
export type ReloadResult = "loaded" | "unchanged" | "failed";

export interface WatchOptions<Loaded extends { readonly digest: string }> {
  /** Loads, and compiles if the caller likes: whatever has a digest. */
  load(
    dirs: readonly string[],
  ): Promise<
    | { readonly ok: true; readonly policy: Loaded }
    | { readonly ok: false; readonly problems: readonly Problem[] }
  >;
  /** Swaps; the policy counts as running once this returns. */
  onLoaded(policy: Loaded): void | Promise<void>;
  /** Once for the same problems, unless `reload` asks again. */
  onFailed(problems: readonly Problem[]): void;
  /** What runs already. */
  readonly digest?: string;
  /** How long nothing may change before a load, so that a file being written is read whole; default 100. */
  readonly quietMs?: number;
  /** However often something changes, a load starts after this; default 2,000. */
  readonly quietMsMax?: number;
  /** For changes that nothing announces (network file systems, links into elsewhere); default 10,000. */
  readonly pollMs?: number;
}

export interface PolicyWatch {
  /** Loads now, whatever the files' times say: SIGHUP. */
  reload(): Promise<ReloadResult>;
  /** Waits for a load that runs; no timer, no handle and no callback is left. */
  close(): Promise<void>;
}

/** Starts with a load, which closes the gap between the first one and the watch. */
export function watchPolicies<Loaded extends { readonly digest: string }>(
  dirs: readonly string[],
  options: WatchOptions<Loaded>,
): PolicyWatch {
  const watch = new Watch(dirs, options);
  watch.start();
  return watch;
}

class Watch<Loaded extends { readonly digest: string }> implements PolicyWatch {
  readonly #dirs: readonly string[];
  readonly #options: WatchOptions<Loaded>;
  readonly #directories = new DirectoryWatch(() => this.#noticeChange());
  #digest: string | undefined;
  #fingerprint = "";
  #lastFailure = "";
  #changedAtMs: number | undefined = undefined;
  #quietTimer: NodeJS.Timeout | undefined = undefined;
  #pollTimer: NodeJS.Timeout | undefined = undefined;
  /** The end of the last load asked for: each waits for the one before it. */
  #queue: Promise<ReloadResult> = Promise.resolve("unchanged");
  #isQueued = false;
  #isClosed = false;

  constructor(dirs: readonly string[], options: WatchOptions<Loaded>) {
    this.#dirs = dirs;
    this.#options = options;
    this.#digest = options.digest;
  }

  start(): void {
    void this.#enqueue();
    this.#pollTimer = setInterval(() => void this.#poll(), this.#options.pollMs ?? 10_000).unref();
  }

  reload(): Promise<ReloadResult> {
    this.#lastFailure = "";
    return this.#enqueue();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#quietTimer);
    clearInterval(this.#pollTimer);
    this.#directories.close();
    await this.#queue;
    this.#directories.close();
  }

  #noticeChange(): void {
    if (this.#isClosed) return;
    const now = performance.now();
    this.#changedAtMs ??= now;
    const latest = this.#changedAtMs + (this.#options.quietMsMax ?? 2_000);
    const wait = Math.min(this.#options.quietMs ?? 100, Math.max(0, latest - now));
    clearTimeout(this.#quietTimer);
    this.#quietTimer = setTimeout(() => void this.#enqueue(), wait).unref();
  }

  async #poll(): Promise<void> {
    const fingerprint = await fingerprintOf(this.#dirs);
    if (fingerprint !== this.#fingerprint) this.#noticeChange();
  }

  /** At most one load runs and one waits: the waiting one sees everything that changed until it starts. */
  #enqueue(): Promise<ReloadResult> {
    if (this.#isQueued) return this.#queue;
    this.#isQueued = true;
    this.#queue = this.#queue.then(() => {
      this.#isQueued = false;
      this.#changedAtMs = undefined;
      return this.#isClosed ? "unchanged" : this.#loadOnce();
    });
    return this.#queue;
  }

  async #loadOnce(): Promise<ReloadResult> {
    const { directories } = await listPolicyFiles(this.#dirs);
    const parents = await parentsOf(this.#dirs);
    this.#directories.follow([...directories.map((path) => ({ path, entry: undefined })), ...parents]);
    this.#fingerprint = await fingerprintOf(this.#dirs);
    try {
      const result = await this.#options.load(this.#dirs);
      if (this.#isClosed) return "unchanged";
      if (!result.ok) return this.#fail(result.problems);
      this.#lastFailure = "";
      if (result.policy.digest === this.#digest) return "unchanged";
      await this.#options.onLoaded(result.policy);
      this.#digest = result.policy.digest;
      return "loaded";
    } catch (error) {
      // a bug in loading or swapping must not take down what runs on the last good policy
      const reason = error instanceof Error ? error.message : "unknown error";
      return this.#fail([fileProblem(this.#dirs[0] ?? "", `could not be put into force: ${reason}`)]);
    }
  }

  #fail(problems: readonly Problem[]): ReloadResult {
    const failure = JSON.stringify(problems);
    if (failure !== this.#lastFailure) this.#options.onFailed(problems);
    this.#lastFailure = failure;
    return "failed";
  }
}
