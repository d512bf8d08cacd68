// Owns the faults: each turns a good delivery into a bad one; knows vendors by their framing, and no socket.

import { gzipSync } from "node:zlib";
import { bodyFrame, type Delivery, wholeBody } from "./delivery.ts";
import type { Frame, Framing, WireError } from "./dialect.ts";
import type { Fault, FaultKind, FaultOf } from "./script.ts";

/** What a fault has to know of the vendor's format. */
export interface Wire {
  readonly framing: Framing;
  writeError(status: number): WireError;
}

type Apply<Kind extends FaultKind> = (good: Delivery, fault: FaultOf<Kind>, wire: Wire) => Delivery;

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

const faults: { readonly [Kind in FaultKind]: Apply<Kind> } = {
  delay: (good, { ms }) => ({ ...good, pacing: { ...good.pacing, delayMs: ms } }),
  status: refuse,
  redirect: ({ pacing }, { status, location }) => {
    const headers = { location: location ?? "/redirected" };
    return { ...wholeBody(status ?? 307, headers, bodyFrame(Buffer.alloc(0), 0)), pacing };
  },
  cut: (good, { afterFrames, afterBytes }) => {
    const frames = afterBytes === undefined ? before(good, afterFrames) : firstBytes(good.frames, afterBytes);
    return { ...good, frames, end: "cut" };
  },
  "cut-before-head": (good) => ({ ...good, hasHead: false, frames: [], end: "cut" }),
  stall: (good, { afterFrames }) => ({ ...good, frames: before(good, afterFrames), end: "stalled" }),
  "stall-before-head": (good) => ({ ...good, hasHead: false, frames: [], end: "stalled" }),
  malformed: (good, { afterFrames }, { framing }) => {
    const at = before(good, afterFrames).length;
    return mapFrames(good, (bytes, index) => (index === at ? framing.reframe(bytes, firstHalf) : bytes));
  },
  "error-in-stream": (good, { afterFrames, endMark }, { framing }) => {
    const mark = endMark === true ? good.frames.filter((frame) => frame.isEndMark) : [];
    const kept = before(good, afterFrames);
    const frames = [...kept, bodyFrame(framing.writeLateError(kept.length), 0), ...mark];
    return relength({ ...good, frames });
  },
  "missing-done": (good, { afterFrames }) => {
    if (!isStreamed(good)) return good;
    const frames = good.frames.filter((frame) => !frame.isEndMark);
    return { ...good, frames: frames.slice(0, afterFrames) };
  },
  // Told in the answer itself, where it is composed.
  "no-usage": (good) => good,
  "truncated-json": (good, { contentLength }) => {
    if (isStreamed(good)) return good;
    const frames = firstBytes(good.frames, Math.floor(totalBytes(good.frames) / 2));
    if (contentLength === "absent") return { ...good, frames, contentLength: undefined };
    return { ...good, frames, end: "cut" };
  },
  // Every frame is a gzip member of its own, so each can be read as it comes (RFC 1952, 2.2).
  gzip: (good) => {
    const headers = { ...good.headers, "content-encoding": "gzip" };
    return mapFrames({ ...good, headers }, (bytes) => gzipSync(bytes));
  },
  "duplicate-keys": (good, _fault, { framing }) =>
    mapFrames(good, (bytes) => framing.reframe(bytes, repeatFirstKey)),
  bom: (good) =>
    mapFrames(good, (bytes, index) => (index === 0 ? Buffer.concat([byteOrderMark, bytes]) : bytes)),
};

export function nameFault(fault: Fault): FaultKind {
  return kindOf(fault).kind;
}

export function applyFault(good: Delivery, fault: Fault, wire: Wire): Delivery {
  return applyKind(good, kindOf(fault), wire);
}

function applyKind<Kind extends FaultKind>(good: Delivery, fault: FaultOf<Kind>, wire: Wire): Delivery {
  return faults[fault.kind](good, fault, wire);
}

function kindOf(fault: Fault): FaultOf<FaultKind> {
  if (typeof fault === "number") return { kind: "status", status: fault };
  return (typeof fault === "string" ? { kind: fault } : fault) as FaultOf<FaultKind>;
}

function refuse({ pacing }: Delivery, fault: FaultOf<"status">, wire: Wire): Delivery {
  const usual = wire.writeError(fault.status);
  const retryAfter = fault.retryAfterS === undefined ? {} : { "retry-after": String(fault.retryAfterS) };
  const headers = { ...usual.headers, ...retryAfter, ...fault.headers };
  const body = bodyFrame(writeScripted(fault.body) ?? usual.body, 0);
  return { ...wholeBody(fault.status, headers, body), pacing };
}

function writeScripted(body: unknown): Buffer | undefined {
  if (body === undefined) return undefined;
  return Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
}

function isStreamed(delivery: Delivery): boolean {
  return delivery.contentLength === undefined;
}

/** The frames before the fault; the last is never among them, so the fault always shows. */
function before(good: Delivery, afterFrames = 1): readonly Frame[] {
  return good.frames.slice(0, Math.min(afterFrames, good.frames.length - 1));
}

/** A frame cut in two keeps no tokens: nobody can read it. */
function firstBytes(frames: readonly Frame[], bytes: number): readonly Frame[] {
  const kept: Frame[] = [];
  let left = Math.min(bytes, totalBytes(frames) - 1);
  for (const frame of frames) {
    if (left <= 0) break;
    kept.push(frame.bytes.length <= left ? frame : bodyFrame(frame.bytes.subarray(0, left), 0));
    left -= frame.bytes.length;
  }
  return kept;
}

function totalBytes(frames: readonly Frame[]): number {
  return frames.reduce((sum, frame) => sum + frame.bytes.length, 0);
}

function mapFrames(good: Delivery, change: (bytes: Buffer, index: number) => Buffer): Delivery {
  const frames = good.frames.map((frame, index) => ({ ...frame, bytes: change(frame.bytes, index) }));
  return relength({ ...good, frames });
}

function relength(delivery: Delivery): Delivery {
  return isStreamed(delivery) ? delivery : { ...delivery, contentLength: totalBytes(delivery.frames) };
}

/** `{"id":"x"}` becomes `{"id":null,"id":"x"}`: readers that take the first and the last now disagree. */
function repeatFirstKey(json: string): string {
  return json.replace(/\{\s*("[^"]+"\s*:)/, (all, key) => all.replace(key, `${key}null,${key}`));
}

function firstHalf(text: string): string {
  return text.slice(0, Math.floor(text.length / 2));
}
