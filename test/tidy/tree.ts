// Owns the walk over the project's own .ts files and the report of what breaks a rule. Knows no single rule.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkImports } from "./import-rules.ts";
import type { Finding, Source } from "./source.ts";
import { readSource } from "./source.ts";
import { syntaxRules } from "./syntax-rules.ts";
import { textRules } from "./text-rules.ts";

/** The .ts files git tracks, or would track: ignored ones are nobody's concern. */
export function readTree(root: string): readonly (Source | Finding)[] {
  const listed = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "*.ts"];
  const paths = execFileSync("git", listed, { cwd: root, encoding: "utf8" }).split("\0");
  const present = paths.filter((path) => path !== "" && existsSync(join(root, path)));
  return present.map((path) => readSource(path, readFileSync(join(root, path), "utf8")));
}

export function checkSource(source: Source): readonly Finding[] {
  return [...textRules, ...syntaxRules].flatMap((rule) =>
    rule.check(source).map((problem) => ({ file: source.path, rule: rule.name, ...problem })),
  );
}

export function checkTree(read: readonly (Source | Finding)[]): readonly Finding[] {
  const sources = read.filter((entry) => "nodes" in entry);
  const unread = read.filter((entry) => "rule" in entry);
  return [...unread, ...sources.flatMap(checkSource), ...checkImports(sources)];
}

export function printFinding({ file, line, rule, what }: Finding): string {
  return `${file}:${line} ${rule}: ${what}`;
}
