// Owns that an agent has others send word of a task only where it may send something itself. Knows no list
// and sends nothing.

import type { Call, RequestHead } from "../contracts/dialect.ts";
import type { Filter } from "../contracts/exchange.ts";
import { type Refusal, refuse } from "../contracts/refusal.ts";
import { pushUrlsIn } from "../dialects/json/a2a-push.ts";
import { type Authority, readAuthority } from "../text/authority.ts";
import { readJson, refuseBody } from "../text/json.ts";
import { isEncoded } from "../text/media.ts";

export interface A2aPushOptions {
  /** Whether the agent may name this host itself. */
  readonly mayName: (authority: Authority) => boolean;
}

export function a2aPushFilter(options: A2aPushOptions): Filter {
  return {
    name: "a2a-push",
    wantsCall: true,
    open: ({ head }) =>
      head.method === "POST" ? { kind: "visit", call: (call) => check(call, head, options) } : undefined,
  };
}

/** Whatever its type says: servers read JSON where it is none. */
function check({ body }: Call, head: RequestHead, { mayName }: A2aPushOptions): Refusal | undefined {
  if (body.length === 0) return undefined;
  if (isEncoded(head.headers)) return refuse("body_encoded");
  if (!/^\s*[[{]/.test(body.toString("latin1", 0, 64))) return undefined;
  const reading = readJson(body);
  if (reading.kind === "problem") return mayBePush(body) ? refuseBody(reading.problem) : undefined;
  const denied = pushUrlsIn(reading.value, head).find((url) => !isNamed(url, mayName));
  return denied === undefined ? undefined : refuse("egress_denied", { message: notListed });
}

const notListed =
  "Word of this task may not be sent there: the URL's host and port are not on this agent's egress list.";

/** What some reader takes for JSON all the same; names may be written in escapes. */
function mayBePush(body: Buffer): boolean {
  return /push_?notif|\\u00/i.test(body.toString("latin1"));
}

/** As it is written and as URLs are read: where the two differ somebody is to be misled. */
function isNamed(text: string, mayName: A2aPushOptions["mayName"]): boolean {
  const [, scheme, written = ""] = /^(https?):\/\/([^/?#]*)(?:[/?#]|$)/i.exec(text) ?? [];
  const url = URL.parse(text);
  if (scheme === undefined || url === null) return false;
  const port = scheme.toLowerCase() === "https" ? 443 : 80;
  const authority = readAuthority(written, port);
  if (authority === undefined || /[\s\\]/.test(text)) return false;
  const isSame = readAuthority(url.host, port)?.host === authority.host;
  return isSame && mayName(authority);
}
