// Owns telling media that a tool gave back from all other. Knows no format.

import type { CallMedia, CallTextKind } from "../contracts/dialect.ts";

/** In what is said in texts of such a kind. */
export function mediaIn(kind: CallTextKind, media: CallMedia): CallMedia {
  return kind === "tool.result" ? { ...media, isResult: true } : media;
}
