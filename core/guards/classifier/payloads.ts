// Owns reading what a run of letters may encode: base64, base64url, hexadecimal. Knows no text around it.

/** Fewer letters than this say nothing. */
const textMin = 8;
const printable = 0.92;

/** The text in a run of an encoding; `undefined`: it is none. As long as the run at most. */
export function decodeRun(run: string): string | undefined {
  const body = run.replace(/^[=_-]{1,8}/, "");
  if (/^(?:[0-9a-f]{2})+$/i.test(body) && /[0-9]/.test(body)) {
    const text = readable(Buffer.from(body, "hex"));
    if (text !== undefined) return text;
  }
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(body)) return undefined;
  return readable(Buffer.from(body, "base64"));
}

/** A path or a long word, read as base64, gives bytes that nobody writes. */
function readable(bytes: Buffer): string | undefined {
  const text = bytes.toString("utf8");
  if (text.length < textMin) return undefined;
  let plain = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    const isPlain = (unit >= 0x20 && unit < 0x7f) || unit === 0x0a || unit === 0x0d || unit === 0x09;
    if (isPlain || (unit > 0xbf && unit !== 0xfffd)) plain++;
  }
  return plain / text.length >= printable ? text : undefined;
}
