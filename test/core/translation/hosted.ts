// Owns which deltas of an answer are of tools that the vendor ran itself. Knows no dialect.

import type { Delta } from "../../../core/contracts/frame.ts";

/** All that is said on a channel from where such a tool begins there to where another does. */
export function hostedDeltas(deltas: readonly Delta[]): ReadonlySet<Delta> {
  const channels = new Set<string>();
  const hosted = new Set<Delta>();
  for (const delta of deltas) {
    if (!("channel" in delta)) continue;
    if (delta.kind === "tool" && delta.isHosted) channels.add(delta.channel);
    else if (delta.kind === "tool") channels.delete(delta.channel);
    if (delta.kind === "tool.result" || channels.has(delta.channel)) hosted.add(delta);
  }
  return hosted;
}
