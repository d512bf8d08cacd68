// Owns what every scene has at hand: the cast, the show, and words they share. Plays none itself.

import type { Said, Task, TaskCall } from "./client.ts";
import { whereSaid } from "./places.ts";
import type { Show } from "./show.ts";
import { localUrl, type Stage } from "./stage.ts";

export interface Play {
  readonly stage: Stage;
  readonly show: Show;
}

export type Scene = (play: Play) => Promise<void>;

export interface Request {
  /** Default `assistant`. */
  readonly agent?: string;
  readonly user: string;
  readonly task: Task;
}

/** With the demo's key, shown as it is sent. */
export function prepare({ stage, show }: Play, { agent = "assistant", user, task }: Request): TaskCall {
  show.sent(`POST /agents/${agent}/run ${JSON.stringify(task)}`);
  show.note(`key of web-app, user ${user}`);
  return { url: stage.runUrl(agent), key: stage.apiKey, user, task };
}

export async function decide({ stage, show }: Play, document: string, path: string): Promise<void> {
  show.decided(await whereSaid(stage.policyDirs, document, path));
}

export function refusalOf({ status, headers }: Pick<Said, "status" | "headers">): string {
  return `${status} ${headers.get("x-sluice-refusal") ?? "no refusal"}`;
}

export function ms(durationMs: number): string {
  return `${Math.round(durationMs)} ms`;
}

export async function scrape(port: number): Promise<string> {
  const answer = await fetch(`${localUrl(port)}/metrics`);
  return answer.text();
}
