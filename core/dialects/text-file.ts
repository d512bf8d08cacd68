// Owns the text in a file that a request brings in base64, where its media type says that it is one. Knows no
// vendor.

import { isUtf8 } from "node:buffer";
import type { CallText } from "../contracts/dialect.ts";
import type { JsonValue } from "../contracts/json.ts";

/** What is longer is a file like any other. */
const unitsMax = 8 * 1024 * 1024;

const textTypes = [
  /^text\/[a-z0-9.+-]+$/,
  /^application\/(?:[a-z0-9.-]+\+)?(?:json|xml)$/,
  /^application\/(?:x-)?(?:yaml|javascript|ndjson|sql|toml)$/,
];
const utf8 = /^charset="?(?:utf-?8|us-ascii)"?$/;
const dataUrl = /^data:([^,]{0,256});base64,/i;

/** A PDF may say that it is a text. */
const magic = "%PDF-";

/** The text itself, and how it is written where it stands. */
export type TextFile = Required<Pick<CallText, "text" | "encodedBehind">>;

/**
 * `written`: base64, or a data URL of it. Undefined: it is no text, or somebody may read another one than is
 * read here.
 */
export function readTextFile(written: JsonValue | undefined, mediaType?: JsonValue): TextFile | undefined {
  if (typeof written !== "string" || written.length > unitsMax) return undefined;
  const [encodedBehind = "", named] = dataUrl.exec(written.slice(0, 300)) ?? [];
  if (!isText(named ?? mediaType)) return undefined;
  const data = written.slice(encodedBehind.length);
  const bytes = Buffer.from(data, "base64");
  if (!isUtf8(bytes) || bytes.toString("base64") !== data) return undefined;
  const text = bytes.toString();
  return isBinary(text) ? undefined : { text, encodedBehind };
}

function isText(mediaType: JsonValue | undefined): boolean {
  if (typeof mediaType !== "string") return false;
  const [type = "", ...parameters] = mediaType.toLowerCase().split(";");
  if (!textTypes.some((one) => one.test(type.trim()))) return false;
  return parameters.every((one) => !one.includes("charset") || utf8.test(one.trim()));
}

function isBinary(text: string): boolean {
  if (text.startsWith(magic)) return true;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0x20 && (unit < 0x09 || unit > 0x0d)) return true;
  }
  return false;
}
