// Owns RFC 5321's and RFC 6531's mailboxes. Sends nothing.

import { isHostname, isIdnHostname, isIPv4, isIPv6 } from "./hosts.ts";

const localCharsMax = 64;
const atom = "A-Za-z0-9!#$%&'*+/=?^_`{|}~-";
const wide = "\\u{80}-\\u{10ffff}";

function localPart(more: string): RegExp {
  const dotted = `[${more}${atom}]+(?:\\.[${more}${atom}]+)*`;
  const quoted = `"(?:[\\x20\\x21\\x23-\\x5b\\x5d-\\x7e${more}]|\\\\[\\x20-\\x7e])*"`;
  return new RegExp(`^(?:${dotted}|${quoted})$`, "u");
}

const asciiLocal = localPart("");
const wideLocal = localPart(wide);

export function isEmail(text: string): boolean {
  return isMailbox(text, (local) => asciiLocal.test(local), isHostname);
}

export function isIdnEmail(text: string): boolean {
  const isHost = (domain: string): boolean => isIdnHostname(domain.normalize("NFC"));
  return isMailbox(text, (local) => wideLocal.test(local), isHost);
}

type Holds = (part: string) => boolean;

function isMailbox(text: string, isLocal: Holds, isHost: Holds): boolean {
  const at = text.lastIndexOf("@");
  const [local, domain] = [text.slice(0, at), text.slice(at + 1)];
  if (at < 1 || Buffer.byteLength(local) > localCharsMax) return false;
  return isLocal(local) && (isHost(domain) || isLiteral(domain));
}

function isLiteral(domain: string): boolean {
  if (!domain.startsWith("[") || !domain.endsWith("]")) return false;
  const address = domain.slice(1, -1);
  return /^IPv6:/i.test(address) ? isIPv6(address.slice(5)) : isIPv4(address);
}
