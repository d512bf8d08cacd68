// Owns the proof that no input breaks the loader: a policy or problems with a place, whatever the bytes.

import fc from "fast-check";
import { expect, it } from "vitest";
import type { PolicyResult } from "../../../core/contracts/policy.ts";
import { decodeSource } from "../../../core/policy/files.ts";
import { checkSources } from "../../../core/policy/load.ts";
import { formatProblem } from "../../../core/policy/problem.ts";
import { document, type Files, good } from "./samples.ts";

const samples: Files = {
  ...good,
  "defaults.yaml": document(
    "Defaults",
    "d",
    "agent: { limits: { a: { concurrency: 1 } } }\nlocked: [limits.a]",
  ),
  "overlay/agent.yaml": document("Agent", "search", "limits: { requests: { burst: 5 } }"),
};

function checkBytes(files: Readonly<Record<string, Uint8Array>>): PolicyResult {
  const decoded = Object.entries(files).map(([name, bytes]) => {
    return decodeSource({ path: `/p/${name}`, name, layer: name.startsWith("overlay/") ? 1 : 0 }, bytes);
  });
  const problems = decoded.flatMap((file) => ("problem" in file ? [file] : []));
  return checkSources({ files: decoded.flatMap((file) => ("text" in file ? [file] : [])), problems });
}

function expectAnswer(result: PolicyResult): void {
  const told = result.ok ? result.policy.warnings : result.problems;
  expect(result.ok || told.length > 0).toBe(true);
  for (const problem of told) {
    expect(problem.line).toBeGreaterThanOrEqual(1);
    expect(formatProblem(problem)).toMatch(/^[^\n]+:\d+.*: [^\n]+$/);
  }
}

const bytesOf = (text: string): Uint8Array => Buffer.from(text);

it("arbitrary bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => expectAnswer(checkBytes({ "a.yaml": bytes }))),
  );
});

it("arbitrary text of YAML's own marks", () => {
  const marks = fc.constantFrom(
    ..."{}[]:,-?&*!|>'\"%@`#ab1 \n\t~.".split(""),
    "<<",
    "---",
    "null",
    "kind: Agent\n",
  );
  const text = fc.array(marks, { maxLength: 120 }).map((parts) => parts.join(""));
  fc.assert(fc.property(text, (yaml) => expectAnswer(checkBytes({ "a.yaml": bytesOf(yaml) }))));
});

it("arbitrary values as a document of every kind", () => {
  const kinds = ["Provider", "Model", "Caller", "Agent", "Limit", "Guard", "Tool", "McpServer", "Defaults"];
  const fields = fc.constantFrom(
    ...[
      "api",
      "models",
      "targets",
      "apiKeys",
      "jwt",
      "callers",
      "limits",
      "window",
      "guards",
      "agent",
      "locked",
    ],
    ...[
      "selector",
      "endpoints",
      "paths",
      "hosts",
      "request",
      "schema",
      "*",
      "",
      "a.b",
      "constructor",
      "toString",
    ],
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      fc.oneof(
        fc.string(),
        fc.double(),
        fc.integer(),
        fc.boolean(),
        fc.constantFrom(null, "1m", "http://a", "sk-"),
      ),
      fc.array(tie("tree"), { maxLength: 4 }),
      fc.dictionary(fields, tie("tree"), { maxKeys: 5 }),
    ),
  }));
  const documents = fc.array(fc.tuple(fc.constantFrom(...kinds), tree, tree), { maxLength: 4 });
  fc.assert(
    fc.property(documents, fc.boolean(), (all, isOverlaid) => {
      const text = all
        .map(([kind, spec, labels]) =>
          JSON.stringify({ apiVersion: "sluice.dev/v1alpha1", kind, metadata: { name: "a", labels }, spec }),
        )
        .join("\n---\n");
      const files = { ...samples, "x.yaml": text, ...(isOverlaid ? { "overlay/x.yaml": text } : {}) };
      expectAnswer(
        checkBytes(Object.fromEntries(Object.entries(files).map(([name, it]) => [name, bytesOf(it)]))),
      );
    }),
  );
});

it("valid files with pieces cut, doubled and swapped", () => {
  const cut = fc.record({
    file: fc.constantFrom(...Object.keys(samples)),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat(30),
    put: fc.oneof(
      fc.constant(""),
      fc.string({ maxLength: 8 }),
      fc.constantFrom("\n", ": ", "- ", "null", "[]", "{}"),
    ),
  });
  fc.assert(
    fc.property(fc.array(cut, { minLength: 1, maxLength: 4 }), (cuts) => {
      const files: Record<string, string> = { ...samples };
      for (const { file, at, length, put } of cuts) {
        const text = files[file] ?? "";
        const start = Math.floor(at * text.length);
        files[file] = text.slice(0, start) + put + text.slice(start + length);
      }
      expectAnswer(
        checkBytes(Object.fromEntries(Object.entries(files).map(([name, it]) => [name, bytesOf(it)]))),
      );
    }),
    { numRuns: 300 },
  );
});

it("the same files untouched are a policy", () => {
  const files = Object.fromEntries(Object.entries(samples).map(([name, text]) => [name, bytesOf(text)]));
  expect(checkBytes(files)).toMatchObject({ ok: true });
});
