// Owns a set of watched directories that can be replaced as a whole. Knows nothing of policies or of why.

import type { FSWatcher } from "node:fs";
import { watch } from "node:fs";
import { realpath } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";

interface WatchedDirectory {
  readonly path: string;
  /** The one entry that counts; undefined: all of them. */
  readonly entry: string | undefined;
}

export class DirectoryWatch {
  readonly #onChange: () => void;
  #watchers: FSWatcher[] = [];

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /**
   * New watchers stand before the old ones go, so nothing falls between; what cannot be watched is left
   * out.
   */
  follow(directories: readonly WatchedDirectory[]): void {
    const before = this.#watchers;
    this.#watchers = directories.flatMap((directory) => this.#open(directory) ?? []);
    for (const watcher of before) watcher.close();
  }

  close(): void {
    this.follow([]);
  }

  #open({ path, entry }: WatchedDirectory): FSWatcher | undefined {
    try {
      const watcher = watch(path, { persistent: false }, (_event, name) => {
        if (entry === undefined || name === null || name === entry) this.#onChange();
      });
      watcher.on("error", this.#onChange);
      return watcher;
    } catch {
      // not there, or no watches left: a parent or the poll sees it come
      return undefined;
    }
  }
}

/**
 * What tells that a given directory was removed, made again, or is a link that points elsewhere now: its
 * entry in its
 * parent, and where it is a link, the entry it leads to.
 */
export async function parentsOf(dirs: readonly string[]): Promise<readonly WatchedDirectory[]> {
  const paths = new Set<string>();
  for (const dir of dirs) {
    paths.add(resolve(dir));
    try {
      paths.add(await realpath(dir));
    } catch {
      // it is gone: its name in its parent is what to wait for
    }
  }
  return [...paths].map((path) => ({ path: dirname(path), entry: basename(path) }));
}
