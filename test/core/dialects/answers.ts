// Owns running an answer's bytes through a dialect's reader in tests. Knows no vendor.

import type { AnswerHead, Dialect, HeaderMap } from "../../../core/contracts/dialect.ts";
import type { Delta, Frame } from "../../../core/contracts/frame.ts";
import { type Refusal, refuse } from "../../../core/contracts/refusal.ts";

export const bounds = { frameBytesMax: 1 << 20, bodyBytesMax: 32 << 20 };

export function answerHead(contentType: string, status = 200, headers: HeaderMap = {}): AnswerHead {
  return { status, headers: { "content-type": contentType, ...headers } };
}

/** All frames of an answer, or its refusal. */
export function read(dialect: Dialect, head: AnswerHead, chunks: readonly Buffer[]): Frame[] | Refusal {
  const reader = dialect.reader(head, bounds);
  const frames: Frame[] = [];
  for (const chunk of chunks) {
    const cut = reader.push(chunk);
    if ("kind" in cut) return cut;
    frames.push(...cut);
  }
  const last = reader.end();
  return "kind" in last ? last : [...frames, ...last];
}

/** As `read`, where a refusal is the test's failure. */
export function frames(dialect: Dialect, head: AnswerHead, chunks: readonly Buffer[]): Frame[] {
  const said = read(dialect, head, chunks);
  if ("kind" in said) throw new Error(`refused: ${said.code}`);
  return said;
}

export function bytesOf(frames: readonly Frame[]): Buffer {
  return Buffer.concat(frames.map(({ bytes }) => bytes));
}

export function deltasOf(frames: readonly Frame[]): Delta[] {
  return frames.flatMap(({ deltas }) => [...deltas]);
}

/** `text 0`, `tool.args 0/tool/1` … → all that was said there. */
export function textsOf(frames: readonly Frame[]): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const delta of deltasOf(frames)) {
    if (!("text" in delta)) continue;
    const key = `${delta.kind} ${delta.channel}`;
    texts[key] = delta.mode === "snapshot" ? delta.text : (texts[key] ?? "") + delta.text;
  }
  return texts;
}

/** The answer's texts with something at their ends, through the dialect's writer. */
export function marked(dialect: Dialect, head: AnswerHead, frame: Frame, mark: string): Frame {
  const deltas = frame.deltas.map((delta) =>
    "text" in delta ? { ...delta, text: delta.text + mark } : delta,
  );
  return dialect.writer(head).edit(frame, deltas);
}

export const limited: Refusal = refuse("rate_limited", { message: "Wait a second.", retryAfterS: 1 });
export const denied: Refusal = refuse("model_denied");
