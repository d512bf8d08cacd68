// Owns starting a contender that is our own program: the upstream's port is its argument, it says its own.

import { nextMessage } from "../children.ts";
import type { Contender } from "../contender.ts";
import type { Announcement } from "../programs/announce.ts";
import { chatPath } from "../workload.ts";

export function ownProgram(name: string, program: URL): Contender {
  return {
    name,
    async start(upstream, children) {
      const child = children.startNode(program, [String(upstream.port)], { place: "measured" });
      const { port } = await nextMessage<Announcement>(child);
      return { kind: "running", pid: child.pid ?? 0, port, path: chatPath };
    },
  };
}
