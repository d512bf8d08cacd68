// Owns an agent whose exchanges are handed over, and the desk that hears of it, for tests over real sockets.

import { afterEach, beforeEach } from "vitest";
import { GuardServer, type SeenRequest, saying } from "../core/guards/remote/guard-server.ts";
import { apiKey, eventually, type LogLine, startWorld, type World, type WorldOptions } from "./world.ts";

export const asking = "I am tired of this. Can I talk to a human, please?";

export let desk: GuardServer;
let world: World | undefined;

/** For each test of a file. */
export function openDesk(): void {
  beforeEach(async () => {
    desk = await GuardServer.open(saying({ ok: true }));
  });
  afterEach(async () => {
    await world?.close();
    world = undefined;
    desk.close();
  });
}

export interface Options extends Pick<WorldOptions, "agent" | "documents"> {
  /** Lines of `escalation` beside the webhook. */
  readonly spec?: string;
  readonly more?: string;
  readonly url?: string;
}

export async function start({
  spec = "",
  more = "",
  url = desk.url,
  ...options
}: Options = {}): Promise<World> {
  const webhook = `{ url: "${url}/handover?team=a", credential: { env: TEST_DESK_KEY }, timeout: 500ms }`;
  world = await startWorld({
    ...options,
    agentSpec: `${more}  escalation:\n    webhook: ${webhook}\n${spec}`,
    environment: { TEST_DESK_KEY: "key-of-the-desk" },
  });
  return world;
}

export async function run({ agentUrl }: World, body: object, headers: Record<string, string> = {}) {
  const response = await fetch(`${agentUrl}/run`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${apiKey}`,
      "content-type": "application/json",
      "x-user-id": "u-1",
      "x-session-id": "s-1",
      ...headers,
    },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text };
}

export const arrived = (): Promise<SeenRequest> => eventually(() => desk.seen[0]);
export const ended = (log: readonly LogLine[]): Promise<LogLine> =>
  eventually(() => log.find(({ event }) => event === "escalation.ended"));
