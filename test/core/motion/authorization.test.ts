// Owns the proof of how a credential is shown: as its API says, signed for AWS, or not at all.

import { describe, expect, it } from "vitest";
import type { AwsCredentialSource } from "../../../core/contracts/policy.ts";
import { bedrockApi } from "../../../core/dialects/apis/bedrock.ts";
import { openAuthorization } from "../../../core/motion/authorization.ts";

const request = {
  method: "POST",
  origin: "https://bedrock-runtime.us-east-1.amazonaws.com",
  path: "/model/a/converse",
  headers: { "content-type": "application/json" },
  body: Buffer.from("{}"),
};
const env = (name: string) => ({ kind: "env", name }) as const;
const aws: AwsCredentialSource = {
  kind: "aws",
  region: "us-east-1",
  accessKeyId: env("ID"),
  secretAccessKey: env("SECRET"),
  sessionToken: env("TOKEN"),
  isTemporary: false,
};

const show = (credential: Parameters<typeof openAuthorization>[0]["credential"], environment = {}) =>
  openAuthorization({ credential, api: bedrockApi, environment })(request);

describe("a credential", () => {
  it("that there is none of is not shown", async () => {
    expect(await show(undefined)).toEqual(request.headers);
  });

  it("that is a key is shown as the API says", async () => {
    const headers = { ...request.headers, authorization: "Bearer key" };
    expect(await show(env("AWS_BEARER_TOKEN_BEDROCK"), { AWS_BEARER_TOKEN_BEDROCK: "key" })).toEqual(headers);
  });

  it("of AWS is a signature over the request", async () => {
    const headers = await show(aws, { ID: "AKIDEXAMPLE", SECRET: "s" });
    expect(headers).toMatchObject({ ...request.headers, host: "bedrock-runtime.us-east-1.amazonaws.com" });
    expect(headers?.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/us-east-1\/bedrock\/aws4_request, /,
    );
    expect(headers).not.toHaveProperty("x-amz-security-token");
  });

  it("of AWS that is temporary comes with its token", async () => {
    const headers = await show(aws, { ID: "A", SECRET: "s", TOKEN: "t" });
    expect(headers).toMatchObject({ "x-amz-security-token": "t" });
  });

  it.each([
    [env("KEY"), {}],
    [aws, { ID: "A" }],
    [aws, { SECRET: "s" }],
    [
      { ...aws, isTemporary: true },
      { ID: "A", SECRET: "s" },
    ],
  ])("that cannot be had is missed", async (credential, environment) => {
    expect(await show(credential, environment)).toBeUndefined();
  });

  it("of AWS signs no body that nobody has read", () => {
    const authorize = openAuthorization({
      credential: aws,
      api: bedrockApi,
      environment: { ID: "A", SECRET: "s" },
    });
    expect(() => authorize({ ...request, body: undefined })).toThrow(TypeError);
  });
});
