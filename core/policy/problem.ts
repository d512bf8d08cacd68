// Owns how problems are written, ordered and bounded. Knows nothing of how they are found.

import { isAbsolute, relative, sep } from "node:path";
import type { Origin, Problem } from "../contracts/policy.ts";
import type { Path } from "./located.ts";
import { redactSecrets, secretShapeAt } from "./secret-shape.ts";

/** More than a person reads; the rest is told as a count. */
const problemsMax = 500;

const plainKey = /^[A-Za-z0-9_-]+$/;

function formatSegment(segment: string | number, index: number, path: Path): string {
  if (typeof segment === "number") return `[${segment}]`;
  if (secretShapeAt(path.slice(0, index), segment) !== undefined) return "[redacted]";
  return plainKey.test(segment) ? `.${segment}` : `[${JSON.stringify(segment.slice(0, 128))}]`;
}

/** `spec.limits.requests`, `spec.targets[0].model`, `spec.models["gpt-4.1"].price`. */
export function formatPath(path: Path): string {
  const text = path.map(formatSegment).join("");
  return text.startsWith(".") ? text.slice(1) : text;
}

/** The inverse of `formatPath` for map keys; undefined where the text is not such a path. */
export function parsePath(text: string): string[] | undefined {
  const path: string[] = [];
  const segment = /(?:^|(?!^)\.)([A-Za-z0-9_-]+)|\["((?:[^"\\]|\\["\\])+)"\]/y;
  while (segment.lastIndex < text.length) {
    const match = segment.exec(text);
    if (match === null) return undefined;
    path.push(match[1] ?? (match[2] ?? "").replaceAll(/\\(.)/g, "$1"));
  }
  return path.length === 0 ? undefined : path;
}

/** Relative to the working directory where it lies below it. */
export function formatFile(file: string): string {
  const near = relative(process.cwd(), file);
  return near === "" || near.startsWith(`..${sep}`) || near === ".." || isAbsolute(near) ? file : near;
}

export function formatOrigin(origin: Origin): string {
  return `${formatFile(origin.file)}:${origin.line}`;
}

/** `file:line path: problem (hint)`, always one line. */
export function formatProblem(problem: Problem): string {
  const path = problem.path === "" ? "" : ` ${problem.path}`;
  const hint = problem.hint === "" ? "" : ` (${problem.hint})`;
  return `${formatOrigin(problem)}${path}: ${problem.problem}${hint}`.replaceAll(
    /[\p{Cc}\p{Zl}\p{Zp}]+/gu,
    " ",
  );
}

/** What an agent's path and the path of the Defaults it comes from do not share. */
const agentPath = /^(?:Agent|Defaults)\/\S+ spec(?:\.agent)?/;

/**
 * One problem a place and one place a problem: an agent repeats what is wrong in its Defaults, and a secret
 * is also of the wrong type. The first said is kept, so the caller puts the most telling first. Then by file
 * and line.
 */
export function arrangeProblems(problems: readonly Problem[], files: readonly string[]): readonly Problem[] {
  const said = new Set<string>();
  const kept: Problem[] = [];
  for (const problem of problems) {
    const place = JSON.stringify([problem.file, problem.line, problem.path]);
    const shared = problem.path.replace(agentPath, "");
    const text = JSON.stringify([problem.file, problem.line, problem.problem, shared]);
    if (said.has(place) || said.has(text)) continue;
    said.add(place).add(text);
    kept.push(redact(problem));
  }
  const rank = new Map(files.map((file, index) => [file, index]));
  kept.sort((a, b) => (rank.get(a.file) ?? -1) - (rank.get(b.file) ?? -1) || a.line - b.line);
  return kept.length <= problemsMax ? kept : [...kept.slice(0, problemsMax), restOf(kept)];
}

/** Names and keys of the documents stand in all three. */
function redact({ path, problem, hint, ...at }: Problem): Problem {
  return { ...at, path: redactSecrets(path), problem: redactSecrets(problem), hint: redactSecrets(hint) };
}

function restOf(problems: readonly Problem[]): Problem {
  const last = problems[problemsMax] as Problem;
  return { ...last, path: "", problem: `${problems.length - problemsMax} more problems follow`, hint: "" };
}
