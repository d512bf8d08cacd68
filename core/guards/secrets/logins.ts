// Owns secrets that stand beside a user's name: in URLs and in curl's options. Knows no vendor's form.

import { found, type Known, type Look, pending } from "./candidate.ts";
import { isAlnum, isQuote, isSpace } from "./characters.ts";

const loginMax = 300;
const schemeMax = 24;
const curlBefore = 512;

const stores: ReadonlySet<string> = new Set(
  "postgres postgresql mysql mariadb mongodb redis rediss amqp amqps mssql sqlserver oracle clickhouse bolt"
    .concat(" cockroachdb cassandra couchbase neo4j nats kafka ldap ldaps snowflake redshift db2 jdbc")
    .concat(" memcached elasticsearch")
    .split(" "),
);

/** Where a manual has it: the word for what belongs there, or a variable. */
const fillers = new RegExp(
  [
    "^(?:password|passwd|pwd|passphrase|x+|\\*+|\\.+|\\{[a-z_ .-]+\\})$",
    "^(?:your|<|\\[|\\$|%[({A-Za-z_]|\\{\\{|#\\{)",
    "(?:replace|change)[-_]?(?:me|it|with)",
  ].join("|"),
  "i",
);

/** Behind `://`: a user and a password before the host. `at` is the colon's place. */
export function lookAtUrl({ text, to, isEnd }: Known, at: number): Look {
  const start = at + 3;
  let end = start;
  let sign = -1;
  let colon = -1;
  for (; end < to && end - start <= loginMax; end += 1) {
    const code = text.charCodeAt(end);
    if (code <= 32 || code > 126 || code === 47 || code === 63 || code === 35 || isQuote(code)) break;
    if (code === 60 || code === 62 || code === 124) break;
    if (code === 64) sign = end;
    if (code === 58 && colon < 0) colon = end;
  }
  if (end >= to && !isEnd && end - start <= loginMax) return pending(start);
  if (sign < 0 || colon < 0 || colon > sign || colon === start) return undefined;
  const [user, password] = [text.slice(start, colon), text.slice(colon + 1, sign)];
  if (password === "" || fillers.test(password) || password.toLowerCase() === user.toLowerCase())
    return undefined;
  const type = stores.has(schemeBefore(text, at)) ? "connection_string" : "url_credentials";
  return found(type, { start, end: sign }, 0.85);
}

/** `mongodb+srv` is a kind of `mongodb`. */
function schemeBefore(text: string, at: number): string {
  let start = at;
  while (start > 0 && at - start < schemeMax && isSchemeCharacter(text.charCodeAt(start - 1))) start -= 1;
  return text.slice(start, at).toLowerCase().split("+")[0] ?? "";
}

const isSchemeCharacter = (code: number): boolean => isAlnum(code) || code === 43;

const options = ["--proxy-user", "--user", "-u"];

/** curl's `-u user:password` and `--user`; `at` is the first dash. */
export function lookAtCurl({ text, to, isEnd }: Known, at: number): Look {
  const next = text.charCodeAt(at + 1);
  if (next !== 117 && next !== 45 && at + 1 < to) return undefined;
  if (at > 0 && !isSpace(text.charCodeAt(at - 1)) && !isQuote(text.charCodeAt(at - 1))) return undefined;
  const option = options.find((name) => text.startsWith(name, at) && at + name.length <= to);
  if (option === undefined) {
    return isEnd || !options.some((name) => name.startsWith(text.slice(at, to))) ? undefined : pending(at);
  }
  const from = at + option.length;
  let start = from;
  while (start < to && start - from < 8 && isGap(text.charCodeAt(start))) start += 1;
  if (start >= to) return isEnd ? undefined : pending(start);
  if (start === from && option !== "-u") return undefined;
  const end = endOfArgument(text, start, Math.min(to, start + loginMax));
  if (end >= to && !isEnd) return pending(start);
  if (end - start >= loginMax || !text.slice(Math.max(0, at - curlBefore), at).includes("curl"))
    return undefined;
  return isLogin(text.slice(start, end)) ? found("basic_auth", { start, end }, 0.8) : undefined;
}

const isGap = (code: number): boolean => isSpace(code) || code === 61;

/** A shell's word: quotes may begin and end within it. */
function endOfArgument(text: string, start: number, to: number): number {
  let quote = 0;
  for (let at = start; at < to; at += 1) {
    const code = text.charCodeAt(at);
    if (quote === 0 && (isSpace(code) || code > 126)) return at;
    if (code === quote) quote = 0;
    else if (quote === 0 && (code === 34 || code === 39)) quote = code;
  }
  return to;
}

function isLogin(argument: string): boolean {
  const plain = argument.replaceAll(/["'\\]/g, "");
  const colon = plain.indexOf(":");
  if (colon < 0) return false;
  const [user, password] = [plain.slice(0, colon), plain.slice(colon + 1)];
  if (password === "") return user.length >= 10 && !isFiller(user);
  return (
    password.length >= 3 && !isFiller(password) && !isVariable(user) && !/^\d+$/.test(plain.replace(":", ""))
  );
}

const isVariable = (text: string): boolean => /^(?:\$|<|\{\{|\$\{|%\w+%|\[)/.test(text);
const isFiller = (text: string): boolean =>
  fillers.test(text) || /^(?:pass|test|token|changeit|y+|secret)$/i.test(text) || isVariable(text);
