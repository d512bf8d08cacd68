// Owns where texts pass which guards: at the gateway, and in the pod. Knows no guard.

import type { Stage } from "../../contracts/guard.ts";

/** `gateway`: an agent's own API. `sidecar`: calls of models. `tool`: calls of tools that an agent makes. */
export type GuardPlace = "gateway" | "sidecar" | "tool";

export const requestStages: Readonly<Record<GuardPlace, readonly Stage[]>> = {
  gateway: ["edge.request"],
  sidecar: ["llm.request", "tool.result"],
  tool: ["tool.args"],
};

export const answerStages: Readonly<Record<GuardPlace, readonly Stage[]>> = {
  gateway: ["edge.answer"],
  sidecar: ["llm.answer", "llm.reasoning", "tool.args", "tool.result"],
  tool: ["tool.result"],
};

export function stagesAt(place: GuardPlace): readonly Stage[] {
  return [...requestStages[place], ...answerStages[place]];
}

export function requestStage(place: GuardPlace, kind: string): Stage {
  if (place === "gateway") return "edge.request";
  if (place === "tool") return "tool.args";
  return kind === "tool.result" ? "tool.result" : "llm.request";
}

/** The names of tools are the access list's to judge. */
export function answerStage(place: GuardPlace, kind: string): Stage | undefined {
  if (kind === "tool.name") return undefined;
  if (place === "gateway") return "edge.answer";
  if (place === "tool") return "tool.result";
  if (kind === "reasoning") return "llm.reasoning";
  if (kind === "tool.args") return "tool.args";
  return kind === "tool.result" ? "tool.result" : "llm.answer";
}
