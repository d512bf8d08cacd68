// Owns the way from YAML text to located documents. Knows nothing of kinds, schemas or files on disk.

import type { Alias, Document, Node, ParsedNode } from "yaml";
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments } from "yaml";
import type { Origin, Problem } from "../contracts/policy.ts";
import type { Located } from "./located.ts";
import { formatPath } from "./problem.ts";

const aliasesMax = 10;
const depthMax = 64;
const nodesMax = 50_000;
const documentsMax = 1_000;

export interface ReadResult {
  readonly roots: readonly Located[];
  readonly problems: readonly Problem[];
}

/**
 * The library's messages quote the source, which may hold a secret: only what stands before the quote is
 * kept.
 */
function describe(error: { code: string; message: string }): string {
  if (error.code === "RESOURCE_EXHAUSTION") return "is nested too deeply";
  if (error.code === "TAG_RESOLVE_FAILED") return "uses a tag; plain YAML only";
  return `is not valid YAML: ${error.message.split(/[:"\n]/)[0]?.trim()}`;
}

/** One file's documents; of a document that does not parse, the first error, as the rest follow from it. */
export function readYaml(file: string, text: string): ReadResult {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, {
    lineCounter: lines,
    version: "1.2",
    schema: "core",
    stringKeys: true,
    merge: false,
    resolveKnownTags: false,
    // the library compares every key with every other; the set below does not
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: "silent",
  });
  const documents: readonly Document.Parsed[] = Array.isArray(parsed) ? parsed : [];
  const at = (offset: number): Origin => ({ file, line: Math.max(1, lines.linePos(offset).line) });
  const problems: Problem[] = [];
  const roots: Located[] = [];
  if (documents.length > documentsMax) {
    return { roots, problems: [problemOf(at(0), `holds more than ${documentsMax} documents`)] };
  }
  for (const document of documents) {
    const error = document.errors[0] ?? document.warnings[0];
    if (error !== undefined) {
      problems.push(problemOf(at(error.pos[0]), describe(error)));
    } else if (document.contents !== null) {
      const reader: Reader = { document, at, targets: new Map(), nodes: 0, problems: [] };
      const root = readNode(reader, document.contents, { at: at(document.contents.range[0]), depth: 0 });
      const isNothing = root.kind === "scalar" && root.value === null;
      if (reader.problems.length === 0 && !isNothing) roots.push(root);
      problems.push(...reader.problems);
    }
  }
  return { roots, problems };
}

function problemOf(at: Origin, problem: string, hint = ""): Problem {
  return { ...at, path: "", problem, hint };
}

interface Reader {
  readonly document: Document.Parsed;
  readonly at: (offset: number) => Origin;
  readonly problems: Problem[];
  /** What each alias stands for: finding it takes a walk over the document. */
  readonly targets: Map<Alias, Node | undefined>;
  nodes: number;
}

interface Spot {
  readonly at: Origin;
  readonly depth: number;
}

function readNode(reader: Reader, node: ParsedNode | Node | null | undefined, spot: Spot): Located {
  const nothing: Located = { kind: "scalar", at: spot.at, value: null };
  reader.nodes += 1;
  const excess = excessOf(reader, spot);
  if (excess !== undefined) {
    if (reader.problems.length === 0) reader.problems.push(problemOf(spot.at, excess));
    return nothing;
  }
  if (isAlias(node)) return readAlias(reader, node, spot);
  if (isMap(node)) return readMap(reader, node.items as readonly YamlPair[], spot);
  if (isSeq(node)) {
    const items = (node.items as readonly ParsedNode[]).map((item) => {
      return readNode(reader, item, { at: reader.at(item.range[0]), depth: spot.depth + 1 });
    });
    return { kind: "list", at: spot.at, items };
  }
  return isScalar(node) ? { kind: "scalar", at: spot.at, value: node.value as string } : nothing;
}

function excessOf(reader: Reader, spot: Spot): string | undefined {
  if (spot.depth > depthMax) return `is nested deeper than ${depthMax} levels`;
  return reader.nodes > nodesMax ? `holds more than ${nodesMax} values` : undefined;
}

/** Counted where it is written; what it opens up to is bounded by depth and by the number of values. */
function readAlias(reader: Reader, alias: Alias, spot: Spot): Located {
  if (!reader.targets.has(alias)) {
    const target = alias.resolve(reader.document);
    reader.targets.set(alias, target);
    if (target === undefined) {
      reader.problems.push(problemOf(spot.at, "names an anchor that is not set before it"));
    } else if (reader.targets.size === aliasesMax + 1) {
      reader.problems.push(problemOf(spot.at, `holds more than ${aliasesMax} aliases`));
    }
  }
  if (reader.problems.length > 0) return { kind: "scalar", at: spot.at, value: null };
  return readNode(reader, reader.targets.get(alias), { at: spot.at, depth: spot.depth + 1 });
}

interface YamlPair {
  readonly key: ParsedNode;
  readonly value: ParsedNode | null;
}

function readMap(reader: Reader, pairs: readonly YamlPair[], spot: Spot): Located {
  const members = new Map<string, Located>();
  for (const pair of pairs) {
    const at = reader.at(pair.key.range[0]);
    const key = isScalar(pair.key) ? String(pair.key.value) : "";
    const first = members.get(key);
    // assigning `__proto__` to a plain object later would hide members instead of adding one
    if (key === "__proto__") reader.problems.push(problemOf(at, "holds a key that is not allowed"));
    if (first !== undefined) {
      reader.problems.push(
        problemOf(at, `holds ${formatPath([key])} twice`, `first on line ${first.at.line}`),
      );
    }
    members.set(key, readNode(reader, pair.value, { at, depth: spot.depth + 1 }));
  }
  return { kind: "map", at: spot.at, members };
}
