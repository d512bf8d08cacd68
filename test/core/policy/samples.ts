// Owns a policy that is right in every part, and ways to spoil one place of it. Knows no test.

import { join } from "node:path";
import type { Policy, PolicyResult } from "../../../core/contracts/policy.ts";
import { decodeSource, type SourceFile } from "../../../core/policy/files.ts";
import { checkSources } from "../../../core/policy/load.ts";
import { formatProblem } from "../../../core/policy/problem.ts";

/** Name → text; what begins with `overlay/` lies in a second directory. */
export type Files = Readonly<Record<string, string>>;

const head = "apiVersion: sluice.dev/v1alpha1";
export const hash = (digit: string): string => digit.repeat(64);

/** One document; `spec` begins on its fourth line. */
export function document(kind: string, name: string, spec: string): string {
  return `${head}\nkind: ${kind}\nmetadata: { name: ${name} }\nspec:\n${spec.replaceAll(/^/gm, "  ")}\n`;
}

export const good: Files = {
  "provider.yaml": document(
    "Provider",
    "openai",
    `api: openai
baseUrl: https://api.openai.com
credential: { env: OPENAI_API_KEY }
models:
  gpt-4o: { price: { perMillion: { input: 2.50, output: "10.00" } } }`,
  ),
  "model.yaml": document("Model", "gpt-4o", "targets: [{ provider: openai, model: gpt-4o }]"),
  "caller.yaml": document(
    "Caller",
    "web-app",
    `apiKeys:
  current: { sha256: ${hash("a")} }
jwt:
  issuer: https://issuer.example/
  audience: sluice
  jwksUri: https://issuer.example/keys
  algorithms: [RS256]`,
  ),
  "agent.yaml": document(
    "Agent",
    "search",
    `endpoints: ["http://127.0.0.1:8000"]
paths: [/search]
callers: [{ caller: web-app }]
api: { request: { schema: { type: object } } }
models: [gpt-4o]
limits:
  requests: { requests: 60, window: { sliding: 1m }, burst: 10, by: [caller] }`,
  ),
};

/** The good policy with one piece of text, which must be there, put in place of another. */
export function spoil(file: string, from: string, to: string): Files {
  const text = good[file];
  if (text === undefined || !text.includes(from)) throw new Error(`${file} does not hold ${from}`);
  return { ...good, [file]: text.replace(from, () => to) };
}

export function sourceOf(name: string, bytes: Uint8Array): SourceFile {
  const layer = name.startsWith("overlay/") ? 1 : 0;
  const source = decodeSource({ path: join(process.cwd(), name), name, layer }, bytes);
  if ("problem" in source) throw new Error(source.problem);
  return source;
}

/** The directory given last holds the overlays. */
export function check(files: Files, nowMs = Date.UTC(2026, 0, 1)): PolicyResult {
  const sources = Object.entries(files).map(([name, text]) => sourceOf(name, Buffer.from(text)));
  sources.sort((a, b) => a.layer - b.layer);
  return checkSources({ files: sources, problems: [] }, { nowMs });
}

/** One line a problem, files relative to the directories. */
export function problemsIn(files: Files): readonly string[] {
  const result = check(files);
  return result.ok ? [] : result.problems.map(formatProblem);
}

export function policyOf(files: Files): Policy {
  const result = check(files);
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join("\n"));
  return result.policy;
}

/** A line as `formatProblem` writes it. */
export function said(place: string, problem: string, hint?: string): string {
  return `${place}: ${problem}${hint === undefined ? "" : ` (${hint})`}`;
}
