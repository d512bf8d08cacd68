// Owns what a contender is: a proxy in a process of its own, in front of one upstream. Knows none by name.

import { createServer } from "node:net";
import type { Children } from "./children.ts";

export interface Upstream {
  readonly port: number;
}

/** A proxy that listens on 127.0.0.1 and answers `path` with what the upstream says. */
export interface Running {
  readonly kind: "running";
  readonly pid: number;
  readonly port: number;
  readonly path: string;
}

/** It cannot run on this machine. */
export interface Skipped {
  readonly kind: "skipped";
  readonly because: string;
}

export interface Contender {
  readonly name: string;
  start(upstream: Upstream, children: Children): Promise<Running | Skipped>;
}

/** For programs that cannot tell which port they took. Where somebody is faster, they fail to start. */
export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject).listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

/** Until something answers 200 there. */
export async function waitUntilUp(url: string, waitMsMax = 10_000): Promise<void> {
  const deadlineMs = performance.now() + waitMsMax;
  for (;;) {
    const status = await askStatus(url);
    if (status === 200) return;
    if (performance.now() > deadlineMs) throw new Error(`${url}: not up after ${waitMsMax} ms (${status})`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function askStatus(url: string): Promise<number | string> {
  try {
    const { status } = await fetch(url);
    return status;
  } catch (error) {
    return String(error);
  }
}
