// Owns the rule for tools that models call: those on the agent's list, with arguments that fit, and nothing
// half. Knows no vendor and calls none.

import { LRUCache } from "lru-cache";
import type { Call, DeclaredTool } from "../contracts/dialect.ts";
import type { Exchange, Filter } from "../contracts/exchange.ts";
import type { Again, Frame, Frames, Stop } from "../contracts/frame.ts";
import type { JsonObject } from "../contracts/json.ts";
import { type Refusal, refuse } from "../contracts/refusal.ts";
import type { InvalidCalls } from "../contracts/tool-spec.ts";
import type { Visit } from "../contracts/visit.ts";
import { type CompiledSchema, compileSchema } from "../schemas/compile-adapter.ts";
import { isExact, stripText } from "../schemas/json-text.ts";
import { lenient, type SchemaProblems } from "../schemas/schema.ts";
import { type CallRuling, CallsWatch } from "./tool-calls/answer.ts";
import type { PendingCall } from "./tool-calls/pending.ts";
import { allowTools } from "./tool-calls/request.ts";
import type { CallVerdict, CompileDeclared, ToolCallWatch, ToolRule } from "./tool-calls/rules.ts";
import { type Judgement, judgeCall, type Misfit } from "./tool-calls/verdict.ts";

export interface ToolCallsOptions {
  readonly agent: string;
  /** By name: all that the agent may use. */
  readonly rules: ReadonlyMap<string, ToolRule>;
  readonly invalidCalls: InvalidCalls;
  readonly watch: ToolCallWatch;
}

/** Schemas of requests: agents declare the same tools with every call. */
const schemasMax = 500;
/** Their length: what is longer is compiled each time it is needed. */
const cachedCharsMax = 64 * 1024;

export function toolCallsFilter(options: ToolCallsOptions): Filter {
  const compile = cachedCompile();
  return {
    name: "tool-calls",
    wantsCall: true,
    open: (exchange) => new Checking(exchange, options, compile),
  };
}

function cachedCompile(): CompileDeclared {
  const cache = new LRUCache<string, CompiledSchema | SchemaProblems>({ max: schemasMax });
  return (parameters: JsonObject) => {
    const text = JSON.stringify(parameters);
    const known = cache.get(text);
    if (known !== undefined) return known;
    const compiled = compileSchema(parameters, lenient);
    if (text.length <= cachedCharsMax) cache.set(text, compiled);
    return compiled;
  };
}

class Checking implements Visit {
  readonly kind = "visit";
  readonly mayEdit: boolean;
  readonly #exchange: Exchange;
  readonly #options: ToolCallsOptions;
  readonly #compile: CompileDeclared;
  readonly #watch: CallsWatch;
  #declared: ReadonlyMap<string, DeclaredTool> = new Map();
  #hasAskedAgain = false;

