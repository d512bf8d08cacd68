// Owns starting a contender that is our own program: the upstream's port is its argument, it says its own.

import { nextMessage } from "../children.ts";
import type { Contender } from "../contender.ts";
import type { Announcement } from "../programs/announce.ts";
import { chatPath } from "../workload.ts";

export function ownProgram(name: string, program: URL, ...args: readonly string[]): Contender {
  return {
    name,
    async start({ port: upstreamPort }, children) {
      const child = children.startNode(program, [String(upstreamPort), ...args], { place: "measured" });
      const { port } = await nextMessage<Announcement>(child);
      return { kind: "running", pid: child.pid ?? 0, port, path: chatPath };
    },
  };
}
