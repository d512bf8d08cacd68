// Owns a planned answer: a delivery with the rule and the fault that made it; knows no vendor's format.

import { bodyFrame, type Delivery, toWrites, type Write, wholeBody } from "./delivery.ts";
import type { Ask, AskProblem, MockDialect } from "./dialect.ts";
import { openaiChat } from "./dialects/openai-chat.ts";
import { applyFault, nameFault, type Wire } from "./faults.ts";
import type { PickedRule } from "./rules.ts";

export interface Plan {
  readonly dialect: string | undefined;
  readonly ask: Ask | undefined;
  readonly delivery: Delivery;
  readonly writes: Iterable<Write>;
  readonly promptTokens: number;
  readonly rule: number | undefined;
  readonly fault: string | undefined;
}

export const nothingScripted = {
  dialect: undefined,
  ask: undefined,
  promptTokens: 0,
  rule: undefined,
  fault: undefined,
};

/** The good answer, or what the rule's fault makes of it. */
export function finish(good: Delivery, picked: PickedRule | undefined, wire: Wire): Plan {
  const fault = picked?.rule.fault;
  const delivery = fault === undefined ? good : applyFault(good, fault, wire);
  return {
    ...nothingScripted,
    delivery,
    writes: toWrites(delivery.frames, delivery.pacing),
    rule: picked?.index,
    fault: fault === undefined ? undefined : nameFault(fault),
  };
}

/** A refusal of the provider's own, in the dialect's words; OpenAI's where no dialect is known. */
export function refusePlan(problem: AskProblem, dialect?: MockDialect): Plan {
  const { headers, body } = (dialect ?? openaiChat).writeError(problem.status, problem);
  const delivery = wholeBody(problem.status, headers, bodyFrame(body, 0));
  return { ...nothingScripted, dialect: dialect?.name, delivery, writes: toWrites(delivery.frames, {}) };
}
