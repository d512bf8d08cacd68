// Owns which tool a request means, in which version, and the lists of those there are. Built at policy load;
// makes no filter.

import { maxSatisfying, validRange } from "semver";
import type { RequestHead } from "../core/contracts/dialect.ts";
import type { Filter, Route } from "../core/contracts/exchange.ts";
import { type Refusal, refuse } from "../core/contracts/refusal.ts";
import type { Picked } from "../core/motion/picked.ts";
import { decodePercent } from "../core/text/percent-adapter.ts";
import type { OfferedNow } from "./registered-tools.ts";
import type { OfferedTool } from "./tools.ts";

export interface ToolRoutesOptions {
  readonly agent: string;
  readonly tools: OfferedNow;
  /** Of what is refused, and of the lists. */
  readonly edgeChain: (listing: Filter | undefined) => readonly Filter[];
  /** `GET /tools` and `GET /tools/docs`. */
  readonly list: Filter;
  readonly docs: Filter;
  /** Refuses in problem+json. */
  readonly dialect: Route["dialect"];
}

/** As in a header, and after the name in a path: `web_search@^2.0`. */
const rangeCharsMax = 64;
const namedForm = /^\/([A-Za-z0-9_-]{1,64})(?:@(.{1,190}))?\/?$/;

export class ToolRoutes {
  readonly #options: ToolRoutesOptions;
  readonly #list: Route;
  readonly #docs: Route;

  constructor(options: ToolRoutesOptions) {
    this.#options = options;
    this.#list = this.#edge("tools", options.list, refuse("internal"));
    this.#docs = this.#edge("tools/docs", options.docs, refuse("internal"));
  }

  /** `head.path`: below `/tools`. */
  pick(head: RequestHead): Picked {
    const { method, path } = head;
    const isReading = method === "GET" || method === "HEAD";
    if (isReading && (path === "" || path === "/")) return { kind: "picked", head, route: this.#list };
    if (isReading && path === "/docs") return { kind: "picked", head, route: this.#docs };
    const found = this.#find(head);
    const other = { name: "other", version: "" };
    const route =
      found.kind === "refusal"
        ? { ...this.#edge("tools/other", undefined, found), tool: other }
        : found.route;
    return { kind: "picked", head, route };
  }

  #find({ method, path, headers }: RequestHead): { kind: "found"; route: Route } | Refusal {
    if (method !== "POST") return refuse("method_refused", onlyPost);
    const tools = this.#options.tools();
    const plain = path.slice(1);
    const [name, inPath] = tools.has(plain) ? [plain] : (namedForm.exec(path)?.slice(1) ?? []);
    if (name === undefined) return refuse("route_unknown");
    const versions = tools.get(name);
    if (versions === undefined) return refuse("tool_denied", notListed(name));
    const asked = inPath === undefined ? headers["x-tool-version"] : (decodePercent(inPath) ?? "");
    if (asked !== undefined && !isRange(asked)) return refuse("request_malformed", badRange);
    const tool = asked === undefined ? versions[0] : chooseVersion(versions, asked);
    if (tool === undefined) return refuse("tool_version_unknown", unmet(name, versions));
    if (tool.route === undefined) return refuse("tool_denied", ownTool(name));
    return { kind: "found", route: tool.route };
  }

  #edge(name: string, listing: Filter | undefined, refusal: Refusal): Route {
    const { agent, dialect, edgeChain } = this.#options;
    return {
      ...{ name, agent, dialect },
      api: undefined,
      exchangeChain: edgeChain(listing),
      attemptChain: [],
      bodyBytesMax: 0,
      targets: () => refusal,
    };
  }
}

function isRange(asked: string | string[]): asked is string {
  return typeof asked === "string" && asked.length <= rangeCharsMax && validRange(asked) !== null;
}

function chooseVersion(versions: readonly OfferedTool[], range: string): OfferedTool | undefined {
  const known = versions.map(({ spec }) => spec.version);
  const chosen = maxSatisfying(known, range);
  return versions.find(({ spec }) => spec.version === chosen);
}

const onlyPost = { message: "A tool is called by POST /tools/{tool}; GET /tools lists what there is." };
const badRange = { message: "x-tool-version has to be a range of semantic versions such as ^2.0." };

/** The same whether there is such a tool or not. */
function notListed(name: string): { message: string } {
  return {
    message: `\`${name}\` is not among the tools of this agent; GET /tools lists them. Use another one.`,
  };
}

function ownTool(name: string): { message: string } {
  return { message: `\`${name}\` is not called through Sluice: the agent runs it itself.` };
}

function unmet(name: string, versions: readonly OfferedTool[]): { message: string } {
  const known = versions.map(({ spec }) => spec.version).join(", ");
  return { message: `No version of \`${name}\` is in the range asked for: this agent may use ${known}.` };
}
