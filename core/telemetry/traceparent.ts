// Owns W3C trace context on the wire: `traceparent` and `tracestate`. Knows nothing of who may be believed.

import type { HeaderMap } from "../contracts/dialect.ts";
import type { TraceContext } from "../contracts/identity.ts";

/** W3C Trace Context §3.2: version, trace id, parent id, flags; a later version may go on after a dash. */
const shape = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/s;
const sampledFlag = 1;
const traceparentLengthMax = 512;

/** §3.3.1: at most 32 members; 512 characters is what everybody has to carry. */
const membersMax = 32;
const stateLengthMax = 512;
const member = /^[a-z0-9][a-z0-9_\-*/]{0,255}(?:@[a-z][a-z0-9_\-*/]{0,13})?=[ -+\--<>-~]{0,255}[!-+\--<>-~]$/;

/** The sender's span, or undefined where the header is not there, not well-formed, or says nothing. */
export function readTrace(headers: HeaderMap): TraceContext | undefined {
  const sent = headers.traceparent;
  if (typeof sent !== "string" || sent.length > traceparentLengthMax) return undefined;
  const [, version, traceId, spanId, flags, more] = shape.exec(sent) ?? [];
  if (version === undefined || traceId === undefined || spanId === undefined || flags === undefined) {
    return undefined;
  }
  if (version === "ff" || (version === "00" && more !== undefined)) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  const isSampled = (Number.parseInt(flags, 16) & sampledFlag) === sampledFlag;
  return { traceId, spanId, isSampled, traceState: readTraceState(headers.tracestate) };
}

/** As it came, or undefined: one bad member spoils the list, the trace goes on without it (§3.3.1). */
function readTraceState(sent: string | string[] | undefined): string | undefined {
  if (typeof sent !== "string" || sent.length > stateLengthMax) return undefined;
  const members = sent.split(",").map((each) => each.trim());
  const said = members.filter((each) => each !== "");
  const keys = new Set(said.map((each) => each.slice(0, each.indexOf("="))));
  const isSound = said.length > 0 && members.length <= membersMax && keys.size === said.length;
  return isSound && said.every((each) => member.test(each)) ? sent : undefined;
}

/** `traceparent`, and `tracestate` where the trace has one. */
export function traceHeaders(trace: TraceContext): Record<string, string> {
  const traceparent = `00-${trace.traceId}-${trace.spanId}-${trace.isSampled ? "01" : "00"}`;
  const { traceState } = trace;
  return traceState === undefined ? { traceparent } : { traceparent, tracestate: traceState };
}
