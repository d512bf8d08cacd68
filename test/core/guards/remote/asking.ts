// Owns one question to a service that is played by a local server, and findings as they are expected. Knows
// no service.

import { afterEach, beforeEach } from "vitest";
import type { Finding, TextSource, Unable } from "../../../../core/contracts/guard.ts";
import type { JsonObject, JsonValue } from "../../../../core/contracts/json.ts";
import { GuardServer, openGuard, type SeenRequest, saying, scan, userText } from "./guard-server.ts";

export interface Case {
  readonly adapter: string;
  readonly own?: JsonObject;
  readonly answer: JsonValue;
  readonly status?: number;
  readonly text?: string;
  readonly source?: TextSource;
}

export interface Asked {
  readonly said: readonly Finding[] | Unable;
  readonly asked: SeenRequest | undefined;
}

/** The server of the test that runs: a new one for each. */
export const played: { server: GuardServer } = { server: undefined as unknown as GuardServer };

/** Called once in a test file. */
export function playServer(): void {
  beforeEach(async () => {
    played.server = await GuardServer.open(saying({}));
  });
  afterEach(() => played.server.close());
}

export async function ask(one: Case): Promise<Asked> {
  const { adapter, own = {}, answer, status, text = "some text", source = userText } = one;
  const { server } = played;
  server.respond = saying(answer, status);
  const said = await scan(openGuard({ adapter, url: server.url, ...own }), text, source);
  return { said, asked: server.seen.at(-1) };
}

/** It is about no place. */
export const whole = (type: string, score = 1): Finding => ({
  type,
  start: 0,
  end: 0,
  score,
  method: "remote",
});

export const at = (type: string, [start, end]: readonly [number, number], score = 1): Finding => ({
  type,
  start,
  end,
  score,
  method: "remote",
});

export const malformed: Unable = { kind: "unable", because: "malformed" };
