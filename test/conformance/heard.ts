// Owns whether what an answer's unit says is heard: which deltas tell of it. Knows no dialect.

import type { Delta, Frame } from "../../core/contracts/frame.ts";
import type { Said } from "./event-types.ts";

/** What is no text is known by its kind. */
const kinds: readonly (readonly [RegExp, readonly Delta["kind"][]])[] = [
  [/usage|figures|metadata|done$/i, ["usage"]],
  [/finish_?reason|stop_?reason|done$|incomplete_details/i, ["end"]],
  [/logprobs/, ["logprobs"]],
  [/signature|redacted|encrypted|reasoning|thought|thinking|compaction/i, ["signature"]],
  [/inlineData|fileData|image|audio/i, ["media"]],
  [/call|tool|shell|patch|approval|search|fetch|interpreter|execut/i, ["tool", "tool.result"]],
  [/error|failed/, ["error"]],
];

/** `things`: how many are said in this unit; where it is one, any delta is of it. */
export function isHeard({ type, pointer }: Said, { deltas }: Frame, things: number): boolean {
  if (things === 1) return deltas.length > 0;
  const isBelow = (delta: Delta) =>
    "pointer" in delta && (delta.pointer === pointer || String(delta.pointer).startsWith(`${pointer}/`));
  const fitting = kinds.filter(([pattern]) => pattern.test(type)).flatMap(([, kinds]) => kinds);
  return deltas.some((delta) => isBelow(delta) || fitting.includes(delta.kind));
}
