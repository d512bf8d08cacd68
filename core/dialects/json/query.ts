// Owns the texts in a query: what is asked of an agent may stand there alone. Knows no body.

import querystring from "node:querystring";
import type { CallText } from "../../contracts/dialect.ts";
import type { Edits } from "../../text/splice.ts";

/** Its pairs stand behind these, by their number: no RFC 6901 pointer begins so. */
const [valueMark, nameMark] = ["?=", "?"];

/** A word that a programmer gave it. */
const plainName = /^[\w.[\]-]{1,24}$/;

export function queryTexts(query: string): readonly CallText[] {
  return pairsOf(query).flatMap((pair, at) => {
    const { name, value = "" } = pair;
    const texts: CallText[] = [];
    if (!plainName.test(name)) texts.push(textAt(`${nameMark}${at}`, name));
    if (value !== "") texts.push(textAt(`${valueMark}${at}`, value));
    return texts;
  });
}

/** The query with other words in it, all else as it came. */
export function editQuery(query: string, edits: Edits): string {
  if (![...edits.keys()].some(isInQuery)) return query;
  const pairs = pairsOf(query).map(({ written }, at) => {
    const [name, value] = [edits.get(`${nameMark}${at}`), edits.get(`${valueMark}${at}`)];
    const end = written.indexOf("=");
    const [plain, rest] = end === -1 ? [written, ""] : [written.slice(0, end), written.slice(end)];
    return encoded(name, plain) + (value === undefined ? rest : `=${encoded(value, "")}`);
  });
  return `?${pairs.join("&")}`;
}

/** Those of a body. */
export function bodyEdits(edits: Edits): Edits {
  return new Map([...edits].filter(([pointer]) => !isInQuery(pointer)));
}

function isInQuery(pointer: string): boolean {
  return pointer.startsWith(nameMark);
}

interface Pair {
  readonly written: string;
  readonly name: string;
  /** Undefined: the name stands alone. */
  readonly value: string | undefined;
}

function pairsOf(query: string): readonly Pair[] {
  if (query.length < 2) return [];
  return query
    .slice(1)
    .split("&")
    .map((written) => {
      const end = written.indexOf("=");
      if (end === -1) return { written, name: plain(written), value: undefined };
      return { written, name: plain(written.slice(0, end)), value: plain(written.slice(end + 1)) };
    });
}

function plain(text: string): string {
  return querystring.unescape(text.replaceAll("+", " "));
}

function encoded(value: unknown, otherwise: string): string {
  return typeof value === "string" ? encodeURIComponent(value.toWellFormed()) : otherwise;
}

function textAt(pointer: string, text: string): CallText {
  return { pointer, role: "user", kind: "text", text };
}
