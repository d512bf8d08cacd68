// Owns RFC 3986's and RFC 3987's references and RFC 6570's templates. Fetches none.

import { isIPv6 } from "./hosts.ts";

/** Splits any text; what stands in the parts is judged by itself. RFC 3986, Appendix B. */
const parts = /^(?:([^:/?#]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#([\s\S]*))?$/;

const ascii = "A-Za-z0-9\\-._~";
/** What IRIs may hold besides. */
const wide =
  "\\u{a0}-\\u{d7ff}\\u{f900}-\\u{fdcf}\\u{fdf0}-\\u{ffef}" +
  "\\u{10000}-\\u{1fffd}\\u{20000}-\\u{2fffd}\\u{30000}-\\u{3fffd}";
const reserved = "!$&'()*+,;=";
const hex = "%[0-9A-Fa-f]{2}";

interface Signs {
  readonly userInfo: RegExp;
  readonly name: RegExp;
  readonly path: RegExp;
  readonly query: RegExp;
}

function signsOf(plain: string, privates: string): Signs {
  const only = (more: string): RegExp => new RegExp(`^(?:[${plain}${reserved}${more}]|${hex})*$`, "u");
  return { userInfo: only(":"), name: only(""), path: only(":@/"), query: only(`:@/?${privates}`) };
}

const uriSigns = signsOf(ascii, "");
const iriSigns = signsOf(ascii + wide, "\\u{e000}-\\u{f8ff}\\u{f0000}-\\u{ffffd}\\u{100000}-\\u{10fffd}");

export function isUri(text: string): boolean {
  return isReference(text, uriSigns) && parts.exec(text)?.[1] !== undefined;
}

export function isUriReference(text: string): boolean {
  return isReference(text, uriSigns);
}

export function isIri(text: string): boolean {
  return isReference(text, iriSigns) && parts.exec(text)?.[1] !== undefined;
}

export function isIriReference(text: string): boolean {
  return isReference(text, iriSigns);
}

/** With a host: what a browser's address line takes. */
export function isUrl(text: string): boolean {
  return /^(?:https?|ftp):\/\/[^/?#]/i.test(text) && isUri(text);
}

function isReference(text: string, signs: Signs): boolean {
  const [, scheme, authority, path = "", query = "", fragment = ""] = parts.exec(text) ?? [];
  if (scheme !== undefined && !/^[A-Za-z][A-Za-z0-9+.-]*$/.test(scheme)) return false;
  if (authority !== undefined && !isAuthority(authority, signs)) return false;
  return signs.path.test(path) && signs.query.test(query) && signs.query.test(fragment);
}

function isAuthority(authority: string, { userInfo, name }: Signs): boolean {
  const at = authority.indexOf("@");
  if (at !== -1 && !userInfo.test(authority.slice(0, at))) return false;
  const [all, host = "", port = ""] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/su.exec(authority.slice(at + 1)) ?? [];
  if (all === undefined || !/^\d*$/.test(port)) return false;
  if (!host.startsWith("[")) return name.test(host);
  const literal = host.slice(1, -1);
  return isIPv6(literal) || /^v[0-9a-f]+\.[a-z0-9\-._~!$&'()*+,;=:]+$/i.test(literal);
}

const literals = /^(?:[^\0-\x20"%<>\\^`{|}\x7f-\x9f]|%[0-9A-Fa-f]{2})*$/u;
const variable = "(?:[A-Za-z0-9_]|%[0-9A-Fa-f]{2})";
const spec = `${variable}(?:\\.?${variable})*(?::[1-9]\\d{0,3}|\\*)?`;
const expression = new RegExp(`^[+#./;?&=,!@|]?${spec}(?:,${spec})*$`);

export function isUriTemplate(text: string): boolean {
  return text.split("{").every((piece, at) => {
    if (at === 0) return literals.test(piece);
    const end = piece.indexOf("}");
    return end !== -1 && expression.test(piece.slice(0, end)) && literals.test(piece.slice(end + 1));
  });
}
