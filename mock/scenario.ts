// Owns turning one request into one planned answer by the script in force; knows no socket and no log.

import { compose } from "./compose.ts";
import { bodyFrame, type Delivery, wholeBody } from "./delivery.ts";
import { type Ask, type AskedRequest, type AskProblem, isProblem, type MockDialect } from "./dialect.ts";
import { dialects, findList, type ModelList } from "./dialects/index.ts";
import { openaiResponses } from "./dialects/openai-responses.ts";
import { type Recall, readRecall, recall } from "./dialects/openai-responses-stored.ts";
import { nameFault } from "./faults.ts";
import { KeptReplies } from "./kept-replies.ts";
import { finish, nothingScripted, type Plan, refusePlan } from "./plan.ts";
import { type PickedRule, RuleBook } from "./rules.ts";
import type { Script } from "./script.ts";
import { StaticShelf, staticPromptTokens } from "./static-answer.ts";

const modelsByDefault = ["gpt-4o", "gpt-4o-mini"];

export class Scenario {
  readonly #script: Script;
  readonly #rules: RuleBook;
  readonly #shelf: StaticShelf | undefined;
  readonly #kept = new KeptReplies();

  constructor(script: Script) {
    this.#script = script;
    this.#rules = new RuleBook(script);
    this.#shelf = script.static === undefined ? undefined : new StaticShelf(script.static);
  }

  /** In the static mode nothing of a request is worth keeping. */
  get keepsBodies(): boolean {
    return this.#shelf === undefined;
  }

  /** A body that is undefined was absent, or no JSON. */
  plan(request: AskedRequest): Plan {
    const dialect = dialects.find((candidate) => candidate.claims(request));
    if (dialect !== undefined) return this.#planCall(dialect, request);
    const recalled = readRecall(request);
    if (recalled !== undefined) return this.#planRecall(recalled, request);
    const list = findList(request);
    return list === undefined ? refusePlan(unknownUrl(request)) : this.#planList(list, request);
  }

