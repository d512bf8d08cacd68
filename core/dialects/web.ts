// Owns requests to any web server as a dialect: what is asked stands in the address as well as in the body.
// Knows no vendor.

import { isUtf8 } from "node:buffer";
import type { Call, CallText, Dialect, RequestHead } from "../contracts/dialect.ts";
import { type Refusal, refuse } from "../contracts/refusal.ts";
import { isEncoded, isInUtf8, mediaType } from "../text/media.ts";
import { decodePercent } from "../text/percent-adapter.ts";
import { jsonDialect } from "./json.ts";
import { rawCall } from "./raw.ts";

const json = jsonDialect({ requestText: undefined, responseText: undefined, others: "read" });

/** Bodies in JSON, in text or as a form; answers as an agent's own API gives them. */
export const web: Dialect = {
  ...json,
  name: "web",
  readCall: (body, head) => {
    const call =
      isForm(head) && body.length > 0 ? readForm(body, head) : json.readCall(body, { ...head, query: "" });
    if (call.kind === "refusal") return call;
    return { ...call, texts: [...addressTexts(head), ...call.texts] };
  },
  writeCall: (call, head) => ({ path: writeAddress(call, head), body: writeBody(call, head) }),
};

/** How a text is cut into pieces that are each written with escapes. */
interface Notation {
  /** Begins every pointer, and no pointer into JSON. */
  readonly mark: string;
  readonly separators: RegExp;
  decode(piece: string): string | undefined;
}

const inPath: Notation = { mark: "path:", separators: /([/;,])/, decode: decodePercent };
const asForm = (piece: string): string | undefined => decodePercent(piece.replaceAll("+", " "));
const inQuery: Notation = { mark: "query:", separators: /([?&=;])/, decode: asForm };
const inForm: Notation = { mark: "form:", separators: /([&=])/, decode: asForm };

function addressTexts({ path, query }: RequestHead): readonly CallText[] {
  return [...readPieces(path, inPath), ...readPieces(query, inQuery)];
}

/** Every piece is a text of its own; one with a broken escape is what it looks like. */
function readPieces(text: string, { mark, separators, decode }: Notation): readonly CallText[] {
  return text.split(separators).flatMap((piece, at): CallText[] => {
    if (at % 2 === 1 || piece === "") return [];
    return [{ pointer: `${mark}${at}`, role: "user", kind: "text", text: decode(piece) ?? piece }];
  });
}

function writePieces(text: string, { edits }: Call, { mark, separators }: Notation): string {
  const pieces = text.split(separators).map((piece, at) => {
    const edit = at % 2 === 0 ? edits.get(`${mark}${at}`) : undefined;
    return typeof edit === "string" ? encodeURIComponent(edit.toWellFormed()) : piece;
  });
  return pieces.join("");
}

function writeAddress(call: Call, { path, query }: RequestHead): string {
  return writePieces(path, call, inPath) + writePieces(query, call, inQuery);
}

function isForm({ headers }: RequestHead): boolean {
  return mediaType(headers) === "application/x-www-form-urlencoded";
}

function readForm(body: Buffer, { headers }: RequestHead): Call | Refusal {
  if (isEncoded(headers)) return refuse("body_encoded");
  if (!isUtf8(body) || !isInUtf8(headers)) return refuse("body_malformed");
  return { ...rawCall(body), texts: readPieces(body.toString(), inForm) };
}

/** Edits of the address are no part of the body's. */
function writeBody(call: Call, head: RequestHead): Buffer {
  const edits = new Map([...call.edits].filter(([pointer]) => !/^(path|query|form):/.test(pointer)));
  if (isForm(head)) return Buffer.from(writePieces(call.body.toString(), call, inForm));
  return json.writeCall({ ...call, edits }, head, undefined).body;
}
