// Owns what the provider says: a request and a script's answer become a Reply; knows no vendor's format.

import type { Ask, Choice, Piece, Reply, Tool, Usage } from "./dialect.ts";
import { hashText, prose, type Random, randomId, seededRandom } from "./prose.ts";
import { sampleOf } from "./sample.ts";
import type { ScriptAnswer, ScriptToolCall, UsageOverride } from "./script.ts";
import { pieces } from "./tokens.ts";

// The provider's own end of any answer, all choices together.
const replyTokensMax = 200_000;

const defaultTokensMin = 16;
const defaultTokensSpread = 64;
// Creation times are drawn from some months before this moment: the same request has the same bytes.
const createdMax = 1_767_000_000;
const createdSpread = 8_000_000;

export interface Composition {
  readonly ask: Ask;
  readonly answer: ScriptAnswer;
  readonly promptTokens: number;
  readonly seed: number;
}

/** The same composition gives the same reply, its id and time included. */
export function compose({ ask, answer, promptTokens, seed }: Composition): Reply {
  const random = seededRandom(hashText(ask.text, hashText(ask.model, seed)));
  const id = randomId(random, 29);
  const created = createdMax - Math.floor(random() * createdSpread);
  const choices = Array.from({ length: ask.choices }, () => composeChoice(ask, answer, random));
  return {
    id,
    created,
    model: answer.model ?? ask.model,
    choices,
    usage: answer.usage === "none" ? undefined : tellUsage(answer.usage ?? {}, promptTokens, choices),
    extra: answer.extra ?? {},
    isObfuscated: answer.obfuscation === true,
  };
}

function composeChoice(ask: Ask, answer: ScriptAnswer, random: Random): Choice {
  const calls = chooseToolCalls(ask, answer);
  const whole = [
    ...say("reasoning", pieces(answer.reasoning ?? "")),
    ...say("refusal", pieces(answer.refusal ?? "")),
    ...say("text", chooseText(answer, random, calls)),
    ...calls.flatMap((call, index) => callTool(call, index, { tools: ask.tools, random })),
  ];
  const room = Math.min(roomAsked(ask, answer), Math.floor(replyTokensMax / ask.choices));
  const natural = calls.length > 0 ? "tool_calls" : "stop";
  const finish = answer.finishReason ?? (whole.length > room ? "length" : natural);
  return { pieces: whole.slice(0, room), finish };
}

function roomAsked(ask: Ask, answer: ScriptAnswer): number {
  return answer.honoursMaxTokens === false ? replyTokensMax : (ask.maxTokens ?? replyTokensMax);
}

function say(channel: "reasoning" | "text" | "refusal", said: readonly string[]): Piece[] {
  return said.map((text) => ({ channel, text }));
}

function chooseText(answer: ScriptAnswer, random: Random, calls: readonly ScriptToolCall[]): string[] {
  if (answer.text !== undefined) return pieces(answer.text);
  if (answer.tokens !== undefined) return prose(random, answer.tokens);
  if (calls.length > 0 || answer.refusal !== undefined) return [];
  return prose(random, defaultTokensMin + Math.floor(random() * defaultTokensSpread));
}

function chooseToolCalls(ask: Ask, answer: ScriptAnswer): readonly ScriptToolCall[] {
  const isSilent = answer.text === undefined && answer.tokens === undefined && answer.refusal === undefined;
  if (answer.toolCalls !== undefined) return answer.toolCalls;
  if (!isSilent || ask.demandedTool === undefined) return [];
  const name = ask.demandedTool === "any" ? ask.tools[0]?.name : ask.demandedTool.name;
  return name === undefined ? [] : [{ name }];
}

interface CallSources {
  readonly tools: readonly Tool[];
  readonly random: Random;
}

function callTool(wanted: ScriptToolCall, call: number, { tools, random }: CallSources): Piece[] {
  const tool = tools.find((candidate) => candidate.name === wanted.name);
  const values = wanted.arguments ?? (tool === undefined ? {} : sampleOf(tool.parameters, random));
  const text = typeof values === "string" ? values : JSON.stringify(values);
  const opening: Piece = { channel: "tool", call, id: randomId(random, 24), name: wanted.name };
  return [opening, ...pieces(text).map((part): Piece => ({ channel: "arguments", call, text: part }))];
}

function tellUsage(told: UsageOverride, counted: number, choices: readonly Choice[]): Usage {
  const said = choices.flatMap((choice) => choice.pieces);
  const thoughts = said.filter((piece) => piece.channel === "reasoning").length;
  const reasoningTokens = told.reasoningTokens ?? thoughts;
  const promptTokens = told.promptTokens ?? counted;
  const completionTokens = told.completionTokens ?? said.length - thoughts + reasoningTokens;
  const totalTokens = promptTokens + completionTokens;
  return {
    promptTokens,
    completionTokens,
    totalTokens,
    cachedTokens: told.cachedTokens ?? 0,
    cacheWriteTokens: told.cacheWriteTokens ?? 0,
    reasoningTokens,
  };
}