  #planCall(dialect: MockDialect, request: AskedRequest): Plan {
    if (request.body === undefined) return refusePlan(unreadableBody, dialect);
    const ask = dialect.readAsk(request);
    if (isProblem(ask)) return refusePlan(ask, dialect);
    if (this.#shelf !== undefined) {
      const prebuilt = this.#shelf.take(dialect, ask);
      const { name } = dialect;
      return { ...nothingScripted, ...prebuilt, dialect: name, ask, promptTokens: staticPromptTokens };
    }
    const problem = this.#findProblem(dialect, ask);
    if (problem !== undefined) return { ...refusePlan(problem, dialect), ask };
    const picked = this.#rules.pick({ path: request.path, headers: request.headers, ask });
    const promptTokens = dialect.countPrompt(ask) + this.#countPrevious(ask);
    const good = this.#answer(dialect, { ask, promptTokens, picked });
    const plan = finish(good, picked, wireOf(dialect, ask));
    const isAccepted = plan.delivery.status < 300;
    return { ...plan, dialect: dialect.name, ask, promptTokens: isAccepted ? promptTokens : 0 };
  }

  #findProblem(dialect: MockDialect, ask: Ask): AskProblem | undefined {
    if (this.#script.models?.includes(ask.model) === false) return dialect.unknownModel(ask.model);
    if (ask.previousId === undefined || this.#previous(ask) !== undefined) return undefined;
    return unknownResponse(ask.previousId, "previous_response_id");
  }

  #previous({ previousId = "" }: Ask) {
    return this.#kept.find(previousId.replace(/^resp_/, ""));
  }

  /** The prompt and the answer that this one goes on from are read again. */
  #countPrevious(ask: Ask): number {
    const previous = this.#previous(ask);
    const said = previous?.reply.choices[0]?.pieces.length ?? 0;
    return (previous?.promptTokens ?? 0) + said;
  }

  #answer(dialect: MockDialect, { ask, promptTokens, picked }: Answerable): Delivery {
    const scripted = picked?.rule.answer ?? {};
    const hasNoUsage = picked?.rule.fault !== undefined && nameFault(picked.rule.fault) === "no-usage";
    const answer = hasNoUsage ? { ...scripted, usage: "none" as const } : scripted;
    const reply = compose({ ask, answer, promptTokens, seed: this.#script.seed ?? 0 });
    if (ask.keeps !== undefined) this.#kept.keep(ask, reply, promptTokens);
    const { headers } = dialect.framing(ask);
    if (ask.form === "body") {
      const said = reply.choices.reduce((sum, choice) => sum + choice.pieces.length, 0);
      const tokens = ask.keeps === "in-background" ? 0 : said;
      const body = bodyFrame(dialect.writeBody(ask, reply), tokens);
      return { ...wholeBody(200, headers, body), pacing: scripted };
    }
    return { ...streamed, headers, frames: dialect.writeStream(ask, reply), pacing: scripted };
  }

  #planList({ write, dialect }: ModelList, request: AskedRequest): Plan {
    const picked = this.#rules.pick({ path: request.path, headers: request.headers, ask: undefined });
    const listed = write(this.#script.models ?? modelsByDefault);
    if ("status" in listed) return refusePlan(listed, dialect);
    const good = wholeBody(200, { "content-type": "application/json" }, bodyFrame(listed, 0));
    return finish(good, picked, wireOf(dialect, { ...nothingAsked, request }));
  }

  /** What is kept was priced when it was made: a rule for it must name the path, or ask for fetches. */
  #planRecall(recalled: Recall, request: AskedRequest): Plan {
    const kept = this.#kept.find(recalled.id);
    if (kept === undefined) return refusePlan(unknownResponse(`resp_${recalled.id}`, null), openaiResponses);
    if (recalled.act === "get") kept.looks += 1;
    if (recalled.act === "cancel") kept.isCancelled = true;
    if (recalled.act === "delete") this.#kept.drop(recalled.id);
    const { frames, isStream } = recall(recalled, kept);
    const ask: Ask = { ...kept.ask, request, form: isStream ? "stream" : "body" };
    const wire = wireOf(openaiResponses, ask);
    const { headers } = wire.framing;
    const picked = this.#rules.pick({
      path: request.path,
      headers: request.headers,
      ask: undefined,
      isFetch: true,
    });
    const [first = bodyFrame(Buffer.alloc(0), 0)] = frames;
    const good = isStream ? { ...streamed, headers, frames } : wholeBody(200, headers, first);
    const plan = finish({ ...good, pacing: picked?.rule.answer ?? {} }, picked, wire);
    return { ...plan, dialect: openaiResponses.name, ask };
  }
}

interface Answerable {
  readonly ask: Ask;
  readonly promptTokens: number;
  readonly picked: PickedRule | undefined;
}

const streamed: Omit<Delivery, "headers"> = {
  status: 200,
  contentLength: undefined,
  frames: [],
  pacing: {},
  end: "clean",
  hasHead: true,
};

/** For what is no model call, and still has a vendor's framing. */
const nothingAsked: Omit<Ask, "request"> = {
  model: "",
  form: "body",
  text: "",
  role: "",
  choices: 0,
  maxTokens: undefined,
  wantsUsage: false,
  tools: [],
  demandedTool: undefined,
};

function wireOf(dialect: MockDialect, ask: Ask) {
  return { framing: dialect.framing(ask), writeError: (status: number) => dialect.writeError(status) };
}

const unreadableBody: AskProblem = {
  status: 400,
  message: "We could not parse the JSON body of your request.",
  param: null,
  code: null,
};

function unknownUrl({ method, path }: AskedRequest): AskProblem {
  return { status: 404, message: `Invalid URL (${method} ${path})`, param: null, code: null };
}

function unknownResponse(id: string, param: string | null): AskProblem {
  return { status: 404, message: `Response with id '${id}' not found.`, param, code: null };
}
