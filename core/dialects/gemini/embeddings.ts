// Owns reading Google's requests for embeddings, and what their answers say beside the vectors. Knows no
// socket.

import type { Call, JsonValue, RequestHead } from "../../contracts/dialect.ts";
import { type Delta, noUsage } from "../../contracts/frame.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import { isObject, type JsonObject } from "../../text/json.ts";
import { readCallWith } from "./call.ts";
import type { Fields, Place } from "./fields.ts";
import { statusOf } from "./refusal.ts";
import type { Said } from "./said.ts";
import { readUsage } from "./usage.ts";

const user = { role: "user", kind: "text" } as const;

/** embedContent and batchEmbedContents. */
export function readEmbedCall(body: Buffer, head: RequestHead): Call | Refusal {
  return readCallWith(body, head, {
    operation: "embeddings",
    read: (root, said, fields) => {
      for (const request of [root, ...fields.places(root, "requests")]) readInput(request, said, fields);
      return { outputTokensMax: 0 };
    },
  });
}

function readInput(request: Place, said: Said, fields: Fields): void {
  said.text(request, "title", user);
  const content = fields.place(request, "content");
  if (content !== undefined) said.content(content);
}

/** Vertex AI's predict serves models of many kinds: only what has texts to embed is read here. */
export function readPredictCall(body: Buffer, head: RequestHead): Call | Refusal {
  let isEmbedding = false;
  const call = readCallWith(body, head, {
    operation: "embeddings",
    read: (root, said, fields) => {
      const instances = fields.places(root, "instances");
      isEmbedding = instances.every(({ node }) => Object.keys(node).every((name) => predicted.has(name)));
      for (const instance of instances)
        for (const name of ["title", "content"]) said.text(instance, name, user);
      return { outputTokensMax: 0 };
    },
  });
  if (call.kind === "refusal" || isEmbedding) return call;
  return refuse("route_refused", { message: "Of what predict serves only texts to embed are covered." });
}

const predicted: ReadonlySet<string> = new Set(["content", "title", "task_type", "taskType"]);

/** `undefined`: no embeddings. */
export function readEmbedDeltas(value: JsonValue): readonly Delta[] | undefined {
  if (!isObject(value)) return undefined;
  if (value.error !== undefined && value.error !== null) {
    return [{ kind: "error", status: statusOf(value.error) }];
  }
  const usage = readUsage(value.usageMetadata) ?? readStatistics(value.predictions);
  return usage === undefined ? [] : [{ kind: "usage", usage }];
}

/** Vertex AI counts each text apart. */
function readStatistics(predictions: JsonValue | undefined): ReturnType<typeof readUsage> {
  if (!Array.isArray(predictions)) return undefined;
  const counts = predictions.map((prediction) => {
    const tokens = below(below(prediction, "embeddings"), "statistics").token_count;
    return typeof tokens === "number" && Number.isSafeInteger(tokens) ? tokens : undefined;
  });
  if (counts.length === 0 || counts.includes(undefined)) return undefined;
  return { ...noUsage, inputTokens: counts.reduce<number>((sum, tokens) => sum + (tokens ?? 0), 0) };
}

function below(value: JsonValue | undefined, name: string): JsonObject {
  const found = isObject(value) ? value[name] : undefined;
  return isObject(found) ? found : {};
}
