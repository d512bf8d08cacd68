// Owns a request's way to another vendor and back: what is kept, what is not and why. Knows no vendor by
// name.

import type { Conversation } from "../../../core/contracts/conversation.ts";
import type { RequestHead, Translation } from "../../../core/contracts/dialect.ts";
import { bringProofs } from "../../../core/motion/proofs.ts";
import { canonicalConversation, differences } from "./canonical.ts";
import { askedAt, type HubDialect, type Recorded } from "./hub.ts";

export type Trip =
  /** Nothing to translate: no JSON was recorded, or it is refused where it is read. */
  | { readonly kind: "unread"; readonly because: string }
  /** The hub or the other vendor has no word for it: such a call is not sent there. */
  | { readonly kind: "uncarried"; readonly field: string }
  /** `lost`: places that came back otherwise. */
  | { readonly kind: "returned"; readonly lost: readonly string[] };

export function tripRequest(row: Recorded, from: HubDialect, to: HubDialect): Trip {
  if (row.request === undefined) return { kind: "unread", because: "not recorded" };
  const asked = readAs(from, Buffer.from(JSON.stringify(row.request)), row.asked);
  if (asked.kind === "refusal") return { kind: "unread", because: asked.code };
  const [extra] = asked.conversation.extras;
  if (extra !== undefined) return { kind: "uncarried", field: nameless(extra) };
  const there = write(to, asked.conversation, from);
  if (!Buffer.isBuffer(there)) return { kind: "uncarried", field: nameless(there.field) };
  const reached = readAs(to, there, headFor(to, asked.conversation));
  if (reached.kind === "refusal") return { kind: "returned", lost: [`refused there: ${reached.code}`] };
  const [unread] = reached.conversation.extras;
  if (unread !== undefined) return { kind: "returned", lost: [`no longer carried: ${nameless(unread)}`] };
  const back = write(from, reached.conversation, to);
  if (!Buffer.isBuffer(back)) return { kind: "returned", lost: [`no way back: ${nameless(back.field)}`] };
  const again = readAs(from, back, headFor(from, reached.conversation));
  if (again.kind === "refusal") return { kind: "returned", lost: [`refused back: ${again.code}`] };
  const was = canonicalConversation(asked.conversation);
  return {
    kind: "returned",
    lost: [...new Set(differences(was, canonicalConversation(again.conversation)))],
  };
}

type Asked =
  | { readonly kind: "asked"; readonly conversation: Conversation }
  | { readonly kind: "refusal"; readonly code: string };

function readAs({ dialect }: HubDialect, body: Buffer, head: RequestHead): Asked {
  const call = dialect.readCall(body, head);
  if (call.kind === "refusal") return { kind: "refusal", code: `${call.code}: ${call.message}` };
  return { kind: "asked", conversation: translationOf(dialect).read(call) };
}

/** As a target of that vendor's is asked by a client of another. */
function write({ dialect, model }: HubDialect, conversation: Conversation, from: HubDialect) {
  const { prover, write } = translationOf(dialect);
  const provers = [translationOf(from.dialect).prover(undefined), prover(model)] as const;
  return write(bringProofs(conversation, ...provers), model);
}

export function translationOf({ name, translation }: HubDialect["dialect"]): Translation {
  if (translation === undefined) throw new Error(`${name} has no translation`);
  return translation;
}

function headFor({ api, dialect, model }: HubDialect, { isStream }: Conversation): RequestHead {
  const path = api.endpoint(dialect, { model, isStream });
  if (path === undefined) throw new Error(`${dialect.name} is not spoken by its own API`);
  return askedAt(path);
}

/** `messages.3.audio` → `messages.*.audio` */
export function nameless(field: string): string {
  return field.replace(/(?<=^|\.)\d+(?=\.|$)/g, "*");
}
