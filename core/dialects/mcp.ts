// Owns MCP over Streamable HTTP as a dialect: JSON-RPC messages in requests, bodies and events. Knows no
// server, no session and no policy.

import type { AnswerHead, Call, Dialect, FrameReader, ReadBounds } from "../contracts/dialect.ts";
import type { Frame } from "../contracts/frame.ts";
import { refuse } from "../contracts/refusal.ts";
import { isEncoded, isInUtf8, isJson, mediaType } from "../text/media.ts";
import { refusingReader, StreamReader, WholeReader } from "../text/readers.ts";
import { splice } from "../text/splice.ts";
import { SseCutter } from "../text/sse.ts";
import { readMcpCall } from "./mcp/call.ts";
import { McpEvents, readMcpBody } from "./mcp/frames.ts";
import { refuseInRpc } from "./mcp/refusal.ts";
import { mcpWriter } from "./mcp/writers.ts";

export interface McpOptions {
  /** One message: an event of a stream, or an answer as a whole. */
  readonly messageBytesMax: number;
}

export function mcpDialect({ messageBytesMax }: McpOptions): Dialect {
  return {
    name: "mcp",
    readCall: readMcpCall,
    writeCall: (call, { path, query }) => ({ path: path + query, body: writeBody(call) }),
    reader: (head, bounds) => readAnswer(head, { ...bounds, frameBytesMax: messageBytesMax }),
    writer: (head, call) => mcpWriter(head, call),
    refuse: refuseInRpc,
  };
}

function writeBody({ body, edits }: Call): Buffer {
  return edits.size === 0 ? body : splice(body, edits);
}

/** What is neither JSON nor events is nobody's answer; an error's body passes, whatever it is. */
function readAnswer(head: AnswerHead, { frameBytesMax }: ReadBounds): FrameReader {
  const type = mediaType(head.headers);
  if (isEncoded(head.headers) || (isJson(type) && !isInUtf8(head.headers)))
    return refusingReader(refuse("upstream_encoded"));
  if (head.status < 400 && type === "text/event-stream") {
    return new StreamReader(new SseCutter(frameBytesMax), new McpEvents());
  }
  if (isJson(type)) return new WholeReader(frameBytesMax, (body) => readMcpBody(body, head));
  if (head.status >= 400) return new WholeReader(frameBytesMax, (body) => readError(body, head));
  return new WholeReader(frameBytesMax, (body) => (body.length === 0 ? [] : refuse("upstream_malformed")));
}

function readError(bytes: Buffer, { status }: AnswerHead): readonly Frame[] {
  return bytes.length === 0 ? [] : [{ kind: "frame", bytes, deltas: [{ kind: "error", status }] }];
}
