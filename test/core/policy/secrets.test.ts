// Owns the proof that a secret written out is refused, wherever it stands, and is never repeated.

import { describe, expect, it } from "vitest";
import { document, type Files, good, hash, problemsIn, spoil } from "./samples.ts";

// Made up here, and put together so that no scanner takes this file for a leak.
const pieces = [
  "AKIA",
  "QWERTYUIOPASDFGH",
  "sk-",
  "proj-9a8B7c6D5e4F3a2B1c0D",
  "ghp_",
  "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8",
];
const [aws, openai, github] = [0, 2, 4].map((at) => pieces.slice(at, at + 2).join(""));
const opaque = "wJalrXUtnFEMI+K7MDENGbPxRfiCYEXAMPLEKEY+1";
const pem = ["-----BEGIN RSA PRIVATE", "KEY-----"].join(" ");

const secrets: readonly (readonly [what: string, files: Files, secret: string, start: string])[] = [
  [
    "as the name of a variable",
    spoil("provider.yaml", "{ env: OPENAI_API_KEY }", `{ env: ${openai} }`),
    openai ?? "",
    "provider.yaml:7 Provider/openai spec.credential.env: an API key is written out",
  ],
  [
    "in place of the credential",
    spoil("provider.yaml", "{ env: OPENAI_API_KEY }", String(openai)),
    openai ?? "",
    "provider.yaml:7 Provider/openai spec.credential: an API key is written out",
  ],
  [
    "in a field of its own",
    spoil("provider.yaml", "{ env: OPENAI_API_KEY }", `{ value: ${opaque} }`),
    opaque,
    "provider.yaml:7 Provider/openai spec.credential.value: a secret is written out",
  ],
  [
    "as a file's name",
    spoil("provider.yaml", "{ env: OPENAI_API_KEY }", `{ file: ${opaque} }`),
    opaque,
    "provider.yaml:7 Provider/openai spec.credential.file: a secret is written out",
  ],
  [
    "as an access key",
    spoil("provider.yaml", "baseUrl: https://api.openai.com", `baseUrl: https://${aws}.example.com`),
    aws ?? "",
    "provider.yaml:6 Provider/openai spec.baseUrl: an AWS access key is written out",
  ],
  [
    "as the key of a map",
    spoil("caller.yaml", "current:", `${github}:`),
    github ?? "",
    "caller.yaml:6 Caller/web-app spec.apiKeys[redacted]: a GitHub token is written out",
  ],
  [
    "as a private key in many lines",
    spoil("caller.yaml", "audience: sluice", `audience: |\n      ${pem}\n      MIIEpAIBAAKCAQEA`),
    "MIIEpAIBAAKCAQEA",
    "caller.yaml:9 Caller/web-app spec.jwt.audience: a private key is written out",
  ],
];

describe("a secret", () => {
  it.each(secrets)("%s is one line that does not repeat it", (_what, files, secret, start) => {
    const lines = problemsIn(files);
    expect(lines).toHaveLength(1);
    expect(lines[0]?.startsWith(start), lines[0]).toBe(true);
    expect(lines[0]).not.toContain(secret);
  });

  it("in a document of no known kind is seen as well", () => {
    const files = { ...good, "x.yaml": document("Secret", "x", `value: ${openai}`) };
    expect(problemsIn(files).map((line) => line.split(":").slice(0, 2).join(":"))).toEqual([
      "x.yaml:2 kind",
      "x.yaml:5 Secret/x spec.value",
    ]);
    expect(problemsIn(files).join()).not.toContain(openai);
  });

  it("as a name is not repeated by any line about that document", () => {
    const name = String(openai).toLowerCase();
    const files = { ...good, "x.yaml": document("Agent", name, "modles: []") };
    expect(problemsIn(files).map((line) => line.split(": ")[0])).toEqual([
      "x.yaml:3 Agent/[redacted] metadata.name",
      "x.yaml:5 Agent/[redacted] spec.modles",
    ]);
    expect(problemsIn(files).join()).not.toContain(name);
  });

  it("in text that is not YAML is not repeated", () => {
    const files = { ...good, "x.yaml": `a: [${openai}\nb: }` };
    expect(problemsIn(files)).toHaveLength(1);
    expect(problemsIn(files).join()).not.toContain(openai);
  });
});

describe("what only looks a little like one", () => {
  const harmless: readonly (readonly [what: string, files: Files])[] = [
    ["a hash where it belongs", spoil("caller.yaml", hash("a"), `"${hash("0")}"`)],
    [
      "a path",
      spoil(
        "provider.yaml",
        "{ env: OPENAI_API_KEY }",
        "{ file: /var/run/secrets/Sluice/openai/Key-number-1 }",
      ),
    ],
    [
      "a long model name",
      spoil(
        "provider.yaml",
        "gpt-4o:",
        "accounts/fireworks/models/Llama-v3p1-405B-instruct: {}\n    gpt-4o:",
      ),
    ],
    ["a word", spoil("agent.yaml", "[/search]", "[/sk-learn-agents]")],
  ];
  it.each(harmless)("%s is let through", (_what, files) => {
    expect(problemsIn(files)).toEqual([]);
  });
});
