// Owns the proof of how a policy names AWS keys: the usual variables, or all of them by name. Reads none of
// them.

import { join } from "node:path";
import { expect, it } from "vitest";
import { check, document, type Files, problemsIn } from "./samples.ts";

const bedrock = (aws: string, api = "bedrock"): Files => ({
  "provider.yaml": document(
    "Provider",
    "bedrock",
    `api: ${api}
baseUrl: https://bedrock-runtime.us-east-1.amazonaws.com
credential: { aws: { ${aws} } }`,
  ),
});

function credentialOf(aws: string): unknown {
  const result = check(bedrock(aws));
  if (!result.ok) throw new Error(result.problems.map(({ problem }) => problem).join());
  return result.policy.providers.get("bedrock")?.credential;
}

const env = (name: string) => ({ kind: "env", name });

it("takes AWS's usual variables where nothing else is named", () => {
  expect(credentialOf("region: eu-west-1")).toEqual({
    kind: "aws",
    region: "eu-west-1",
    accessKeyId: env("AWS_ACCESS_KEY_ID"),
    secretAccessKey: env("AWS_SECRET_ACCESS_KEY"),
    sessionToken: env("AWS_SESSION_TOKEN"),
    isTemporary: false,
  });
});

it("takes no token of others with keys that are named", () => {
  const pair = "region: us-east-1, accessKeyId: { env: ID }, secretAccessKey: { file: keys/secret }";
  expect(credentialOf(pair)).toEqual({
    kind: "aws",
    region: "us-east-1",
    accessKeyId: env("ID"),
    secretAccessKey: { kind: "file", path: join(process.cwd(), "keys/secret") },
    sessionToken: undefined,
    isTemporary: false,
  });
  expect(credentialOf(`${pair}, sessionToken: { env: TOKEN }`)).toMatchObject({
    sessionToken: env("TOKEN"),
    isTemporary: true,
  });
});

const half = "must have property secretAccessKey when property accessKeyId is present";
const cases: readonly (readonly [what: string, files: Files, line: string])[] = [
  ["no region", bedrock(""), "spec.credential.aws.region: is missing"],
  ["half of a pair", bedrock("region: a, accessKeyId: { env: A }"), `spec.credential.aws: ${half}`],
  [
    "keys written out",
    bedrock("region: a, accessKeyId: AKIDEXAMPLE"),
    "spec.credential.aws.accessKeyId: must be a map",
  ],
  ["another api", bedrock("region: a", "openai"), "spec.credential.aws: signs for AWS"],
];
it.each(cases)("refuses %s", (_what, files, line) => {
  expect(problemsIn(files).join("\n")).toContain(line);
});
