// Owns the way from files' text to drafts: read, head, group, overlay, Defaults, built-in. Knows nothing
// of schemas.

import type { Problem } from "../contracts/policy.ts";
import { fillIn } from "./built-in.ts";
import { findSecrets } from "./check/secrets.ts";
import { layAgent, layGuard, locksOnGuards } from "./defaults.ts";
import type { Draft, Drafts, SourceDocument } from "./draft.ts";
import { collectDrafts } from "./draft.ts";
import type { SourceFile } from "./files.ts";
import { readHeader } from "./header.ts";
import type { LocatedMap } from "./located.ts";
import { stringAt } from "./located.ts";
import { isLockFile } from "./locks.ts";
import type { Layers } from "./overlay.ts";
import { groupDocuments, mergeMaps } from "./overlay.ts";
import { readYaml } from "./read.ts";

export interface Assembly {
  readonly drafts: Drafts;
  readonly documentCount: number;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

export function assemble(files: readonly SourceFile[]): Assembly {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  const { documents, unread } = readDocuments(files, problems);
  const groups = groupDocuments(documents, problems);
  const fold = (layers: Layers): Draft => {
    let root: LocatedMap | undefined;
    for (const document of layers) root = mergeMaps(root, document, warnings);
    return { kind: layers[0].kind, name: layers[0].name, root: root ?? layers[0].root };
  };
  const defaults = groups.filter(([first]) => first.kind === "Defaults").map(fold);
  const agents = new Map(
    groups
      .filter(([first]) => first.kind === "Agent")
      .map((layers) => [layers, layAgent(layers, defaults, { problems, warnings })]),
  );
  const locks = [...agents].flatMap(([layers, root]) => locksOnGuards(layers, defaults, root));
  const others = groups
    .filter(([first]) => first.kind !== "Defaults")
    .map((layers) => {
      const { kind, name } = layers[0];
      if (kind === "Agent") return { kind, name, root: agents.get(layers) ?? layers[0].root };
      if (kind !== "Guard") return fold(layers);
      const own = new Map(locks.filter(([guard]) => guard === name).map(([, lock]) => [lock.owner, lock]));
      return { kind, name, root: layGuard(layers, [...own.values()], { problems, warnings }) };
    });
  const drafts = collectDrafts([...defaults, ...others].map(fillIn), unread);
  return { drafts, documentCount: documents.length, problems, warnings };
}

interface Reading {
  readonly documents: readonly SourceDocument[];
  readonly unread: ReadonlySet<string>;
}

function readDocuments(files: readonly SourceFile[], problems: Problem[]): Reading {
  const documents: SourceDocument[] = [];
  const unread = new Set<string>();
  for (const file of files.filter((each) => !isLockFile(each))) {
    const read = readYaml(file.path, file.text);
    problems.push(...read.problems);
    if (read.problems.length > 0) for (const name of guessNames(file.text)) unread.add(name);
    for (const root of read.roots) {
      const header = readHeader(root, file.layer);
      problems.push(...findSecrets(root));
      if (header.ok) {
        documents.push(header.document);
      } else {
        problems.push(...header.problems);
        unread.add(stringAt(root, ["metadata", "name"]) ?? "");
      }
    }
  }
  return { documents, unread };
}

/** Of text that does not parse: good enough to keep quiet about references to what stands in it. */
function guessNames(text: string): readonly string[] {
  return [...text.matchAll(/\bname:[ \t]*["']?([A-Za-z0-9@][A-Za-z0-9._:/@+-]*)/g)].map(
    ([, name]) => name ?? "",
  );
}
