// Owns what a person's last message is a signal of. Knows no answer.

import type { EscalationReason, EscalationSignal, EscalationSpec } from "../../contracts/escalation.ts";
import { Phrases } from "./phrases.ts";
import { requestPhrases } from "./request-phrases.ts";
import { sentimentOf } from "./sentiment.ts";
import { wordsOf } from "./words.ts";

export interface RequestSignals {
  /** What hands it over. */
  signals(message: string): readonly EscalationSignal[];
  /** Whether it asks for what nobody does unasked. */
  isHighStakes(message: string): boolean;
}

export function requestSignals(spec: EscalationSpec): RequestSignals {
  const looksFor = (reason: EscalationReason): boolean => spec.signals.has(reason);
  const asking = new Phrases(looksFor("user_request") ? [...requestPhrases, ...spec.phrases] : []);
  const staked = new Phrases(looksFor("high_stakes") ? (spec.highStakes?.phrases ?? []) : []);
  return {
    signals: (message) => {
      const words = wordsOf(message);
      const found: EscalationSignal[] = [];
      if (asking.areIn(words)) found.push(requested);
      const mood = looksFor("negative_sentiment") ? sentimentOf(words) : 0;
      if (mood < spec.sentimentBelow) found.push(angry(mood, spec.sentimentBelow));
      return found;
    },
    isHighStakes: (message) => staked.areIn(wordsOf(message)),
  };
}

const requested: EscalationSignal = {
  reason: "user_request",
  priority: "normal",
  summary: "The user asks for a person.",
};

/** COMPATIBILITY: with high priority. */
function angry(mood: number, below: number): EscalationSignal {
  const summary = `The sentiment of the user's last message is ${mood.toFixed(2)}, below ${below}.`;
  return { reason: "negative_sentiment", priority: "high", summary };
}
