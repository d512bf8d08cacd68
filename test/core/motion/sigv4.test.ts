// Owns the proof of AWS's signatures: vectors that others published, and a reckoning that shares no code.

import { createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type SignableRequest, signRequest } from "../../../core/motion/sigv4-adapter.ts";
import { sharedPath } from "../../shared-data.ts";

const keys = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  sessionToken: undefined,
};

const scope = { region: "us-east-1", service: "bedrock", now: new Date("2026-06-01T12:34:56Z") };

function ask(parts: Partial<SignableRequest> = {}): SignableRequest {
  return {
    method: "POST",
    origin: "https://bedrock-runtime.us-east-1.amazonaws.com",
    path: "/model/amazon.nova-micro-v1%3A0/converse",
    headers: { "content-type": "application/json" },
    body: Buffer.from('{"messages":[]}'),
    ...parts,
  };
}

const sha256 = (data: string | Buffer): string => createHash("sha256").update(data).digest("hex");
const hmac = (key: string | Buffer, data: string): Buffer => createHmac("sha256", key).update(data).digest();

/**
 * By the words of the documentation: every byte of the path but RFC 3986's unreserved is escaped once more.
 */
function signatureOf({ method, path, body }: SignableRequest, headers: Record<string, string>): string {
  const signed = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? "")?.[1] ?? "";
  const lines = signed.split(";").map((name) => `${name}:${headers[name]}\n`);
  const escaped = path.split("/").map(encodeURIComponent).join("/");
  const canonical = [method, escaped, "", lines.join(""), signed, sha256(body)].join("\n");
  const day = "20260601/us-east-1/bedrock/aws4_request";
  const text = ["AWS4-HMAC-SHA256", headers["x-amz-date"], day, sha256(canonical)].join("\n");
  const key = day.split("/").reduce<string | Buffer>(hmac, `AWS4${keys.secretAccessKey}`);
  return hmac(key, text).toString("hex");
}

describe("a request to AWS", () => {
  const paths = [
    "/model/amazon.nova-micro-v1%3A0/converse",
    "/base/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Fx/converse-stream",
    "/model/%E6%97%A5%20%28x%29/invoke",
  ];

  it.each(paths)("is signed as the documentation reckons it: %s", async (path) => {
    const request = ask({ path });
    const headers = await signRequest(request, keys, scope);
    const day = "20260601/us-east-1/bedrock/aws4_request";
    const names = "content-type;host;x-amz-content-sha256;x-amz-date";
    expect(headers).toEqual({
      "content-type": "application/json",
      host: "bedrock-runtime.us-east-1.amazonaws.com",
      "x-amz-date": "20260601T123456Z",
      "x-amz-content-sha256": sha256(request.body),
      authorization:
        `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${day}, SignedHeaders=${names}, ` +
        `Signature=${signatureOf(request, headers)}`,
    });
  });

  it("shows the token of temporary keys, and signs it", async () => {
    const request = ask();
    const headers = await signRequest(request, { ...keys, sessionToken: "of-a-session" }, scope);
    expect(headers["x-amz-security-token"]).toBe("of-a-session");
    expect(headers.authorization).toContain("x-amz-security-token, Signature=");
    expect(headers.authorization).toContain(signatureOf(request, headers));
  });

  it("is signed with its port where that is not the usual one", async () => {
    const headers = await signRequest(ask({ origin: "http://127.0.0.1:8080" }), keys, scope);
    expect(headers.host).toBe("127.0.0.1:8080");
  });

  it("leaves out of the signature what is changed on the way", async () => {
    const headers = await signRequest(ask({ headers: { "user-agent": "agent/1" } }), keys, scope);
    expect(headers["user-agent"]).toBe("agent/1");
    expect(headers.authorization).not.toContain("user-agent");
  });
});

interface Vector {
  readonly kind: string;
  readonly given: {
    readonly credentials: { access_key_id: string; secret_access_key: string; session_token?: string };
    readonly signing: { service: string; region: string; timestamp: string };
    readonly request: { method: string; url: string; headers: Record<string, string>; body_base64: string };
  };
  readonly expected: { readonly headers: Record<string, string> };
}

describe("vectors of OpenAI's SDK", () => {
  const path = sharedPath("recorded/fixtures-openai-sdk/bedrock_auth/v1/cases.json");
  const cases: Vector[] = path === undefined ? [] : JSON.parse(readFileSync(path, "utf8")).cases;

  it.skipIf(path === undefined)("are met", async () => {
    const vectors = cases.filter(({ kind }) => kind === "sigv4");
    expect(vectors.length).toBeGreaterThan(1);
    for (const { given, expected } of vectors) {
      const { credentials, signing, request } = given;
      const { origin, pathname } = new URL(request.url);
      const body = Buffer.from(request.body_base64, "base64");
      const signed = await signRequest(
        { method: request.method, origin, path: pathname, headers: request.headers, body },
        {
          accessKeyId: credentials.access_key_id,
          secretAccessKey: credentials.secret_access_key,
          sessionToken: credentials.session_token,
        },
        { ...signing, now: new Date(signing.timestamp) },
      );
      expect(signed).toMatchObject(expected.headers);
    }
  });
});
