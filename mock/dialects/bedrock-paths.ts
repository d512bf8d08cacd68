// Owns the paths of Amazon Bedrock's runtime; knows no format.

import type { AskedRequest, AskProblem, RequestHead } from "../dialect.ts";

const modelPath = /^\/model\/([^/]+)\/([a-z-]+)$/;

/** POST to `/model/{id}/{operation}`. */
export function isBedrockCall({ method, path }: RequestHead, ...operations: readonly string[]): boolean {
  return method === "POST" && operations.includes(modelPath.exec(path)?.[2] ?? "");
}

/** Its colons may come encoded. */
export function bedrockModel({ path }: RequestHead): string {
  return (modelPath.exec(path)?.[1] ?? "").replaceAll("%3A", ":").replaceAll("%2F", "/");
}

const credential = "Credential=[^/]+/\\d{8}/[a-z0-9-]+/bedrock/aws4_request";
const signedHeaders = "SignedHeaders=[a-z0-9;-]*host[a-z0-9;-]*";
const signature = new RegExp(`^AWS4-HMAC-SHA256 ${credential}, ?${signedHeaders}, ?Signature=[0-9a-f]{64}$`);

/** Bedrock hears nobody who has not signed, or shown one of its own keys. */
export function findSignatureProblem({ headers }: AskedRequest): AskProblem | undefined {
  const { authorization } = headers;
  if (authorization === undefined) return refuseSignature("Missing Authentication Token");
  const isSigned = signature.test(authorization) && headers["x-amz-date"] !== undefined;
  if (isSigned || authorization.startsWith("Bearer ")) return undefined;
  return refuseSignature("The request signature we calculated does not match the signature you provided.");
}

function refuseSignature(message: string): AskProblem {
  return { status: 403, message, param: null, code: null };
}

export function refuseBedrock(message: string): AskProblem {
  return { status: 400, message, param: null, code: null };
}

export function unknownBedrockModel(): AskProblem {
  return refuseBedrock("The provided model identifier is invalid.");
}
