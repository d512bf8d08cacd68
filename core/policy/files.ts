// Owns finding and reading policy files, bounded. Knows nothing of what stands in them.

import { createHash } from "node:crypto";
import type { Dirent, Stats } from "node:fs";
import { open, readdir, realpath, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Problem } from "../contracts/policy.ts";

const fileBytesMax = 1024 * 1024;
const filesMax = 1_000;
const directoriesMax = 1_000;
const depthMax = 16;
const readsMax = 3;

export interface ListedFile {
  /** Absolute. */
  readonly path: string;
  /** Below the directory given. */
  readonly name: string;
  /** Counts the directories given, from 0. */
  readonly layer: number;
}

export interface SourceFile extends ListedFile {
  readonly sha256: string;
  readonly text: string;
}

/** What stands below the directories given. */
export interface Listing {
  readonly files: readonly ListedFile[];
  /** Every directory looked into, for the watch. */
  readonly directories: readonly string[];
  readonly problems: readonly Problem[];
}

export interface Sources {
  readonly files: readonly SourceFile[];
  readonly problems: readonly Problem[];
}

interface Walk {
  readonly files: ListedFile[];
  readonly directories: string[];
  readonly problems: Problem[];
  /** Real paths, so that a link to a directory above ends the walk. */
  readonly seen: Set<string>;
}

export function fileProblem(file: string, problem: string, hint = ""): Problem {
  return { file, line: 1, path: "", problem, hint };
}

/** Error code of a failed system call: all that is said of it, as messages hold paths already. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown error";
}

/**
 * Every `*.yaml`, `*.yml` and `*.lock.json` below each directory, in order of path. Hidden entries are passed
 * over: a ConfigMap keeps its versions in `..2024_…` and shows each file as a link beside them.
 */
export async function listPolicyFiles(dirs: readonly string[]): Promise<Listing> {
  const walk: Walk = { files: [], directories: [], problems: [], seen: new Set() };
  for (const [layer, dir] of dirs.entries()) {
    const before = walk.files.length;
    const known = walk.problems.length;
    walk.seen.clear();
    await walkDirectory(walk, { path: resolve(dir), name: "", layer, depth: 0 });
    if (walk.files.length === before && walk.problems.length === known) {
      walk.problems.push(
        fileProblem(
          resolve(dir),
          "holds no policy file",
          "a *.yaml file is expected in every directory given",
        ),
      );
    }
  }
  return walk;
}

interface Place extends ListedFile {
  readonly depth: number;
}

async function walkDirectory(walk: Walk, place: Place): Promise<void> {
  if (walk.directories.length >= directoriesMax || place.depth > depthMax) {
    walk.problems.push(fileProblem(place.path, `is one directory too many or too deep`));
    return;
  }
  const entries = await readEntries(walk, place.path);
  if (entries === undefined) return;
  walk.directories.push(place.path);
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (!entry.name.startsWith(".")) await walkEntry(walk, place, entry);
  }
}

async function readEntries(walk: Walk, path: string): Promise<Dirent[] | undefined> {
  try {
    const real = await realpath(path);
    if (walk.seen.has(real)) return undefined;
    walk.seen.add(real);
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    walk.problems.push(fileProblem(path, `cannot be read as a directory: ${codeOf(error)}`));
    return undefined;
  }
}

async function walkEntry(walk: Walk, place: Place, entry: Dirent): Promise<void> {
  const path = join(place.path, entry.name);
  const name = join(place.name, entry.name);
  const isPolicy = /\.(ya?ml|lock\.json)$/.test(entry.name);
  const found = entry.isSymbolicLink() ? await statLink(path) : entry;
  if (typeof found === "string") {
    // a link to nowhere matters only where a policy file is expected
    if (isPolicy) walk.problems.push(fileProblem(path, found));
    return;
  }
  if (found.isDirectory()) {
    await walkDirectory(walk, { path, name, layer: place.layer, depth: place.depth + 1 });
  } else if (isPolicy) {
    if (!found.isFile()) walk.problems.push(fileProblem(path, "is not a regular file"));
    else if (walk.files.length >= filesMax) walk.problems.push(fileProblem(path, "is one file too many"));
    else walk.files.push({ path, name, layer: place.layer });
  }
}

async function statLink(path: string): Promise<Stats | string> {
  try {
    return await stat(path);
  } catch (error) {
    return `cannot be read: ${codeOf(error)}`;
  }
}

/** Read again where something changed meanwhile: half of an old version and half of a new one is neither. */
export async function readSources(dirs: readonly string[]): Promise<Sources> {
  for (let reads = 1; ; reads++) {
    const before = await fingerprintOf(dirs);
    const sources = await readOnce(dirs);
    if (reads === readsMax || (await fingerprintOf(dirs)) === before) return sources;
  }
}

/** Changes whenever a file comes, goes, is written or is replaced. */
export async function fingerprintOf(dirs: readonly string[]): Promise<string> {
  const { files, problems } = await listPolicyFiles(dirs);
  const parts = problems.map(({ file, problem }) => `${file} ${problem}`);
  for (const { path } of files) {
    try {
      const { ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
      parts.push([path, ino, size, mtimeNs, ctimeNs].join(" "));
    } catch (error) {
      parts.push(`${path} ${codeOf(error)}`);
    }
  }
  return parts.join("\n");
}

async function readOnce(dirs: readonly string[]): Promise<Sources> {
  const listing = await listPolicyFiles(dirs);
  const problems: Problem[] = [...listing.problems];
  const files: SourceFile[] = [];
  for (const listed of listing.files) {
    const read = await readBytes(listed.path);
    const file = typeof read === "string" ? fileProblem(listed.path, read) : decodeSource(listed, read);
    if ("problem" in file) problems.push(file);
    else files.push(file);
  }
  return { files, problems };
}

/** The bytes, or what is wrong; never more than the bound, even if the file grows meanwhile. */
async function readBytes(path: string): Promise<Buffer | string> {
  try {
    const handle = await open(path);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(fileBytesMax + 1), 0, fileBytesMax + 1, 0);
      if (bytesRead > fileBytesMax) return `is larger than ${fileBytesMax} bytes`;
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    return `cannot be read: ${codeOf(error)}`;
  }
}

/** An empty file is one that is just being written: taking it would lift what stood in it. */
export function decodeSource(listed: ListedFile, bytes: Uint8Array): SourceFile | Problem {
  if (bytes.length === 0) return fileProblem(listed.path, "is empty", "is it still being written?");
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  try {
    return { ...listed, sha256, text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return fileProblem(listed.path, "is not UTF-8 text");
  }
}

/** Over names, order and content: whatever can change the policy changes it, where it is mounted does not. */
export function digestSources(files: readonly SourceFile[]): string {
  const hash = createHash("sha256");
  for (const file of files) hash.update(`${JSON.stringify([file.layer, file.name, file.sha256])}\n`);
  return hash.digest("hex");
}
