// Owns the list of services a remote guard may be: one file each in `services/`, one line here.

import type { Service } from "./service.ts";
import { azureContentSafety } from "./services/azure-content-safety.ts";
import { guardrailsAi } from "./services/guardrails-ai.ts";
import { lakera } from "./services/lakera.ts";
import { llmGuard } from "./services/llm-guard.ts";
import { nemoGuardrails } from "./services/nemo-guardrails.ts";
import { openAiModeration } from "./services/openai-moderation.ts";
import { presidio } from "./services/presidio.ts";
import { webhook } from "./services/webhook.ts";

export const services: ReadonlyMap<string, Service> = new Map(
  [
    nemoGuardrails,
    guardrailsAi,
    lakera,
    llmGuard,
    presidio,
    openAiModeration,
    azureContentSafety,
    webhook,
  ].map((service) => [service.name, service]),
);
