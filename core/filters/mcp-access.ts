// Owns what an agent may ask of an MCP server: names on the lists, tools as they were approved, arguments
// that fit. Forwards nothing.

import type { Call } from "../contracts/dialect.ts";
import type { Exchange, Filter } from "../contracts/exchange.ts";
import type { Async } from "../contracts/frame.ts";
import type { Offer } from "../contracts/mcp-spec.ts";
import { type Refusal, type RefusalCode, refuse } from "../contracts/refusal.ts";
import type { RpcMessage } from "../contracts/rpc.ts";
import type { Visit } from "../contracts/visit.ts";
import { knownMethod, type Named, namedBy, toolIn } from "../dialects/mcp/methods.ts";
import { judgeText } from "../schemas/json-text.ts";
import { isObject } from "../text/json.ts";
import { below } from "../text/pointer.ts";
import { locate } from "../text/splice.ts";
import { argumentsOf } from "./mcp/catalogue.ts";
import { checkPrompt, type FoundTool, findTool, shown, shownName } from "./mcp/find-tool.ts";
import { isNamedTool, type McpRules, type McpVerdict, mayUse, tell } from "./mcp/rules.ts";

const denials: Readonly<Record<Offer, RefusalCode>> = {
  tools: "tool_denied",
  resources: "resource_denied",
  prompts: "prompt_denied",
};
const nothing = Buffer.from("{}");

export function mcpAccessFilter(rules: McpRules): Filter {
  return { name: "mcp-access", wantsCall: true, open: (exchange) => new Access(exchange, rules) };
}

class Access implements Visit {
  readonly kind = "visit";
  readonly #exchange: Exchange;
  readonly #rules: McpRules;

  constructor(exchange: Exchange, rules: McpRules) {
    this.#exchange = exchange;
    this.#rules = rules;
  }

  /** One no is a no to all of a batch: nothing of it has been done then. */
  call(call: Call): Async<Refusal | undefined> {
    const { messages = [] } = call;
    this.#name(messages);
    for (const message of messages) {
      const denied = this.#checkNames(message);
      if (denied !== undefined) return denied;
    }
    const calls = messages.filter(({ method }) => method === "tools/call");
    const prompts = this.#rules.server.lock === undefined ? [] : messages.flatMap(promptsIn);
    if (calls.length === 0 && prompts.length === 0) return undefined;
    return this.#checkPrompts(prompts).then((refusal) => refusal ?? this.#checkCalls(call, calls));
  }

  async #checkPrompts(names: readonly string[]): Promise<Refusal | undefined> {
    for (const name of names) {
      const refusal = await checkPrompt(this.#rules, this.#exchange, name);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }

  /** For the log, the limits and the span: names that nobody can make up. */
  #name(messages: readonly RpcMessage[]): void {
    const { method: http } = this.#exchange.head;
    const [first] = messages;
    this.#exchange.method = first === undefined ? http.toLowerCase() : knownMethod(first.method);
    const [name] = messages.flatMap((message) => toolIn(message) ?? []);
    if (name !== undefined && isNamedTool(this.#rules, name)) this.#exchange.tool = name;
  }

  #checkNames(message: RpcMessage): Refusal | undefined {
    const all = namedBy(message);
    if (all === "odd") return refuse("request_malformed", { message: "What is asked for has no name." });
    const denied = all.find((named) => !this.#mayUse(named));
    if (denied === undefined) return undefined;
    this.#tell("denied", denied.offer === "tools" ? denied.name : undefined);
    return refuse(denials[denied.offer], { message: sayDenied(denied) });
  }

  #mayUse({ offer, name }: Named): boolean {
    const { lock } = this.#rules.server;
    if (offer === "prompts" && lock !== undefined && !lock.prompts.has(name)) return false;
    return mayUse(this.#rules, offer, name);
  }

  async #checkCalls(call: Call, calls: readonly RpcMessage[]): Promise<Refusal | undefined> {
    for (const message of calls) {
      const name = toolIn(message);
      if (name === undefined) continue;
      const tool = await findTool(this.#rules, this.#exchange, name);
      if (tool !== undefined && "code" in tool) return tool;
      const refusal = tool && this.#checkArguments(call, message, { name, tool });
      if (refusal !== undefined) return refusal;
      this.#tell("pass", name);
    }
    return undefined;
  }

  #checkArguments(
    { body }: Call,
    { pointer, value }: RpcMessage,
    { name, tool }: { readonly name: string; readonly tool: FoundTool },
  ): Refusal | undefined {
    const schema = argumentsOf(tool);
    if (schema === undefined) return undefined;
    const violations =
      schema.kind === "problems"
        ? ["its schema is none that can be checked"]
        : judgeText(this.#argumentsText(body, pointer, value), schema).violations;
    if (violations.length === 0) return undefined;
    if (this.#rules.server.onMisfit === "flag") {
      this.#tell("flag", name);
      return undefined;
    }
    this.#tell("misfit", name);
    const found = violations.join("; ");
    const message = `The arguments do not fit ${shown(name)}: ${found}. Mend them and try again.`;
    return refuse("tool_call_invalid", { message });
  }

  /** As they were written: large numbers are not what they are read as. */
  #argumentsText(body: Buffer, pointer: string, { params }: RpcMessage["value"]): string {
    if (!isObject(params) || params.arguments === undefined) return nothing.toString();
    const [span] = locate(body, [below(below(pointer, "params"), "arguments")]);
    return (span === undefined ? nothing : body.subarray(span.start, span.end)).toString();
  }

  #tell(verdict: McpVerdict, name: string | undefined): void {
    tell(this.#rules, this.#exchange, { verdict, name });
  }
}

function promptsIn(message: RpcMessage): readonly string[] {
  const named = namedBy(message);
  return named === "odd" ? [] : named.flatMap(({ offer, name }) => (offer === "prompts" ? [name] : []));
}

/** Whether it is there and denied, or not there, is nobody's to learn. */
function sayDenied({ offer, name }: Named): string {
  const what = { tools: "tool", resources: "resource", prompts: "prompt" }[offer];
  const named = shownName.test(name) ? ` \`${name}\`` : "";
  return `Unknown ${what}${named}: there is none of this name for you. Ask for the list and use one of it.`;
}
