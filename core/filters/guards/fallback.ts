// Owns the answer that is given instead of a model's, in the client's dialect. Knows no vendor and no guard.

import type { AnswerHead, Dialect, HeaderMap } from "../../contracts/dialect.ts";
import type { Exchange } from "../../contracts/exchange.ts";
import { type Delta, type Frame, noUsage } from "../../contracts/frame.ts";
import type { Answer } from "../../contracts/visit.ts";
import { mediaType } from "../../text/media.ts";

/** It was written here: no bound of what comes from outside applies. */
const bounds = { frameBytesMax: Number.MAX_SAFE_INTEGER, bodyBytesMax: Number.MAX_SAFE_INTEGER };

interface Composed {
  readonly headers: HeaderMap;
  readonly body: Buffer;
}

/** In the place of the model: it was never asked. Undefined where this client's format cannot say it. */
export function answerInstead(exchange: Exchange, text: string): Answer | undefined {
  const { call, route } = exchange;
  const isUsageTold = call !== undefined && route.dialect.streamUsage?.ask(call) === undefined;
  const composed = compose(exchange, text, isUsageTold ? [{ kind: "usage", usage: noUsage }] : []);
  return (
    composed && { kind: "answer", head: { status: 200, headers: composed.headers }, body: composed.body }
  );
}

/** Whether an answer that begins so can be another's. */
export function canReplace(exchange: Exchange, head: AnswerHead): boolean {
  const { headers } = compose(exchange, "", []) ?? {};
  return headers !== undefined && head.status === 200 && mediaType(headers) === mediaType(head.headers);
}

/** In the place of what it said; `said`: how it began, and what it used. */
export function framesInstead(
  exchange: Exchange,
  text: string,
  { head, said }: { readonly head: AnswerHead; readonly said: readonly Delta[] },
): readonly Frame[] {
  const { body = Buffer.alloc(0) } = compose(exchange, text, said) ?? {};
  return readAll(exchange.route.dialect, head, body);
}

function compose(
  { call, head, route }: Exchange,
  text: string,
  said: readonly Delta[],
): Composed | undefined {
  if (call?.operation !== "chat") return undefined;
  const { model, isStream } = call;
  const composer = route.dialect.translation?.composer({ model: model ?? "", isStream, query: head.query });
  if (composer === undefined) return undefined;
  const began = said.filter(({ kind }) => kind === "start");
  const used = said.filter(({ kind }) => kind !== "start");
  const bytes = composer.add([
    ...began,
    { kind: "text", channel: "0", text, mode: "append" },
    { kind: "end", channel: "0", reason: "stop", stop: "stop" },
    ...used,
  ]);
  return { headers: { ...composer.headers }, body: Buffer.concat([bytes, composer.end()]) };
}

function readAll(dialect: Dialect, head: AnswerHead, body: Buffer): readonly Frame[] {
  const reader = dialect.reader(head, bounds);
  const frames = reader.push(body);
  const last = reader.end();
  if ("kind" in frames || "kind" in last)
    throw new TypeError(`${dialect.name} does not read what it composes`);
  return [...frames, ...last];
}
