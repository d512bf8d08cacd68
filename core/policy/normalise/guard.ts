// Owns a checked Guard's spec, and that of its use by an agent. Knows no detector but its settings' defaults.

import type { GuardAction, GuardSpec, GuardUseSpec } from "../../contracts/guard-spec.ts";
import type { Draft } from "../draft.ts";
import { fillConfig } from "../guards.ts";
import type { ActionName, ActionSettings, GuardDocument, GuardUseDocument } from "../schema/guard.ts";
import { documentOf, type Identity, identityOf, proven } from "./checked.ts";

export function toGuardSpec(draft: Draft): GuardSpec {
  const { spec } = documentOf<GuardDocument>(draft);
  const { detector, mode, onFailure, onUninspectable, stream } = spec;
  return {
    ...identityOf(draft),
    ...{ detector, mode, onFailure, onUninspectable, stream },
    config: fillConfig(detector, spec.config ?? {}),
    action: toAction(spec.action),
    escalates: spec.escalate,
  };
}

export function toGuardUse(identity: Identity, { guard, on, mode, sample }: GuardUseDocument): GuardUseSpec {
  return { ...identity, guard, on, mode, sample };
}

function toAction(action: GuardDocument["spec"]["action"]): GuardAction {
  if (typeof action === "string") return withSettings(action, {});
  const [[kind, settings]] = Object.entries(action) as [[ActionName, ActionSettings]];
  return withSettings(kind, settings);
}

function withSettings(kind: ActionName, settings: ActionSettings): GuardAction {
  switch (kind) {
    case "block":
      return { kind, message: settings.message };
    case "redact":
      return { kind, with: settings.with ?? "marker" };
    case "repair":
      return { kind, hint: settings.hint };
    case "fallback":
      return { kind, text: proven(settings.text) };
    default:
      return { kind };
  }
}
