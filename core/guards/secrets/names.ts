// Owns what the name of a field, a variable, a header or an option says of its value. Knows no value.

import { isAlnum, isDigit, isLower, isUpper } from "./characters.ts";
import { type Vendor, vendorIn } from "./vendors.ts";

export type NameKind =
  | "password"
  | "token"
  | "authorization"
  | "aws_secret"
  | "azure_key"
  | "identifier"
  | "none";

export interface Name {
  /** `none`: only a vendor's own shape counts. `identifier`: no secret, yet nobody's business. */
  readonly kind: NameKind;
  readonly vendor: Vendor | undefined;
}

const passwords: ReadonlySet<string> = new Set([
  "password",
  "passwd",
  "passwort",
  "passphrase",
  "passcode",
  "pwd",
  "pass",
  "pw",
  "contraseña",
  "kennwort",
]);
const tokens: ReadonlySet<string> = new Set([
  "token",
  "secret",
  "apikey",
  "apitoken",
  "apisecret",
  "accesskey",
  "accesstoken",
  "secretkey",
  "privatekey",
  "authkey",
  "authtoken",
  "clientsecret",
  "bearer",
  "auth",
  "credential",
  "credentials",
  "creds",
  "pat",
]);
/** `key` says nothing alone: most keys are no secrets. */
const keysOf: ReadonlySet<string> = new Set([
  ..."api access secret private auth account signing signature encryption master shared subscription".split(
    " ",
  ),
  ..."license service admin app application consumer storage session deploy functions client".split(" "),
  ..."ssh gpg crypto jwt hmac webhook write ingest instrumentation function host".split(" "),
]);
/** Behind the word that tells, they make the value something else: its name, its place, its length. */
const otherAfter: ReadonlySet<string> = new Set([
  ..."id ids name names url uri urls path file filename dir length len size type count max min".split(" "),
  ..."limit expiry expires expiration expired ttl age alias ring pair store selector version format".split(
    " ",
  ),
  ..."hash arn endpoint header prefix suffix ref field policy label hint regex pattern usage".split(" "),
  ..."lifetime class method provider index num number word board code frame press up down left".split(" "),
  ..."right stone sha sha1 sha256 md5 digest checksum rev revision vault env var variable resource".split(
    " ",
  ),
  ..."at created updated host port user budget used total remaining estimate counter cost".split(" "),
]);
/** Before it too: what is public, or counts, or points at a page of a list. */
const otherBefore: ReadonlySet<string> = new Set([
  ..."public pub csrf xsrf page next previous continuation sync foreign primary sort partition".split(" "),
  ..."cache bucket natural schema sequence hot idx idempotency cursor commit hash max min total".split(" "),
  ..."used num number count per cancellation publishable".split(" "),
]);
const endings = /(?:password|passwd|passphrase|pwd|secret|token|apikey|accesskey|secretkey|privatekey)$/;

/** How far behind the word that tells, others may stand: `password for production`. */
const behindMax = 3;
const wordsMax = 8;

/** Words of a name in small letters: `X-Octopus-ApiKey` is four. */
export function wordsOf(name: string): string[] {
  const words: string[] = [];
  let start = -1;
  for (let at = 0; at <= name.length; at += 1) {
    const code = at < name.length ? name.charCodeAt(at) : 0;
    const isPart = isAlnum(code);
    if (start >= 0 && (!isPart || beginsHump(name, at))) {
      words.push(name.slice(start, at).toLowerCase());
      start = -1;
    }
    if (isPart && start < 0) start = at;
  }
  return words.slice(-wordsMax);
}

/** `apiKey` before the K, `APIKey` too; not in `API` or `api2`. */
function beginsHump(name: string, at: number): boolean {
  const [code, before, after] = [name.charCodeAt(at), name.charCodeAt(at - 1), name.charCodeAt(at + 1)];
  if (!isUpper(code)) return false;
  return isLower(before) || isDigit(before) || (isUpper(before) && isLower(after));
}

/** What a value of that name is; undefined: nothing that is looked for. */
export function readName(name: string): Name | undefined {
  const words = wordsOf(name);
  const vendor = vendorIn(words);
  const special = specialKind(words);
  if (special !== undefined) return { kind: special, vendor };
  for (let at = words.length - 1; at >= Math.max(0, words.length - 1 - behindMax); at -= 1) {
    const kind = kindAt(words, at);
    if (kind === undefined) continue;
    const before = words[at - kind.words] ?? "";
    const isOther = otherBefore.has(before) || words.slice(at + 1).some((word) => otherAfter.has(word));
    return isOther ? undefined : { kind: kind.kind, vendor };
  }
  if (vendor === undefined || words.some((word) => otherAfter.has(word) || otherBefore.has(word)))
    return undefined;
  return { kind: "none", vendor };
}

function kindAt(words: readonly string[], at: number): { kind: NameKind; words: number } | undefined {
  const word = words[at] ?? "";
  if (word === "authorization") return { kind: "authorization", words: 1 };
  if (passwords.has(word)) return { kind: "password", words: 1 };
  if (tokens.has(word)) return { kind: "token", words: 1 };
  if ((word === "key" || word === "keys") && keysOf.has(words[at - 1] ?? ""))
    return { kind: "token", words: 2 };
  const [ending] = endings.exec(word) ?? [];
  if (ending === undefined) return undefined;
  return { kind: ending.startsWith("p") && ending !== "privatekey" ? "password" : "token", words: 1 };
}

function specialKind(words: readonly string[]): NameKind | undefined {
  if (!words.some((word) => specialWords.has(word))) return undefined;
  const name = words.join(" ");
  return specials.find(([pattern]) => pattern.test(name))?.[1];
}

const specialWords: ReadonlySet<string> = new Set(
  "aws amazon access account accountkey secretaccesskey azure ad entra arm".split(" "),
);
const specials: readonly (readonly [RegExp, NameKind])[] = [
  [/\b(?:aws|amazon)\b.*\b(?:secret|secretkey|secretaccesskey)\b/, "aws_secret"],
  [/^(?:secret access key|secretaccesskey)$/, "aws_secret"],
  [/\b(?:account ?key|shared access key)$/, "azure_key"],
  [/\baws account(?: id)?$/, "identifier"],
  [/\b(?:azure|ad|entra|arm) (?:tenant|client|subscription) id$/, "identifier"],
];
