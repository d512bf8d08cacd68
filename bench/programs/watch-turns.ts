// Owns a watch on the event loop of whatever program it is loaded before; the parent turns it on and off.

import { type Turns, TurnWatch } from "./turns.ts";

export type WatchOrder = "begin" | "end";
/** A word for every order, so that nothing is sent before the watch is on. */
export type WatchReply = { readonly kind: "watching" } | { readonly kind: "turns"; readonly turns: Turns };

const watch = new TurnWatch();

process.on("message", (order: WatchOrder) => {
  if (order === "end") return reply({ kind: "turns", turns: watch.end() });
  watch.begin();
  reply({ kind: "watching" });
});
process.once("disconnect", () => process.exit(0));

function reply(said: WatchReply): void {
  process.send?.(said);
}
