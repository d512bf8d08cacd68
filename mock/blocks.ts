// Owns an answer's pieces put together to blocks, as the vendors do that speak in blocks; knows no format.

import type { Piece } from "./dialect.ts";

export type Block = SaidBlock | ToolBlock;

export interface SaidBlock {
  readonly kind: "reasoning" | "text" | "refusal";
  /** One token each. */
  readonly parts: string[];
}

export interface ToolBlock {
  readonly kind: "tool";
  readonly id: string;
  readonly name: string;
  /** Of the arguments' text. */
  readonly parts: string[];
}

export function blocksOf(pieces: readonly Piece[]): Block[] {
  const blocks: Block[] = [];
  for (const piece of pieces) {
    const open = blocks.at(-1);
    if (piece.channel === "tool") {
      blocks.push({ kind: "tool", id: piece.id, name: piece.name, parts: [] });
    } else if (open !== undefined && (piece.channel === "arguments" || piece.channel === open.kind)) {
      open.parts.push(piece.text);
    } else if (piece.channel !== "arguments") {
      blocks.push({ kind: piece.channel, parts: [piece.text] });
    }
  }
  return blocks;
}

/** An object where the text is JSON; the text itself where it is not, which no caller can mistake for one. */
export function argumentsOf({ parts }: ToolBlock): unknown {
  const text = parts.join("");
  try {
    return JSON.parse(text === "" ? "{}" : text);
  } catch {
    return text;
  }
}

export function hasBlock(blocks: readonly Block[], kind: Block["kind"]): boolean {
  return blocks.some((block) => block.kind === kind);
}

/** What proves to the vendor that a thought was its own: here a text made of the answer's id. */
export function signatureOf(replyId: string): string {
  return Buffer.from(`signature of ${replyId}`).toString("base64");
}
