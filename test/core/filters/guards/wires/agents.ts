// Owns answers as agents give them in APIs of their own: JSON, its events and lines, and plain words. Knows
// no dialect's code.

import { jsonDialect } from "../../../../../core/dialects/json.ts";
import { type AskedTexts, event, textOf, type Wire } from "./wire.ts";

const dialect = jsonDialect({ requestText: undefined, responseText: undefined, others: "read" });
const body = ({ system, user, query, result }: AskedTexts, how: "stream" | "whole") => ({
  messages: [
    { role: "system", content: system },
    { role: "user", content: user },
  ],
  notes: { query, results: [result] },
  n: 1.0,
  stream: how === "stream",
});
const whole = (said: Parameters<Wire["whole"]>[0]): Buffer => {
  const answers = said.map((say) => ({ answer: textOf(say), id: "a-1" }));
  return Buffer.from(JSON.stringify({ answers, usage: { total: 30 } }));
};

const shared = {
  dialect,
  place: "gateway",
  kinds: ["text"],
  choicesMax: 1,
  wholeType: "application/json",
  whole,
  asked: { path: () => "/run", body },
} as const;

export const jsonWires: readonly Wire[] = [
  {
    ...shared,
    name: "json events",
    streamType: "text/event-stream",
    stream: (said) => {
      const pieces = said.flatMap((say) => say.pieces.map((delta) => event({ delta }, "message")));
      return Buffer.from(`: hello\n\n${pieces.join("")}${event({ usage: { total: 30 } })}`);
    },
  },
  {
    ...shared,
    name: "json lines",
    streamType: "application/x-ndjson",
    stream: (said) => {
      const pieces = said.flatMap((say) => say.pieces.map((delta) => `${JSON.stringify({ delta })}\n`));
      return Buffer.from(`${pieces.join("")}${JSON.stringify({ usage: { total: 30 } })}\n`);
    },
  },
  {
    ...shared,
    name: "plain words",
    streamType: "text/plain",
    wholeType: "text/markdown; charset=utf-8",
    stream: (said) => Buffer.from(said.map(textOf).join("\n")),
    whole: (said) => Buffer.from(said.map(textOf).join("\n")),
  },
];
