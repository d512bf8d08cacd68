// Owns the list of contenders, in the order each round runs them. The yardstick comes first.

import type { Contender } from "../contender.ts";
import { nginx } from "./nginx.ts";
import { ownProgram } from "./own-program.ts";
import { sidecar } from "./sidecar.ts";

export const bareNode = ownProgram("bare node", new URL("../programs/bare-proxy-main.ts", import.meta.url));

/** Sluice without a policy: what its chains start from. */
const emptyWalk = new URL("../programs/empty-walk-main.ts", import.meta.url);

export const contenders: readonly Contender[] = [
  bareNode,
  nginx,
  ownProgram("fastify http-proxy", new URL("../programs/fastify-proxy-main.ts", import.meta.url)),
  ownProgram("walk, body streamed", emptyWalk),
  ownProgram("walk, body read", emptyWalk, "hear"),
  sidecar,
];
