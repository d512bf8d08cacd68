// Owns W3C baggage on the wire. Knows nothing of who may send it, and keeps no value.

/** W3C Baggage §3.3.2: what everybody has to carry; more is dropped whole. */
const lengthMax = 8192;
const membersMax = 64;

const visible = /^[\t -~]*$/;
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const value = /^[!#-+\--:<-[\]-~]*$/;

/** A `baggage` header as it came, or undefined where it is not well-formed or past its bounds. */
export function readBaggage(sent: string | string[] | undefined): string | undefined {
  if (typeof sent !== "string" || sent.length > lengthMax || !visible.test(sent)) return undefined;
  const members = sent.split(",");
  if (members.length > membersMax) return undefined;
  return members.every(isMember) ? sent : undefined;
}

/** §3.3.1: `key = value`, then properties, each a key with or without a value. */
function isMember(text: string): boolean {
  const [entry = "", ...properties] = text.split(";");
  return isPair(entry) && properties.every((each) => token.test(each.trim()) || isPair(each));
}

function isPair(text: string): boolean {
  const equals = text.indexOf("=");
  if (equals < 0) return false;
  return token.test(text.slice(0, equals).trim()) && value.test(text.slice(equals + 1).trim());
}