  constructor(exchange: Exchange, options: ToolCallsOptions, compile: CompileDeclared) {
    this.#exchange = exchange;
    this.#options = options;
    this.#compile = compile;
    this.mayEdit = options.invalidCalls === "strip";
    const argsCharsMax = Math.max(0, ...[...options.rules.values()].map((rule) => rule.argsCharsMax));
    this.#watch = new CallsWatch({
      rule: (call) => this.#rule(call),
      argsCharsMax,
      holdsAll: () => this.#canRepair && this.#declared.size > 0,
    });
  }

  call(call: Call): Refusal | undefined {
    const tools = this.#exchange.route.dialect.readTools?.(call);
    if (tools === undefined) return undefined;
    const allowed = allowTools(call, tools, this.#options.rules);
    if (allowed.kind === "refusal") return allowed;
    this.#declared = allowed.declared;
    for (let taken = 0; taken < allowed.taken; taken += 1) this.#tell(undefined, "undeclared");
    return undefined;
  }

  head(): undefined {
    return this.#watch.reset();
  }

  frame(frame: Frame, writer: Parameters<CallsWatch["frame"]>[1]): Frames | Stop {
    return this.#watch.frame(frame, writer);
  }

  flush(writer: Parameters<CallsWatch["flush"]>[0]): Frames | Stop {
    return this.#watch.flush(writer);
  }

  get #canRepair(): boolean {
    return this.#options.invalidCalls === "repair" && !this.#hasAskedAgain;
  }

  #rule(call: PendingCall): CallRuling {
    const { name } = call;
    const judgement = call.isContradicted ? contradicted : this.#judge(call);
    switch (judgement.kind) {
      case "fits":
        return this.#pass(name, "pass");
      case "denied":
        return this.#refuse(name, "denied", {
          refusal: refuseDenied(name, judgement.why),
          hint: `You called ${shown(name)}, which ${judgement.why}.`,
        });
      case "broken":
        return this.#refuse(name, "block", misfitting(name, judgement.violations));
      case "misfit":
        return this.#ruleMisfit(call, judgement);
    }
  }

  #judge(call: PendingCall): Judgement {
    return judgeCall(call, {
      ...this.#options,
      declared: this.#declared,
      compile: this.#compile,
      user: this.#user,
    });
  }

  #ruleMisfit({ name, args, isBound }: PendingCall, { violations, mistakes, schema }: Misfit): CallRuling {
    const { invalidCalls } = this.#options;
    if (invalidCalls === "flag") return this.#pass(name, "flag");
    // Some dialects write the rest anew, as numbers.
    const canStrip = invalidCalls === "strip" && schema !== undefined && !isBound && isExact(args);
    const stripped = canStrip ? stripText(args, schema) : undefined;
    if (stripped === undefined) return this.#refuse(name, "block", misfitting(name, violations, mistakes));
    this.#tell(name, "strip");
    return { kind: "rewrite", args: stripped };
  }

  get #user(): string {
    const { context, claims } = this.#exchange;
    return context?.user ?? claims?.user ?? "";
  }

  #pass(name: string, verdict: CallVerdict): CallRuling {
    this.#tell(name, verdict);
    return { kind: "pass" };
  }

  /** Where it may be, the model is told and asked once more. */
  #refuse(name: string, verdict: CallVerdict, { refusal, hint }: Objection): CallRuling {
    const isRepaired = this.#canRepair && this.#exchange.call !== undefined;
    this.#tell(name, isRepaired ? "repair" : verdict);
    return { kind: "stop", stop: isRepaired ? this.#askAgain(refusal, hint) : refusal };
  }

  #askAgain(otherwise: Refusal, hint: string): Again {
    const { call, route } = this.#exchange;
    this.#hasAskedAgain = true;
    const word = `Your last answer was not accepted. ${hint} Answer again without that mistake.`;
    const edits = call === undefined ? [] : (route.dialect.hint?.(call, word) ?? []);
    for (const [pointer, value] of edits) call?.edits.set(pointer, value);
    return { kind: "again", because: "tool call", otherwise };
  }

  #tell(name: string | undefined, verdict: CallVerdict): void {
    const known = name !== undefined && this.#options.rules.has(name) ? name : undefined;
    this.#options.watch.decided(known, verdict, this.#exchange);
  }
}

/** What the client is told, and what the model is, which may hear its own words. */
interface Objection {
  readonly refusal: Refusal;
  readonly hint: string;
}

const contradicted: Judgement = { kind: "broken", violations: ["said twice, and not the same"] };

/** Long enough for any vendor's tools, and no text of anybody's. */
const shownName = /^[A-Za-z0-9_.:/-]{1,128}$/;

function shown(name: string): string {
  return shownName.test(name) ? `\`${name}\`` : "a tool";
}

function refuseDenied(name: string, why: string): Refusal {
  return refuse("tool_denied", {
    message: `The model called ${shown(name)}, which ${why}. Do without it, or use another tool.`,
  });
}

function misfitting(name: string, violations: readonly string[], mistakes = violations): Objection {
  const text = violations.join("; ");
  return {
    refusal: refuse("tool_call_invalid", {
      message: `The model's call of ${shown(name)} does not fit the tool: ${text}.`,
    }),
    hint: `Your call of ${shown(name)} does not fit the tool: ${mistakes.join("; ")}.`,
  };
}
