// Owns where test material written by others may lie beside the project. Knows no test.

import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

const root = fileURLToPath(new URL("../../shared/data/", import.meta.url));

/** What a few rows of our own cannot show is left out where it is absent. */
export const hasSharedData = existsSync(root);

/** The path of a file or folder there; `undefined`, with a line saying so, where it is absent. */
export function sharedPath(name: string): string | undefined {
  if (existsSync(root + name)) return root + name;
  console.warn(`SKIPPED: ../shared/data/${name} is absent, so what is tested with it is not`);
  return undefined;
}

/** The rows of a JSONL file, gzipped or not. */
export function readRows<T>(path: string): T[] {
  const bytes = readFileSync(path);
  const text = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString();
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}
