// Owns the rules between files: directions, registries, cycles. Knows no layer by name: layers.ts lists them.

import { posix } from "node:path";
import type { Layer } from "./layers.ts";
import { layers, registries, registryReaders, rootFiles, strangers } from "./layers.ts";
import type { Finding, Source, SyntaxNode } from "./source.ts";
import { childOf, textOf } from "./source.ts";

const IMPORTING = new Set([
  "ImportDeclaration",
  "ExportNamedDeclaration",
  "ExportAllDeclaration",
  "ImportExpression",
  "TSImportType",
]);

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly line: number;
}

function specifierOf(node: SyntaxNode): string | undefined {
  return IMPORTING.has(node.type) ? textOf(childOf(node, "source"), "value") : undefined;
}

/** A file's imports of other files of the tree; packages are left out. */
export function importsOf(source: Source): readonly Edge[] {
  return source.nodes.flatMap((node) => {
    const specifier = specifierOf(node);
    if (!specifier?.startsWith(".")) return [];
    const to = posix.join(posix.dirname(source.path), specifier);
    return [{ from: source.path, to, line: source.lineAt(node.start) }];
  });
}

export function layerOf(path: string): Layer | undefined {
  return layers.find(({ folder }) => path.startsWith(folder));
}

function unplaced({ path }: Source): readonly Finding[] {
  if (layerOf(path) !== undefined || rootFiles.includes(path)) return [];
  return [{ file: path, line: 1, rule: "layer", what: "the file stands in no layer" }];
}

/** `core/filters/guards-hold.ts` is a part of `guards.ts`: the first word names the owner. */
function ownerOf(path: string, { folder }: Layer): string | undefined {
  return /^[a-z0-9]+/.exec(path.slice(folder.length))?.[0];
}

function misdirected({ from, to, line }: Edge): readonly Finding[] {
  const [above, below] = [layerOf(from), layerOf(to)];
  const finding = (rule: string, what: string) => [{ file: from, line, rule, what }];
  if (above === undefined || below === undefined) return finding("layer", `imports ${to}`);
  if (above !== below && !above.imports.includes(below.name)) {
    return finding("direction", `${above.name} imports ${below.name} (${to})`);
  }
  if (registries.includes(to) && !registryReaders.includes(above.name)) {
    return finding("registry", `${above.name} does not read ${to}`);
  }
  if (above === below && strangers.includes(above.name) && ownerOf(from, above) !== ownerOf(to, below)) {
    return finding("strangers", `${above.name} never name one another (${to})`);
  }
  return [];
}

/** Depth first; a way back to a file still being walked is a cycle, reported once at its closing import. */
function cycles(edges: readonly Edge[]): readonly Finding[] {
  const outgoing = Map.groupBy(edges, ({ from }) => from);
  const done = new Set<string>();
  const walk = (file: string, trail: readonly string[]): Finding[] => {
    if (done.has(file)) return [];
    const here = [...trail, file];
    const found = (outgoing.get(file) ?? []).flatMap(({ to, line }) => {
      const back = here.indexOf(to);
      if (back < 0) return walk(to, here);
      return [{ file, line, rule: "cycle", what: [...here.slice(back), to].join(" → ") }];
    });
    done.add(file);
    return found;
  };
  return [...outgoing.keys()].flatMap((file) => walk(file, []));
}

export function checkImports(sources: readonly Source[]): readonly Finding[] {
  const edges = sources.flatMap(importsOf);
  return [...sources.flatMap(unplaced), ...edges.flatMap(misdirected), ...cycles(edges)];
}
