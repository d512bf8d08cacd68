// Owns where URLs stand in a text: Markdown's images, links and definitions, HTML's attributes, bare ones.
// Knows no policy.

import { type Known, type Link, type Open, open, type Read } from "./link.ts";
import type { Mark } from "./marks.ts";
import { readTag } from "./tags.ts";

/** A longer URL is told cut. */
export const urlMax = 16_384;
/** Of what stands before a place, so much may be asked for. */
export const lineMax = 280;
const beginsLine = /(?:^|[\n\r])[ >]{0,8}\[[^\]\n]{1,256}\]:$/;
const wordsMax = 1_024;
const schemeMax = 20;

/** What may end a URL, a target, the words of an image. */
const urlEnds = /[^!-~]|[<>"`{}|^]/;
const targetEnds = /[\s)>]/;
const wordsEnd = /[\]([]/;
const anything = /[\s\S]/;
/** Nested deeper, it is no image. */
const depthMax = 8;

const read = (next: number, ...links: readonly Link[]): Read => ({ kind: "read", links, next });

/** What stands at a mark; the same however much is known behind it, or open. */
export function readPlace(known: Known, at: number, mark: Mark): Read | Open {
  if (mark === "![") return readImage(known, at);
  if (mark === "](") return readTarget(known, at + 2, { isImage: false });
  if (mark === "]:") return readDefinition(known, at + 2);
  if (mark === "<") return readTag(known, at);
  if (mark === "(") return readTarget(known, at + 1, { isImage: true });
  return readBare(known, at, mark);
}

/** `![words](target "title")`; one that names a definition is told there. */
function readImage(known: Known, at: number): Read | Open {
  const { text, isEnd } = known;
  const close = closingBracket(text, at + 2);
  if (close === undefined) return isEnd ? read(at + 2) : open(wordsEnd);
  if (close < 0) return read(at + 2);
  if (close + 1 >= text.length && !isEnd) return open(anything);
  if (text.charCodeAt(close + 1) !== 40) return read(at + 2);
  const target = readTarget(known, close + 2, { isImage: true });
  if (target.kind === "open") return target;
  const end = endOfParenthesis(known, target.next);
  if (end === undefined) return open(anything);
  return read(end, ...target.links.map((link) => ({ ...link, start: at, end })));
}

/** −1: there is none near; undefined: it is not known. */
function closingBracket(text: string, from: number): number | undefined {
  let depth = 1;
  for (let at = from; at < from + wordsMax; at += 1) {
    if (at >= text.length) return undefined;
    const code = text.charCodeAt(at);
    if (code === 92) at += 1;
    else if (code === 91) depth += 1;
    else if (code === 93) depth -= 1;
    if (depth === 0) return at;
    if (depth > depthMax) return -1;
  }
  return -1;
}

/** Behind the title and the bracket that closes; where there is none, where the target ends. */
function endOfParenthesis({ text, isEnd }: Known, from: number): number | undefined {
  const match = /^\s{0,8}(?:"[^"]{0,512}"|'[^']{0,512}'|\([^)]{0,512}\))?\s{0,8}\)/.exec(
    text.slice(from, from + 540),
  );
  if (match !== null) return from + match[0].length;
  return isEnd || text.length - from >= 540 || /^\s{0,8}[^\s"'()]/.test(text.slice(from, from + 10))
    ? from
    : undefined;
}

/** Up to the bracket that closes, or between `<` and `>`. */
function readTarget({ text, isEnd }: Known, from: number, { isImage }: { isImage: boolean }): Read | Open {
  let start = from;
  while (start - from < 8 && /\s|["']/.test(text.charAt(start))) start += 1;
  const isAngled = text.charCodeAt(start) === 60;
  if (isAngled) start += 1;
  let depth = 0;
  let end = start;
  for (; end < text.length && end - start < urlMax; end += 1) {
    const code = text.charCodeAt(end);
    if (code === 10 || code === 13 || (isAngled ? code === 62 : code <= 32)) break;
    if (isAngled) continue;
    if (code === 40) depth += 1;
    if (code === 41 && depth === 0) break;
    if (code === 41) depth -= 1;
  }
  if (end >= text.length && !isEnd && end - start < urlMax) return open(targetEnds);
  const target = text.slice(start, end).replace(/["']$/, "");
  const link = { start, end: start + target.length, targets: [target], isImage };
  return read(isAngled && text.charCodeAt(end) === 62 ? end + 1 : end, ...(target === "" ? [] : [link]));
}

/** `[name]: target` at the beginning of a line; images use it as links do. */
function readDefinition({ text, isEnd }: Known, from: number): Read | Open {
  if (!beginsLine.test(text.slice(Math.max(0, from - lineMax), from))) return read(from);
  let start = from;
  while (start - from < 8 && /[\s<]/.test(text.charAt(start))) start += 1;
  let end = start;
  while (end < text.length && end - start < urlMax && !/[\s>]/.test(text.charAt(end))) end += 1;
  if (end >= text.length && !isEnd && end - start < urlMax) return open(targetEnds);
  const target = text.slice(start, end);
  return /^[a-z][a-z0-9+.-]*:|^[/\\]{2}/i.test(target)
    ? read(end, { start, end, targets: [target], isImage: true })
    : read(from);
}

/** A scheme and what follows, or `www.`. */
function readBare({ text, isEnd }: Known, at: number, mark: Mark): Read | Open {
  const start = mark === ":" ? startOfScheme(text, at) : at;
  if (start < 0) return read(at + mark.length);
  let end = at + mark.length;
  while (end < text.length && end - start < urlMax && isUrlCharacter(text.charCodeAt(end))) end += 1;
  if (end >= text.length && !isEnd && end - start < urlMax) return open(urlEnds);
  const url = trimEnd(text.slice(start, end));
  if (url.length <= at + mark.length - start) return read(end);
  const target = mark === ":" ? url : `http://${url}`;
  const plain = /^[\u0021-\u007e]*/.exec(target)?.[0] ?? "";
  const targets = plain === target ? [target] : [target, plain];
  return read(end, { start, end: start + url.length, targets, isImage: false });
}

function startOfScheme(text: string, at: number): number {
  let start = at;
  while (start > 0 && at - start < schemeMax && /[a-z0-9+.-]/i.test(text.charAt(start - 1))) start -= 1;
  while (start < at && !/[a-z]/i.test(text.charAt(start))) start += 1;
  return start < at ? start : -1;
}

/** No white space, quotes, brackets that do not belong to URLs; of other scripts letters only. */
const isUrlCharacter = (code: number): boolean =>
  code > 127 ? !/[\s\p{P}\p{S}\p{C}]/u.test(String.fromCharCode(code)) : code > 32 && !outside.has(code);

const outside: ReadonlySet<number> = new Set(
  Array.from('<>"`{}|^\u007f', (character) => character.charCodeAt(0)),
);

/** What ends a sentence does not end a URL; nor does a bracket that the URL did not open. */
function trimEnd(url: string): string {
  let end = url.length;
  for (;;) {
    const last = url.charAt(end - 1);
    const isStop = ".,;:!?'*_~\\".includes(last);
    const isClosing =
      (last === ")" && !isOpened(url, end, "(", ")")) || (last === "]" && !isOpened(url, end, "[", "]"));
    if (last === "" || !(isStop || isClosing)) return url.slice(0, end);
    end -= 1;
  }
}

function isOpened(url: string, end: number, opening: string, closing: string): boolean {
  let depth = 0;
  for (let at = 0; at < end; at += 1) {
    const character = url.charAt(at);
    if (character === opening) depth += 1;
    if (character === closing) depth -= 1;
  }
  return depth >= 0;
}
