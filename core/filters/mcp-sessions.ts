// Owns whose an MCP session is: the agent's that made it, told from the Store by any replica. Knows no store
// by name.

import type { AnswerHead, Call } from "../contracts/dialect.ts";
import type { Exchange, Filter } from "../contracts/exchange.ts";
import type { Async } from "../contracts/frame.ts";
import { type Refusal, refuse } from "../contracts/refusal.ts";
import type { KeptRecords } from "../contracts/store.ts";
import type { Visit } from "../contracts/visit.ts";
import { keptKey, keptOwner } from "../stores/kept-names.ts";
import { isModern } from "./mcp/versions.ts";

const header = "mcp-session-id";
/** Visible ASCII (MCP, transports); whoever needs more writes a book. */
const form = /^[\x21-\x7e]{1,1024}$/;
const retryBlindS = 1;

export interface McpSessionsOptions {
  readonly records: KeptRecords;
  /** What the ids are told apart by: two servers may make the same. */
  readonly server: string;
}

export function mcpSessionsFilter(options: McpSessionsOptions): Filter {
  return { name: "mcp-sessions", wantsCall: true, open: (exchange) => new Session(exchange, options) };
}

class Session implements Visit {
  readonly kind = "visit";
  readonly #exchange: Exchange;
  readonly #options: McpSessionsOptions;
  #isModern = false;

  constructor(exchange: Exchange, options: McpSessionsOptions) {
    this.#exchange = exchange;
    this.#options = options;
  }

  call({ messages = [] }: Call): Async<Refusal | undefined> {
    const { head } = this.#exchange;
    this.#isModern = isModern(head, messages);
    const id = head.headers[header];
    if (this.#isModern || id === undefined) return undefined;
    if (typeof id !== "string" || !form.test(id)) return refuse("mcp_session_unknown");
    const { records, server } = this.#options;
    const owners = records.owners([keptKey(server, id)]);
    const judge = (known: Awaited<typeof owners>): Refusal | undefined => {
      if (known === "lost") return refuseLost();
      return known[0] === keptOwner(this.#exchange, id, "agent") ? undefined : refuse("mcp_session_unknown");
    };
    return owners instanceof Promise ? owners.then(judge) : judge(owners);
  }

  /** Nobody learns of a session before it is written down whose it is. */
  head({ status, headers }: AnswerHead): Async<Refusal | undefined> {
    const id = headers[header];
    if (id === undefined) return undefined;
    if (this.#isModern || status >= 400) {
      delete headers[header];
      return undefined;
    }
    if (typeof id !== "string" || !form.test(id)) return refuse("upstream_malformed");
    if (id === this.#exchange.head.headers[header]) return undefined;
    const { records, server } = this.#options;
    const claimed = records.claim([
      { key: keptKey(server, id), owner: keptOwner(this.#exchange, id, "agent") },
    ]);
    if (!(claimed instanceof Promise)) return claimed ? undefined : refuseLost();
    return claimed.then((isClaimed) => (isClaimed ? undefined : refuseLost()));
  }
}

function refuseLost(): Refusal {
  const message = `Whose this session is cannot be told right now. Retry in ${retryBlindS} s.`;
  return refuse("store_unavailable", { message, retryAfterS: retryBlindS });
}
