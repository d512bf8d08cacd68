// Owns knowing when the application in the pod has gone: nothing listens on its port any more. Knows no
// exchange.

import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Endpoint } from "../core/contracts/policy.ts";

const probeEveryMs = 250;
const probeTimeoutMs = 1_000;

/**
 * Its last calls still leave through the egress: resolves when it is gone, or at the deadline (monotonic).
 */
export async function untilGone(app: Endpoint, deadlineMs: number): Promise<void> {
  while (performance.now() < deadlineMs && (await isListening(app))) await sleep(probeEveryMs);
}

function isListening({ hostname, port }: Endpoint): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ""), port, timeout: probeTimeoutMs });
    const answer = (verdict: "open" | "closed") => () => {
      socket.destroy();
      resolve(verdict === "open");
    };
    socket.once("connect", answer("open")).once("timeout", answer("open")).once("error", answer("closed"));
  });
}
