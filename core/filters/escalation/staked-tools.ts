// Owns that no call of a listed tool leaves in an answer before somebody has confirmed it. Knows no policy.

import type { Delta, Frame, Frames, Stop } from "../../contracts/frame.ts";
import { refuse } from "../../contracts/refusal.ts";
import type { Visit } from "../../contracts/visit.ts";

export type Staked = "confirmed" | "refused";

/** Of calls in one answer. */
const callsMax = 1_024;
const nameCharsMax = 128;

/** A name may come in pieces: frames are held while one may still become a listed one's. */
export function watchTools(tools: ReadonlySet<string>, settle: (name: string) => Staked): Visit {
  const names = new Map<string, string>();
  const open = new Set<string>();
  const settled = new Set<string>();
  let held: Frame[] = [];
  const hear = (delta: Delta): Stop | undefined => {
    if (delta.kind === "tool.name") {
      if (delta.mode === "repeat") return undefined;
      const before = delta.mode === "append" ? (names.get(delta.channel) ?? "") : "";
      const name = (before + delta.text).slice(0, nameCharsMax);
      if (names.size < callsMax || names.has(delta.channel)) names.set(delta.channel, name);
      if (mayBecome(name, tools)) open.add(delta.channel);
      else open.delete(delta.channel);
      return undefined;
    }
    // Something else of that call, or of the answer: the name is whole.
    return isWithinName(delta) ? undefined : decide();
  };
  const decide = (): Stop | undefined => {
    for (const channel of open) {
      open.delete(channel);
      const name = names.get(channel) ?? "";
      if (!tools.has(name) || settled.has(name)) continue;
      if (settle(name) === "refused") return refuse("confirmation_required");
      settled.add(name);
    }
    return undefined;
  };
  const release = (): Frames => {
    const frames = held;
    held = [];
    return frames;
  };
  return {
    kind: "visit",
    head: () => {
      names.clear();
      open.clear();
      held = [];
      return undefined;
    },
    frame: (frame) => {
      for (const delta of frame.deltas) {
        const stop = hear(delta);
        if (stop !== undefined) return stop;
      }
      if (open.size === 0 && held.length === 0) return frame;
      held.push(frame);
      return open.size === 0 ? release() : [];
    },
    flush: () => decide() ?? release(),
  };
}

function isWithinName({ kind }: Delta): boolean {
  return kind === "tool" || kind === "start" || kind === "usage" || kind === "logprobs";
}

function mayBecome(name: string, tools: ReadonlySet<string>): boolean {
  for (const tool of tools) if (tool.startsWith(name)) return true;
  return false;
}
