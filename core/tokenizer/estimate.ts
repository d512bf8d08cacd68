// Owns how many tokens a text is taken for where nobody counts them. Knows no tokenizer.

/** Prose and code have three to five bytes a token in any script: this is above the count nearly always. */
const bytesPerToken = 3;

export function estimateTokens(text: string): number {
  return estimateBytes(Buffer.byteLength(text));
}

export function estimateBytes(bytes: number): number {
  return Math.ceil(bytes / bytesPerToken);
}
