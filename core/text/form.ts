// Owns the one strict reading of a form with files (RFC 7578), so that no two readers can differ on it. Must
// not know any field.

import { isUtf8 } from "node:buffer";
import type { HeaderMap } from "../contracts/dialect.ts";
import { mediaType } from "./media.ts";
import type { Span } from "./splice.ts";

/** The span is that of its content. */
export interface FormField extends Span {
  readonly name: string;
  readonly isFile: boolean;
}

const fieldsMax = 1_000;
/** Of one field. */
const headBytesMax = 8 * 1024;

const lineEnd = "\r\n";
/** Ends a field's head. */
const blankLine = "\r\n\r\n";

export function isForm(headers: HeaderMap): boolean {
  return mediaType(headers) === "multipart/form-data";
}

/**
 * `undefined`: readers may differ on it. Its boundary stands nowhere but between two fields, on lines of
 * their own that end as RFC 2046 has it, and nothing stands before the first or after the last.
 */
export function readForm(body: Buffer, headers: HeaderMap): readonly FormField[] | undefined {
  const boundary = boundaryOf(headers);
  if (boundary === undefined) return undefined;
  const mark = `--${boundary}`;
  const fields: FormField[] = [];
  let start = mark.length;
  if (body.indexOf(mark) !== 0) return undefined;
  while (!isEnd(body, start)) {
    const next = body.indexOf(mark, start);
    const field = next === -1 ? undefined : readField(body, start, next);
    if (field === undefined || fields.push(field) > fieldsMax) return undefined;
    start = next + mark.length;
  }
  return fields;
}

/** No other parameter: a charset of all fields is one that others may heed. */
const boundaryForm = /^multipart\/form-data; *boundary=(?:"([\w'()+,./:=?-]{1,70})"|([\w'+.-]{1,70})) *$/i;

function boundaryOf({ "content-type": type }: HeaderMap): string | undefined {
  const [, quoted, plain] = boundaryForm.exec(String(type)) ?? [];
  return quoted ?? plain;
}

/** What follows the last boundary. */
function isEnd(body: Buffer, start: number): boolean {
  const rest = body.toString("latin1", start, Math.min(body.length, start + 5));
  return rest === "--" || rest === `--${lineEnd}`;
}

/** From behind one boundary up to the next. */
function readField(body: Buffer, from: number, to: number): FormField | undefined {
  const start = from + lineEnd.length;
  const end = to - lineEnd.length;
  const headEnd = body.subarray(0, Math.min(to, start + headBytesMax)).indexOf(blankLine, start);
  const contentStart = headEnd + blankLine.length;
  if (headEnd === -1 || contentStart > end) return undefined;
  const isOnLines = body.indexOf(lineEnd, from) === from && body.indexOf(lineEnd, end) === end;
  const about = isOnLines ? readHead(body.subarray(start, headEnd)) : undefined;
  return about && { ...about, start: contentStart, end };
}

const headerForm = /^([a-z][a-z-]*): *(\P{Cc}*)$/iu;
const value = String.raw`(?:"([^"\\]*)"|([\w.-]+))`;
const dispositionForm = new RegExp(
  `^form-data; *name=${value}(?:; *filename=${value})?(; *filename\\*=[\\w.!#$&+^\`|~'%-]+)?$`,
  "i",
);
/** The content is what it is; a field of text in another encoding would be another text. */
const plainHeaders: ReadonlyMap<string, RegExp> = new Map([
  ["content-transfer-encoding", /^(7bit|8bit|binary)$/i],
  ["content-length", /^\d+$/],
  ["content-type", /^(?!.*charset(?! *= *"?(utf-8|us-ascii)"?(;|$)))/i],
]);

function readHead(head: Buffer): Omit<FormField, keyof Span> | undefined {
  if (!isUtf8(head)) return undefined;
  const headers = new Map<string, string>();
  for (const line of head.toString().split(lineEnd)) {
    const [, name = "", said = ""] = headerForm.exec(line) ?? [];
    const header = name.toLowerCase();
    if (header === "" || headers.has(header) || plainHeaders.get(header)?.test(said) === false)
      return undefined;
    headers.set(header, said);
  }
  const found = dispositionForm.exec(headers.get("content-disposition") ?? "");
  if (found === null) return undefined;
  const [, quoted, plain, quotedFile, plainFile, extendedFile] = found;
  const isFile = (quotedFile ?? plainFile ?? extendedFile) !== undefined;
  return { name: quoted ?? plain ?? "", isFile };
}
