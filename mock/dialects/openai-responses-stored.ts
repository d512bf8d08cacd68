// Owns what can be done with a kept response at OpenAI: get, stream, list its input, cancel, delete.

import type { Frame, RequestHead } from "../dialect.ts";
import { jsonBody } from "../framing.ts";
import { listOf, membersOf } from "../json-value.ts";
import type { KeptReply } from "../kept-replies.ts";
import { ResponseEvents } from "./openai-responses-events.ts";
import { endStatus, type ResponseStatus, responseObject } from "./openai-responses-object.ts";

export interface Recall {
  /** As `Reply.id` has it. */
  readonly id: string;
  readonly act: "get" | "stream" | "input" | "cancel" | "delete";
  /** Of a stream: the number of the last event that is known already. */
  readonly after: number;
}

const acts: Readonly<Record<string, Recall["act"]>> = {
  "GET ": "get",
  "GET /input_items": "input",
  "POST /cancel": "cancel",
  "DELETE ": "delete",
};

/** Undefined: the path is none of a kept response. */
export function readRecall({ method, path, query }: RequestHead): Recall | undefined {
  const [, id, rest = ""] = /^(?:\/openai)?\/v1\/responses\/(?:resp_)?([^/]+)(\/[a-z_]+)?$/.exec(path) ?? [];
  const act = acts[`${method} ${rest}`];
  if (id === undefined || act === undefined) return undefined;
  const asked = new URLSearchParams(query);
  const isStream = act === "get" && asked.get("stream") === "true";
  return { id, act: isStream ? "stream" : act, after: Number(asked.get("starting_after") ?? -1) };
}

export interface Recalled {
  readonly frames: readonly Frame[];
  readonly isStream: boolean;
}

/** What a background answer has become is told by how often it was looked at: first it is still at work. */
export function recall({ act, after }: Recall, kept: KeptReply): Recalled {
  const { ask, reply } = kept;
  switch (act) {
    case "stream":
      return { frames: new ResponseEvents(ask, reply).write().slice(after + 1), isStream: true };
    case "delete":
      return whole({ id: `resp_${reply.id}`, object: "response", deleted: true });
    case "input":
      return whole(listInput(kept));
    default:
      break;
  }
  const status = statusOf(kept);
  const tokens = status === endStatus(reply) ? (reply.choices[0]?.pieces.length ?? 0) : 0;
  return whole(responseObject(ask, reply, status), tokens);
}

function whole(value: unknown, tokens = 0): Recalled {
  return { frames: [{ bytes: jsonBody(value), tokens, isEndMark: false }], isStream: false };
}

function statusOf({ ask, reply, isCancelled, looks }: KeptReply): ResponseStatus {
  if (isCancelled) return "cancelled";
  return ask.keeps === "in-background" && looks <= 1 ? "in_progress" : endStatus(reply);
}

function listInput({ ask, reply }: KeptReply) {
  const { input } = membersOf(ask.request.body);
  const items = typeof input === "string" ? [{ role: "user", content: input }] : listOf(input);
  const data = items.map((item, index) => ({
    id: `msg_in${index}${reply.id}`,
    type: "message",
    ...membersOf(item),
  }));
  return { object: "list", data, first_id: data[0]?.id, last_id: data.at(-1)?.id, has_more: false };
}
