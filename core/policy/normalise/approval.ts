// Owns a checked approval, of a tool or of an agent's use of one. Knows no tool.

import { type ApprovalSpec, approvalMsMax } from "../../contracts/approval.ts";
import type { Draft } from "../draft.ts";
import type { Path } from "../located.ts";
import type { ApprovalDocument } from "../schema/approval.ts";
import { parseDurationMs } from "../units.ts";
import { proven, toSecretSource } from "./checked.ts";

const webhookMs = 5_000;

export function toApproval(draft: Draft, path: Path, document: ApprovalDocument): ApprovalSpec {
  const { within, webhook } = document;
  return {
    withinMs: within === undefined ? approvalMsMax : proven(parseDurationMs(within)),
    webhook: webhook && toWebhook(draft, [...path, "webhook"], webhook),
  };
}

function toWebhook(
  draft: Draft,
  path: Path,
  { url, credential, signing, timeout }: NonNullable<ApprovalDocument["webhook"]>,
): NonNullable<ApprovalSpec["webhook"]> {
  const { origin, pathname, search } = new URL(url);
  return {
    origin,
    path: pathname + search,
    credential: toSecretSource(draft, [...path, "credential"], credential),
    signing: toSecretSource(draft, [...path, "signing"], signing),
    timeoutMs: timeout === undefined ? webhookMs : proven(parseDurationMs(timeout)),
  };
}
