// Owns images, sounds and documents as parts of a Gemini request. Must not know who attached them.

import type { MediaPart } from "../../contracts/conversation.ts";
import type { JsonObject } from "../../contracts/json.ts";

/** What Google reads. ai.google.dev/gemini-api/docs/file-input-methods */
const types: ReadonlyMap<string, string> = new Map([
  ["png", "image/png"],
  ["jpg", "image/jpeg"],
  ["jpeg", "image/jpeg"],
  ["webp", "image/webp"],
  ["heic", "image/heic"],
  ["heif", "image/heif"],
  ["pdf", "application/pdf"],
  ["mp3", "audio/mpeg"],
  ["wav", "audio/wav"],
  ["mp4", "video/mp4"],
  ["webm", "video/webm"],
]);

/**
 * A string: the field that Google has no word for. A file that another vendor holds is none for Google.
 * Vertex AI refuses what has no media type, so a URL has to tell it where nobody else does. Names stay
 * behind: AI Studio refuses them, and only tools that Google runs itself make use of them.
 */
export function writeMedia({ type, mediaType, source }: MediaPart): JsonObject | string {
  if (source.kind === "id") return `${type}.id`;
  const url = source.kind === "url" ? URL.parse(source.url) : undefined;
  if (url === null || (url !== undefined && !/^https?:$/.test(url.protocol))) return `${type}.url`;
  const mimeType = mediaType ?? types.get(endingOf(url?.pathname ?? ""));
  if (mimeType === undefined) return `${type}.mediaType`;
  if (source.kind === "url") return { fileData: { mimeType, fileUri: source.url } };
  return { inlineData: { mimeType, data: source.data } };
}

/** `/photos/Cat.PNG` → `png` */
function endingOf(path: string): string {
  return /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? "";
}
