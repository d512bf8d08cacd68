// Owns the errors others have observed, before a head and behind one: what Sluice makes of each. Knows no
// dialect's code.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { AnswerHead, Dialect } from "../../core/contracts/dialect.ts";
import { apis } from "../../core/dialects/index.ts";
import { meterFilter } from "../../core/filters/meter.ts";
import { MemoryStore } from "../../core/stores/memory.ts";
import { deltasOf, read } from "../core/dialects/answers.ts";
import { rig } from "../rig.ts";
import type { Replace } from "./coverage.ts";
import { answerHeadOf } from "./exchange.ts";
import { problemOf } from "./run.ts";

interface Observed {
  readonly id: string;
  readonly dialect: string;
  readonly phase: string;
  readonly status: number;
  readonly body?: string;
  readonly bodyBase64?: string;
}

export interface ErrorFinding {
  readonly id: string;
  readonly phase: string;
  /** What it came to: the outcome's end, the client's status, and the error's own. */
  readonly came: string;
  readonly problem: string | undefined;
}

/** What each says is wrong, as a status; `undefined` where nothing tells, `lost` where the end is missing. */
const meanings: Readonly<Record<string, number | "lost" | undefined>> = {
  "anthropic-529": 529,
  "anthropic-stream-overloaded-first": 529,
  "anthropic-stream-overloaded-mid": 529,
  "openai-chat-stream-error": undefined,
  "openai-chat-stream-error-nodone": undefined,
  "llamacpp-error-field": "lost",
  "lmstudio-error": undefined,
  "openai-responses-stream-error": 503,
  "gemini-stream-503": 503,
  "bedrock-throttlingException": 429,
  "bedrock-modelStreamErrorException": 424,
  "bedrock-internalServerException": 500,
  "bedrock-serviceUnavailableException": 503,
  "bedrock-validationException": 400,
};

export async function checkObservedErrors(path: string, replace: Replace): Promise<readonly ErrorFinding[]> {
  const cases: readonly Observed[] = JSON.parse(readFileSync(path, "utf8"));
  const findings: ErrorFinding[] = [];
  for (const observed of cases) findings.push(await checkObserved(observed, replace));
  return findings;
}

async function checkObserved(observed: Observed, replace: Replace): Promise<ErrorFinding> {
  const { id, phase, status, body: text = "", bodyBase64 } = observed;
  const dialect = replace(dialectOf(observed.dialect));
  const body = bodyBase64 === undefined ? Buffer.from(text) : Buffer.from(bodyBase64, "base64");
  const head = answerHeadOf(status, {}, body);
  const said = statusSaid(dialect, head, body);
  const came = await walked(dialect, head, body);
  const meaning = meanings[id];
  return {
    id,
    phase,
    came: `${came.outcome} (it says ${said ?? "no status"})`,
    problem: problemOf(() => {
      assert.ok(id in meanings, "nobody has said what it means");
      assert.equal(said, meaning, "its meaning");
      assert.equal(came.isClean, false, "it is taken for a good end");
      assert.ok(meaning === "lost" || came.bytes.equals(body), "the client gets other bytes");
    }),
  };
}

/** As the dialects of the route tables are named; Bedrock's streams are read by the same as its answers. */
function dialectOf(name: string): Dialect {
  const routes = Object.values(apis).flatMap(({ routes }) => routes);
  const own = routes.find(({ dialect }) => dialect?.name === name.replace(/-stream$/, ""))?.dialect;
  if (own === undefined) throw new RangeError(`no route speaks ${name}`);
  return own;
}

function statusSaid(
  dialect: Dialect,
  head: AnswerHead,
  body: Buffer,
): number | "lost" | "nothing" | undefined {
  const answer = read(dialect, head, [body]);
  if ("kind" in answer) return "lost";
  const errors = deltasOf(answer).filter((delta) => delta.kind === "error");
  return errors.length === 0 ? "nothing" : errors[0]?.status;
}

interface Walked {
  readonly outcome: string;
  readonly isClean: boolean;
  readonly bytes: Buffer;
}

const metering = meterFilter({
  findPrice: () => undefined,
  counter: { count: () => Promise.resolve(undefined) },
  records: new MemoryStore().kept,
});

/** Through the pipeline, as an upstream's answer goes. */
async function walked(dialect: Dialect, head: AnswerHead, body: Buffer): Promise<Walked> {
  const { status, headers } = head;
  const { outcome, bytes } = await rig({
    dialect,
    attemptChain: [metering],
    request: { method: "POST", path: "/" },
    upstream: { status, headers: { ...headers }, steps: [body] },
  });
  const { ended, refusal, status: seen } = outcome;
  const because = refusal === undefined ? "" : `, ${refusal.code} ${refusal.status}`;
  return {
    outcome: `${ended}, HTTP ${seen}${because}`,
    isClean: ended === "done" && seen < 400 && refusal === undefined,
    bytes,
  };
}
