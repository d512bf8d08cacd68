// Owns the one call of decodeURIComponent, which throws. Must not know what the text is for.

/** `undefined`: an escape is broken, or the bytes are not UTF-8. */
export function decodePercent(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
