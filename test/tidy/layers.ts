// Owns the import directions as data: what each part of the tree may import. Holds no check.

export interface Layer {
  readonly name: string;
  /** Path of the folder, with its last `/`. */
  readonly folder: string;
  /** Layers this one may import, besides itself. */
  readonly imports: readonly string[];
}

const ground = ["contracts", "text"];
const leaves = ["dialects", "guards", "limits", "pins", "prices", "schemas", "stores", "tokenizer", "tokens"];
const filters = [...ground, ...leaves, "telemetry", "motion"];
const policy = [...filters, "filters"];
const program = [...policy, "policy"];
const programs = [...program, "program"];
const outside = [...programs, "gateway", "sidecar", "mock"];

/** Imports point down only; leaves never import one another, nor do the programs. */
export const layers: readonly Layer[] = [
  { name: "contracts", folder: "core/contracts/", imports: [] },
  { name: "text", folder: "core/text/", imports: ["contracts"] },
  ...leaves.map((name) => ({ name, folder: `core/${name}/`, imports: ground })),
  { name: "telemetry", folder: "core/telemetry/", imports: ground },
  { name: "motion", folder: "core/motion/", imports: [...ground, "telemetry"] },
  { name: "filters", folder: "core/filters/", imports: filters },
  { name: "policy", folder: "core/policy/", imports: policy },
  { name: "program", folder: "core/program/", imports: program },
  { name: "gateway", folder: "gateway/", imports: programs },
  { name: "sidecar", folder: "sidecar/", imports: programs },
  { name: "mock", folder: "mock/", imports: programs },
  { name: "cli", folder: "cli/", imports: outside },
  { name: "bench", folder: "bench/", imports: outside },
  { name: "examples", folder: "examples/", imports: [] },
  { name: "test", folder: "test/", imports: [...outside, "cli", "bench", "examples"] },
];

/**
 * The folders whose `index.ts` lists implementations: `policy/` makes parts from them, `program/` its store.
 */
export const registries: readonly string[] = leaves.map((name) => `core/${name}/index.ts`);
export const registryReaders: readonly string[] = ["policy", "program", "test"];

/** Layers whose members never name one another; a member's own parts share its first word. */
export const strangers: readonly string[] = ["filters"];

/** Settings of tools, at the root: outside the layers, they import packages only. */
export const rootFiles: readonly string[] = ["vitest.config.ts"];
