// Owns the paths of Google's Gemini, at AI Studio and at Vertex AI; knows no format.

import type { RequestHead } from "../dialect.ts";

export interface GeminiPath {
  readonly model: string;
  readonly verb: string;
}

const project = "projects/[^/]+/locations/[^/]+/";
const modelPath = new RegExp(
  `^/v1(?:beta1?)?/(?:${project})?(?:publishers/google/)?models/([^/:]+):([a-zA-Z]+)$`,
);

export function readGeminiPath({ method, path }: RequestHead): GeminiPath | undefined {
  const [, model, verb] = modelPath.exec(path) ?? [];
  if (method !== "POST" || model === undefined || verb === undefined) return undefined;
  return { model, verb };
}

export function modelOfPath(head: RequestHead): string {
  return readGeminiPath(head)?.model ?? "";
}

export function hasVerb(head: RequestHead, ...verbs: readonly string[]): boolean {
  return verbs.includes(readGeminiPath(head)?.verb ?? "");
}
