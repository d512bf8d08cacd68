// Owns the answers that no reader can read, with the reason for each: what was kept of them is broken.
// Knows no dialect.

const reasons: readonly (readonly [RegExp, string])[] = [
  [
    /openai-completions#ba32ada55b2f49de$/,
    "Writer's own stream of `value`s: neither OpenAI's format nor an end",
  ],
  [
    /parallel-tool-call-wrapper\.1\.chunks\.txt$/,
    "its first event is no JSON, so its end is none of an answer",
  ],
];

/** Undefined: it has to be read. */
export function unreadable(name: string): string | undefined {
  return reasons.find(([pattern]) => pattern.test(name))?.[1];
}
