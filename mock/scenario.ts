// Owns turning one request into one planned answer by the script in force; knows no socket and no log.

import { compose } from "./compose.ts";
import { bodyFrame, type Delivery, toWrites, type Write, wholeBody } from "./delivery.ts";
import { type Ask, type AskProblem, isProblem, type MockDialect } from "./dialect.ts";
import { dialects } from "./dialects/index.ts";
import { applyFault, nameFault } from "./faults.ts";
import { type PickedRule, RuleBook } from "./rules.ts";
import type { Script } from "./script.ts";
import { StaticShelf, staticPromptTokens } from "./static-answer.ts";

export interface ReadRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined: there was no body, or it was no JSON. */
  readonly body: unknown;
}

export interface Plan {
  readonly dialect: string | undefined;
  readonly ask: Ask | undefined;
  readonly delivery: Delivery;
  readonly writes: Iterable<Write>;
  readonly promptTokens: number;
  readonly rule: number | undefined;
  readonly fault: string | undefined;
}

const modelsPath = "/v1/models";
const modelsByDefault = ["gpt-4o", "gpt-4o-mini"];
const [firstDialect] = dialects;

export class Scenario {
  readonly #script: Script;
  readonly #rules: RuleBook;
  readonly #shelf: StaticShelf | undefined;

  constructor(script: Script) {
    this.#script = script;
    this.#rules = new RuleBook(script);
    this.#shelf = script.static === undefined ? undefined : new StaticShelf(script.static);
  }

  /** In the static mode nothing of a request is worth keeping. */
  get keepsBodies(): boolean {
    return this.#shelf === undefined;
  }

  plan(request: ReadRequest): Plan {
    const dialect = dialects.find((candidate) => candidate.claims(request.method, request.path));
    if (dialect !== undefined) return this.#planCall(dialect, request);
    const isModelList = request.method === "GET" && request.path === modelsPath;
    return isModelList ? this.#planModels(request) : refusePlan(unknownUrl(request));
  }

  #planCall(dialect: MockDialect, request: ReadRequest): Plan {
    if (request.body === undefined) return refusePlan(unreadableBody, dialect);
    const ask = dialect.readAsk(request.body, request.path);
    if (isProblem(ask)) return refusePlan(ask, dialect);
    if (this.#shelf !== undefined) {
      const prebuilt = this.#shelf.take(dialect, ask);
      return {
        ...nothingScripted,
        ...prebuilt,
        dialect: dialect.name,
        ask,
        promptTokens: staticPromptTokens,
      };
    }
    if (this.#script.models?.includes(ask.model) === false) {
      return { ...refusePlan(unknownModel(ask.model), dialect), ask };
    }
    const picked = this.#rules.pick({ ...request, ask });
    const promptTokens = dialect.countPrompt(request.body);
    const good = this.#answer(dialect, { ask, promptTokens, picked });
    const plan = finish(good, picked, dialect);
    return { ...plan, ask, promptTokens: plan.delivery.status < 300 ? promptTokens : 0 };
  }

  #answer(dialect: MockDialect, { ask, promptTokens, picked }: Answerable): Delivery {
    const scripted = picked?.rule.answer ?? {};
    const hasNoUsage = picked?.rule.fault !== undefined && nameFault(picked.rule.fault) === "no-usage";
    const answer = hasNoUsage ? { ...scripted, usage: "none" as const } : scripted;
    const reply = compose({ ask, answer, promptTokens, seed: this.#script.seed ?? 0 });
    const headers = dialect.headers(ask.form);
    if (ask.form === "body") {
      const tokens = reply.choices.reduce((sum, choice) => sum + choice.pieces.length, 0);
      return { ...wholeBody(200, headers, bodyFrame(dialect.writeBody(reply), tokens)), pacing: scripted };
    }
    const frames = dialect.writeStream(ask, reply);
    const contentLength = undefined;
    return { status: 200, headers, contentLength, frames, pacing: scripted, end: "clean", hasHead: true };
  }

  #planModels(request: ReadRequest): Plan {
    const picked = this.#rules.pick({ ...request, ask: undefined });
    const body = Buffer.from(listModels(this.#script.models ?? modelsByDefault));
    const good = wholeBody(200, { "content-type": "application/json" }, bodyFrame(body, 0));
    return { ...finish(good, picked, firstDialect), dialect: undefined };
  }
}

interface Answerable {
  readonly ask: Ask;
  readonly promptTokens: number;
  readonly picked: PickedRule | undefined;
}

const nothingScripted = { ask: undefined, promptTokens: 0, rule: undefined, fault: undefined };

function finish(good: Delivery, picked: PickedRule | undefined, dialect: MockDialect): Plan {
  const fault = picked?.rule.fault;
  const delivery = fault === undefined ? good : applyFault(good, fault, dialect);
  return {
    ...nothingScripted,
    dialect: dialect.name,
    delivery,
    writes: toWrites(delivery.frames, delivery.pacing),
    rule: picked?.index,
    fault: fault === undefined ? undefined : nameFault(fault),
  };
}

/** A refusal of the provider's own, in the dialect's words; OpenAI's where no dialect is known. */
export function refusePlan(problem: AskProblem, dialect?: MockDialect): Plan {
  const { headers, body } = (dialect ?? firstDialect).writeError(problem.status, problem);
  const delivery = wholeBody(problem.status, headers, bodyFrame(body, 0));
  return { ...nothingScripted, dialect: dialect?.name, delivery, writes: toWrites(delivery.frames, {}) };
}

const unreadableBody: AskProblem = {
  status: 400,
  message: "We could not parse the JSON body of your request.",
  param: null,
  code: null,
};

function unknownUrl({ method, path }: ReadRequest): AskProblem {
  return { status: 404, message: `Invalid URL (${method} ${path})`, param: null, code: null };
}

function unknownModel(model: string): AskProblem {
  const message = `The model \`${model}\` does not exist or you do not have access to it.`;
  return { status: 404, message, param: null, code: "model_not_found" };
}

function listModels(names: readonly string[]): string {
  const data = names.map((id) => ({ id, object: "model", created: 1_715_367_049, owned_by: "system" }));
  return `${JSON.stringify({ object: "list", data }, null, 2)}\n`;
}
