// Owns calls of an agent at its sidecar's egress, and what the provider made by its own log.

import type { JsonValue } from "../../core/contracts/json.ts";
import type { World } from "./world.ts";

export interface Told {
  readonly status: number;
  readonly refusal: string | null;
  readonly headers: Headers;
  readonly text: string;
}

export type Call = Readonly<Record<string, JsonValue>>;

export async function ask(
  { openaiUrl }: World,
  call: Call = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Told> {
  const body = { model: "gpt-4o", messages: [{ role: "user", content: "Tell me a story." }], ...call };
  return told(
    await fetch(`${openaiUrl}/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    }),
  );
}

export async function told(response: Response): Promise<Told> {
  const { status, headers } = response;
  return { status, refusal: headers.get("x-sluice-refusal"), headers, text: await response.text() };
}

/** One after another. */
export async function askOften(world: World, times: number, call: Call = {}): Promise<readonly Told[]> {
  const answers: Told[] = [];
  for (let index = 0; index < times; index++) answers.push(await ask(world, call));
  return answers;
}

export const statuses = (answers: readonly Told[]): readonly number[] => answers.map(({ status }) => status);

export const tokensMade = ({ mock }: World): number =>
  mock.log.reduce((sum, entry) => sum + entry.promptTokens + entry.completionTokens, 0);
