// Owns making Bedrock's events for tests. Knows no dialect.

import { writeMessage } from "../../../../core/text/eventstream-message.ts";
import { answerHead } from "../answers.ts";
import { eventstream } from "./exchanges.ts";

export const head = answerHead(eventstream);
export const event = (name: string, value: unknown) =>
  writeMessage({ type: "event", name }, JSON.stringify(value));
export const chunk = (value: unknown) =>
  event("chunk", { bytes: Buffer.from(JSON.stringify(value)).toString("base64"), p: "abc" });
export const stop = event("messageStop", { stopReason: "end_turn" });
export const delta = (index: number, said: unknown) => ({ contentBlockIndex: index, delta: said });
export const say = (index: number, said: unknown) => event("contentBlockDelta", delta(index, said));
