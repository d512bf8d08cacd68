// Owns how a NeMo Guardrails server is asked, and how its refusal is told. Knows no socket.
// Source: NVIDIA-NeMo/Guardrails, nemoguardrails/server/api.py and schemas/openai.py (0.12 to 0.24), and
// https://docs.nvidia.com/nemo/guardrails/latest/run-rails/using-python-apis/generation-options.html:
// with one kind of rail on, what is allowed comes back as it is, what was altered altered, and what was
// blocked as the configuration's refusal.

import type { Finding, TextSource } from "../../../contracts/guard.ts";
import type { JsonObject, JsonValue } from "../../../contracts/json.ts";
import { isObject } from "../../../text/json.ts";
import { alterationsOf, markedType } from "../alterations.ts";
import { placed, unplaced, unreachable } from "../findings.ts";
import { isModels, noStatuses, type Reading, type Service } from "../service.ts";

const name = { type: "string", minLength: 1, maxLength: 256 };

/** The server's own words for its own failure, which it says with status 200. */
const failures = [
  /^Internal server error/,
  /^Invalid guardrails configuration/,
  /^Could not load the .{0,512}guardrails configuration/s,
];

export const nemoGuardrails: Service = {
  name: "nemo-guardrails",
  settings: { configId: name, model: name },
  required: [],
  chunkCharsMax: 32_768,
  credentialHeader: "authorization",
  verdictStatuses: noStatuses,
  open: ({ own }) => ({
    ask: (text, source) => ({ path: "/v1/chat/completions", body: bodyOf(text, source, own) }),
    read: ({ value, text }) => read(value, text),
  }),
};

/** Older servers read `config_id` and `options` beside the messages, newer ones within `guardrails`. */
function bodyOf(text: string, source: TextSource, { configId, model }: JsonObject): JsonObject {
  const isOutput = isModels(source);
  const options: JsonObject = {
    rails: { input: !isOutput, output: isOutput, dialog: false, retrieval: false },
    log: { activated_rails: true },
  };
  const named: JsonObject = configId === undefined ? { options } : { config_id: configId, options };
  const said: JsonObject = { role: "assistant", content: text };
  return {
    model: model ?? "none",
    messages: isOutput ? [{ role: "user", content: "" }, said] : [{ role: "user", content: text }],
    stream: false,
    ...named,
    guardrails: { ...named },
  };
}

function read(value: JsonValue, text: string): Reading {
  if (!isObject(value)) return undefined;
  const content = contentOf(value);
  if (content === undefined) return undefined;
  const rails = railsOf(value);
  const stopping = rails?.find((rail) => isObject(rail) && rail.stop === true);
  if (stopping !== undefined && isObject(stopping)) {
    return [unplaced(typeof stopping.name === "string" ? stopping.name : "rail", 1, content)];
  }
  if (content.trim() === text.trim()) return [];
  if (rails !== undefined) return altered(text, content);
  // Without a log nothing tells an altered text from a refusal: it is taken for the latter.
  return failures.some((failure) => failure.test(content)) ? unreachable : [unplaced("rail", 1, content)];
}

function altered(text: string, content: string): readonly Finding[] {
  const found = alterationsOf(text, content);
  if (found.length === 0) return [unplaced("altered", 1)];
  return found.map((place) => placed(markedType(place.replacement) ?? "sensitive", place));
}

/** OpenAI's shape, or `messages` as servers before 0.20 have it. */
function contentOf({ choices, messages }: JsonObject): string | undefined {
  const [choice] = Array.isArray(choices) ? choices : [];
  const message = isObject(choice) ? choice.message : Array.isArray(messages) ? messages.at(-1) : undefined;
  const content = isObject(message) ? message.content : undefined;
  return typeof content === "string" ? content : undefined;
}

function railsOf({ guardrails, log }: JsonObject): readonly JsonValue[] | undefined {
  const said = isObject(guardrails) && isObject(guardrails.log) ? guardrails.log : log;
  return isObject(said) && Array.isArray(said.activated_rails) ? said.activated_rails : undefined;
}
