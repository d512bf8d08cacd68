// Owns AWS's errors: their names, the statuses they stand for, and how they are said. Must not know why
// something was refused.

import type { AnswerHead } from "../../contracts/dialect.ts";
import type { Delta } from "../../contracts/frame.ts";
import { type Refusal, refusalHeaders } from "../../contracts/refusal.ts";

/** As Bedrock's own model of its API has them. */
const statuses: ReadonlyMap<string, number> = new Map([
  ["accessdeniedexception", 403],
  ["internalserverexception", 500],
  ["modelerrorexception", 424],
  ["modelnotreadyexception", 429],
  ["modelstreamerrorexception", 424],
  ["modeltimeoutexception", 408],
  ["resourcenotfoundexception", 404],
  ["servicequotaexceededexception", 400],
  ["serviceunavailableexception", 503],
  ["throttlingexception", 429],
  ["validationexception", 400],
]);

/** Said in the middle of a stream, where there is no other status. */
export function errorDelta(name: string): Delta {
  return { kind: "error", status: statuses.get(name.toLowerCase()) };
}

/** Before the head: SDKs make the exception of this name. */
export function refuseAsException(refusal: Refusal): { head: AnswerHead; body: Buffer } {
  const headers = {
    "content-type": "application/json",
    "x-amzn-errortype": nameOf(refusal.status),
    ...refusalHeaders(refusal),
  };
  return {
    head: { status: refusal.status, headers },
    body: Buffer.from(JSON.stringify({ message: refusal.message })),
  };
}

/** In a stream: one of the five that each of Bedrock's streams knows. */
export function exceptionName({ status }: Refusal): string {
  if (status === 429) return "throttlingException";
  if (status === 503) return "serviceUnavailableException";
  if (status < 500) return "validationException";
  return status === 500 ? "internalServerException" : "modelStreamErrorException";
}

function nameOf(status: number): string {
  if (status === 401 || status === 403) return "AccessDeniedException";
  if (status === 404) return "ResourceNotFoundException";
  if (status === 408 || status === 504) return "ModelTimeoutException";
  if (status === 429) return "ThrottlingException";
  if (status === 503) return "ServiceUnavailableException";
  return status < 500 ? "ValidationException" : "InternalServerException";
}
