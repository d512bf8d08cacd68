// Owns the proof that a webhook is signed as Standard Webhooks has it. Knows no queue.

import { createHmac } from "node:crypto";
import { expect, it } from "vitest";
import { signatureHeaders } from "../../../../core/program/escalations/signature.ts";

const told = { id: "msg_1", body: '{"test": 2432232314}', atMs: 1_614_265_330_500 };

/** By the words of the specification, section "Signature scheme". */
function expected(key: Buffer): string {
  return `v1,${createHmac("sha256", key).update('msg_1.1614265330.{"test": 2432232314}').digest("base64")}`;
}

it("says who, when and what, with the key's bytes", () => {
  const key = Buffer.from("a key of 24 bytes length");
  expect(signatureHeaders(`whsec_${key.toString("base64")}`, told)).toEqual({
    "webhook-id": "msg_1",
    "webhook-timestamp": "1614265330",
    "webhook-signature": expected(key),
  });
  expect(signatureHeaders("plain words", told)["webhook-signature"]).toBe(
    expected(Buffer.from("plain words")),
  );
});

it("is another for another id, time or body", () => {
  const all = [told, { ...told, id: "msg_2" }, { ...told, body: "{}" }, { ...told, atMs: told.atMs + 1_000 }];
  const signatures = all.map((each) => signatureHeaders("key", each)["webhook-signature"]);
  expect(new Set(signatures).size).toBe(4);
});
