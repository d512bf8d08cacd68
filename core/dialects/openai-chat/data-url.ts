// Owns media written as text: RFC 2397 URLs whose data is in base64. Knows no message.

import type { MediaDelta } from "../../contracts/frame.ts";
import type { JsonObject } from "../../contracts/json.ts";

const base64Mark = ";base64";

/** What a URL holds itself. `mediaType` is without parameters, undefined where the URL does not say. */
export interface HeldData {
  readonly mediaType: string | undefined;
  /** Base64. */
  readonly data: string;
}

/** Undefined: the data is elsewhere, or not in base64. */
export function readDataUrl(url: string): HeldData | undefined {
  if (!/^data:/i.test(url)) return undefined;
  const comma = url.indexOf(",");
  const about = url.slice("data:".length, comma);
  if (comma === -1 || !about.toLowerCase().endsWith(base64Mark)) return undefined;
  const [mediaType = ""] = about.split(";", 1);
  return { mediaType: mediaType === "" ? undefined : mediaType.toLowerCase(), data: url.slice(comma + 1) };
}

export function writeDataUrl(mediaType: string, data: string): string {
  return `data:${mediaType}${base64Mark},${data}`;
}

/** OpenAI has no place for an image in an answer; its imitators agree on this one. */
export function writeImage({ mediaType, data, url }: MediaDelta): JsonObject | undefined {
  if (data === undefined) return url === undefined ? undefined : { type: "image_url", image_url: { url } };
  if (mediaType?.startsWith("image/") !== true) return undefined;
  return { type: "image_url", image_url: { url: writeDataUrl(mediaType, data) } };
}
