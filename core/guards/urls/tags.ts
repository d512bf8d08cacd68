// Owns the URLs in the attributes of an HTML tag. Knows no other place of a URL.

import { type Known, type Link, type Open, open, type Read } from "./link.ts";

const tagMax = 8_192;
const attributesMax = 64;

/** Attributes that hold URLs; all but the last four are fetched unasked. */
const fetched: ReadonlySet<string> = new Set(
  "src srcset data poster background xlink:href content style lowsrc dynsrc code classid archive".split(" "),
);
const followed: ReadonlySet<string> = new Set(["href", "action", "formaction", "cite"]);
/** Elements whose `href` is fetched unasked. */
const fetchers: ReadonlySet<string> = new Set(["link", "base", "image", "use", "script"]);

const tagEnds = /[<>]/;
const tagName = /<([a-z][a-z0-9-]{0,30})(?=([\s/>])?)/iy;

/** From a `<` to its `>`, or the next tag; of an image the whole tag is told. */
export function readTag({ text, isEnd }: Known, at: number): Read | Open {
  tagName.lastIndex = at;
  const [all = "<", name = "", gap] = tagName.exec(text) ?? [];
  if (gap === undefined) {
    const mayGoOn = !isEnd && at + all.length >= text.length && all.length < 32;
    return mayGoOn ? open(/[\s\S]/) : { kind: "read", links: [], next: at + 1 };
  }
  const end = endOfTag(text, at);
  if (end === undefined && !isEnd && text.length - at < tagMax) return open(tagEnds);
  if (end === undefined) return { kind: "read", links: [], next: at + 1 };
  const links = attributesOf(text, at + all.length, text.charCodeAt(end - 1) === 62 ? end - 1 : end).flatMap(
    ({ attribute, start, end: to }): Link[] => {
      const isImage = fetched.has(attribute) || (attribute === "href" && fetchers.has(name.toLowerCase()));
      if (!isImage && !followed.has(attribute)) return [];
      const value = decodeEntities(text.slice(start, to));
      const whole = /^im(?:g|age)$/i.test(name) ? { start: at, end } : { start, end: to };
      return targetsOf(attribute, value).map((target) => ({ ...whole, targets: [target], isImage }));
    },
  );
  return { kind: "read", links, next: end };
}

/** Behind the `>` that is in no quotes, or at the `<` of another tag; undefined: there is none near. */
function endOfTag(text: string, from: number): number | undefined {
  let quote = 0;
  let isValue = false;
  for (let at = from + 1; at < Math.min(text.length, from + tagMax); at += 1) {
    const code = text.charCodeAt(at);
    if (quote !== 0) quote = code === quote ? 0 : quote;
    else if (code === 62) return at + 1;
    else if (code === 60) return at;
    else if ((code === 34 || code === 39) && isValue) quote = code;
    isValue = code === 61 || (isValue && code <= 32);
  }
  return undefined;
}

interface Attribute {
  readonly attribute: string;
  readonly start: number;
  readonly end: number;
}

function attributesOf(text: string, from: number, to: number): Attribute[] {
  const all: Attribute[] = [];
  let at = from;
  while (at < to && all.length < attributesMax) {
    at = skipWhile(text, at, to, (code) => code <= 32 || code === 47 || code === 34 || code === 39);
    const nameEnd = skipWhile(text, at, to, (code) => code > 32 && code !== 61 && code !== 47);
    const sign = skipWhile(text, nameEnd, to, (code) => code <= 32);
    if (text.charCodeAt(sign) !== 61 || nameEnd === at) {
      at = Math.max(sign, at + 1);
      continue;
    }
    const value = skipWhile(text, sign + 1, to, (code) => code <= 32);
    const quote = text.charCodeAt(value);
    const isQuoted = quote === 34 || quote === 39;
    const start = isQuoted ? value + 1 : value;
    const end = skipWhile(text, start, to, (code) => (isQuoted ? code !== quote : code > 32));
    all.push({ attribute: text.slice(at, nameEnd).toLowerCase(), start, end });
    at = end + 1;
  }
  return all;
}

function skipWhile(text: string, from: number, to: number, isIn: (code: number) => boolean): number {
  let at = from;
  while (at < to && isIn(text.charCodeAt(at))) at += 1;
  return at;
}

/** The URLs in a value: of a list of sources, a style, a refresh there may be more than one, or none. */
function targetsOf(attribute: string, value: string): string[] {
  if (attribute === "srcset") return value.split(/,\s+|\s+/).filter((part) => part.length > 4);
  if (attribute === "style")
    return [...value.matchAll(/url\(\s{0,8}["']?([^"')]{1,8192})/gi)].map(([, url]) => url ?? "");
  if (attribute === "content")
    return [/url\s{0,8}=\s{0,8}["']?(.{1,8192})/i.exec(value)?.[1] ?? ""].filter(Boolean);
  return [value];
}

const named: Readonly<Record<string, string>> = {
  amp: "&",
  colon: ":",
  sol: "/",
  bsol: "\\",
  period: ".",
  quest: "?",
  num: "#",
  equals: "=",
  commat: "@",
  lpar: "(",
  rpar: ")",
  tab: "\t",
  newline: "\n",
  quot: '"',
  apos: "'",
};

function decodeEntities(value: string): string {
  if (!value.includes("&")) return value;
  return value.replaceAll(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]{2,8}));?/gi, (all, hex, decimal, name) => {
    if (name !== undefined) return named[String(name).toLowerCase()] ?? all;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(String(hex), 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}
