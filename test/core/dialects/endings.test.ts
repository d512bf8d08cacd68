// Owns the proof that every recorded stream, cut after any frame, ends as its vendor's own would have.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { Dialect } from "../../../core/contracts/dialect.ts";
import { anthropicMessages } from "../../../core/dialects/anthropic-messages.ts";
import { bedrockConverse } from "../../../core/dialects/bedrock-converse.ts";
import { bedrockInvoke } from "../../../core/dialects/bedrock-invoke.ts";
import { gemini } from "../../../core/dialects/gemini.ts";
import { ollamaChat, ollamaGenerate } from "../../../core/dialects/ollama.ts";
import { openAiChat } from "../../../core/dialects/openai-chat.ts";
import { openAiCompletions } from "../../../core/dialects/openai-completions.ts";
import { openAiResponses } from "../../../core/dialects/openai-responses.ts";
import { hasSharedData, readRows, sharedPath } from "../../shared-data.ts";
import { answerHead, deltasOf, frames, read } from "./answers.ts";
import * as anthropic from "./anthropic-messages/exchanges.ts";
import { recordedOf } from "./bedrock/exchanges.ts";
import { checkEndings, type Grammar } from "./ending-checks.ts";
import {
  candidates,
  chunks,
  converse,
  invoke,
  lines,
  messages,
  responses,
  withChecksums,
} from "./ending-grammars.ts";
import * as google from "./gemini/exchanges.ts";
import * as chat from "./openai-chat/exchanges.ts";
import type { Exchanged } from "./recorded-checks.ts";

interface Row {
  readonly id: string;
  readonly request: { readonly url: string };
  readonly response: { readonly status: number; readonly body: string };
}

const folder = fileURLToPath(new URL("../../golden/", import.meta.url));

function goldensOf({ name }: Dialect): Exchanged[] {
  return readdirSync(folder + name)
    .filter((file) => file.startsWith("stream"))
    .map((file) => {
      const { contentType, body } = JSON.parse(readFileSync(`${folder}${name}/${file}`, "utf8"));
      return { name: `${name}/${file}`, head: answerHead(contentType), body: Buffer.from(body) };
    });
}

function recorded(name: string, contentType: string, isOurs: (row: Row) => boolean): Exchanged[] {
  const path = sharedPath(`recorded/${name}.jsonl.gz`);
  const rows = path === undefined ? [] : readRows<Row>(path);
  return rows
    .filter((row) => row.response.status < 400 && isOurs(row))
    .map(({ id, response }) => ({
      name: id,
      head: answerHead(contentType, response.status),
      body: Buffer.from(response.body),
    }));
}

const isEvents = ({ response: { body } }: Row) => /^(data|event|:)/.test(body);
const isLines = (path: string) => (row: Row) =>
  row.request.url.endsWith(path) && row.response.body.trim().includes("\n{");

const kinds: readonly (readonly [Dialect, Grammar, () => readonly Exchanged[]])[] = [
  [openAiChat, chunks, () => [...chat.goldens, ...chatRows()]],
  [openAiCompletions, chunks, () => goldensOf(openAiCompletions)],
  [openAiResponses, responses, () => recorded("openai-responses", "text/event-stream", isEvents)],
  [anthropicMessages, messages, () => [...anthropic.goldens, ...anthropicRows()]],
  [gemini, candidates, () => [...google.goldens, ...geminiRows()]],
  [bedrockConverse, withChecksums(converse), () => recordedOf("converse-stream")],
  [bedrockInvoke, withChecksums(invoke), () => recordedOf("invoke-stream")],
  [ollamaChat, lines, () => [...goldensOf(ollamaChat), ...ollamaRows("/api/chat")]],
  [ollamaGenerate, lines, () => [...goldensOf(ollamaGenerate), ...ollamaRows("/api/generate")]],
];

const rowsOf = <T>(name: string, from: (path: string) => readonly T[]): readonly T[] => {
  const path = sharedPath(`recorded/${name}.jsonl.gz`);
  return path === undefined ? [] : from(path);
};
const chatRows = () => rowsOf("openai-chat", chat.recordedRows);
const geminiRows = () => rowsOf("gemini", google.recordedRows);
const anthropicRows = () =>
  rowsOf("anthropic-messages", (path) => anthropic.recordedRows(path, "/v1/messages"));
const ollamaRows = (path: string) => recorded("ollama", "application/x-ndjson", isLines(path));

/** Streams that read as whole and in which the vendor says no error. */
function isGood(dialect: Dialect, { head, body }: Exchanged): boolean {
  const isStream = String(head.headers["content-type"]).startsWith("application/json")
    ? body[0] === 0x5b
    : true;
  if (head.status >= 400 || !isStream) return false;
  const said = read(dialect, head, [body]);
  return !("kind" in said) && deltasOf(said).every(({ kind }) => kind !== "error");
}

/** Every stream of a kind, and what is wrong with those that do not end well. */
function failures(streams: readonly Exchanged[], dialect: Dialect, grammar: Grammar) {
  const failed: string[] = [];
  let ended = 0;
  for (const stream of streams) {
    try {
      ended += checkEndings(dialect, stream, grammar);
    } catch (error) {
      const { message, cause } = error as Error;
      failed.push(`${message}: ${(cause as Error | undefined)?.message}`);
    }
  }
  return { ended, failed };
}

describe("a recorded stream that is cut after any frame", () => {
  const ours = kinds.filter(([, , all]) => hasSharedData || all().length > 0);
  it.each(ours.map((kind) => [kind[0].name, ...kind] as const))("%s", (_name, dialect, grammar, all) => {
    const streams = all().filter((exchanged) => isGood(dialect, exchanged));
    const { ended, failed } = failures(streams, dialect, grammar);
    expect(failed).toEqual([]);
    expect(ended).toBeGreaterThan(streams.length);
  });
});

/** The same answer in another vendor's words. */
function translated(from: Dialect, to: Dialect, { name, head, body }: Exchanged): Exchanged {
  const composer = to.translation?.composer({ model: "m", isStream: true, query: "?alt=sse" });
  if (composer === undefined) throw new TypeError(`${to.name} has no translation`);
  const pieces = frames(from, head, [body]).map(({ deltas }) => composer.add(deltas));
  const contentType = String(composer.headers["content-type"]);
  return { name, head: answerHead(contentType), body: Buffer.concat([...pieces, composer.end()]) };
}

describe.skipIf(!hasSharedData)("a translated stream that is cut after any frame", () => {
  const hub = kinds.filter(([{ translation }]) => translation !== undefined);
  const pairs = hub.flatMap((from) => hub.map((to) => [from[0].name, to[0].name, from, to] as const));

  it.each(pairs.filter(([from, to]) => from !== to))("%s to %s", (_from, _to, from, [to, grammar]) => {
    const recordings = from[2]().filter((exchanged) => isGood(from[0], exchanged));
    const streams = recordings.slice(0, 20).map((exchanged) => translated(from[0], to, exchanged));
    const { ended, failed } = failures(streams, to, grammar);
    expect(failed).toEqual([]);
    expect(ended).toBeGreaterThan(streams.length);
  });
});
