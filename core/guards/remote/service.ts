// Owns what a remote guard is to the rest of this folder: what it is asked and how its answer is read. Knows
// no socket.

import type { Finding, TextSource, Unable } from "../../contracts/guard.ts";
import type { JsonObject, JsonValue } from "../../contracts/json.ts";

export interface Question {
  /** Below the configured URL, with its query; empty: the URL itself. */
  readonly path: string;
  readonly body: JsonObject;
}

/** What is needed to read the answer. */
export interface Reply {
  readonly status: number;
  readonly value: JsonValue;
  /** What was asked about: offsets of findings are UTF-16 units into it. */
  readonly text: string;
  readonly source: TextSource;
}

/** No findings: it may pass. Undefined: this is no answer of that service. */
export type Reading = readonly Finding[] | Unable | undefined;

/** A service with its settings. Stateless. */
export interface Speaker {
  ask(text: string, source: TextSource): Question;
  read(reply: Reply): Reading;
}

export interface ServiceSettings {
  /** Below it nothing is found; undefined: as the service itself judges. */
  readonly threshold: number | undefined;
  /** Its own, as `settings` has them. */
  readonly own: JsonObject;
}

export interface Service {
  /** As `config.adapter` names it. */
  readonly name: string;
  /** JSON Schema of each setting that is its own. */
  readonly settings: Readonly<Record<string, JsonObject>>;
  readonly required: readonly string[];
  /** UTF-16 units that one request may hold. */
  readonly chunkCharsMax: number;
  /** Where the secret is shown, lower case. `authorization`: as a bearer. */
  readonly credentialHeader: string;
  /** Statuses besides 200 to 299 that may be verdicts. */
  readonly verdictStatuses: ReadonlySet<number>;
  open(settings: ServiceSettings): Speaker;
}

export const noStatuses: ReadonlySet<number> = new Set();

/** A model wrote it: asked about as output, everything else as input. */
export function isModels({ stage, role }: TextSource): boolean {
  const isAnswer = stage === "edge.answer" || stage === "llm.answer" || stage === "llm.reasoning";
  return isAnswer || stage === "tool.args" || role === "assistant" || role === "model";
}
