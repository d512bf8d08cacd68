// Owns what escalation tests share: a policy, the two filters with what they hand over, and a guard between
// them.

import type { Escalation, EscalationSpec } from "../../../../core/contracts/escalation.ts";
import type { Exchange, Filter } from "../../../../core/contracts/exchange.ts";
import { refuse } from "../../../../core/contracts/refusal.ts";
import { jsonDialect } from "../../../../core/dialects/json.ts";
import type { EscalationPlace } from "../../../../core/filters/escalation.ts";
import { escalationFilters } from "../../../../core/filters/escalation.ts";
import { type RigOptions, type RigResult, rig, type UpstreamScript } from "../../../rig.ts";
import { sampleContext } from "../sample-exchange.ts";

export const spec: EscalationSpec = {
  webhook: { origin: "http://desk.internal", path: "/handover", credential: undefined, timeoutMs: 1_000 },
  context: "none",
  signals: new Set([
    "user_request",
    "high_stakes",
    "guardrail",
    "negative_sentiment",
    "repeated_failures",
    "low_confidence",
  ]),
  answered: new Set(["user_request"]),
  message: "A person will get back to you.",
  phrases: [],
  confidence: "/confidence",
  confidenceBelow: 0.4,
  sentimentBelow: -0.7,
  failures: 3,
  highStakes: {
    tools: new Set(["transfer_money"]),
    phrases: ["delete account"],
    message: "Do you really mean it?",
    confirmWithinMs: 60_000,
  },
};

export const agentDialect = jsonDialect({
  requestText: ["/prompt", "/messages/*/content"],
  responseText: ["/output"],
});

export interface Desk {
  readonly handed: Escalation[];
  readonly confirmed: string[];
  readonly outer: Filter;
  readonly inner: Filter;
}

export function openDesk(change: Partial<EscalationSpec> = {}, place: EscalationPlace = "gateway"): Desk {
  const handed: Escalation[] = [];
  const confirmed: string[] = [];
  const filters = escalationFilters({
    place,
    spec: { ...spec, ...change },
    answerPlaces: ["/reply/text"],
    key: Buffer.from("key"),
    hashed: (id) => `hashed ${id.length}`,
    onHandover: (escalation) => handed.push(escalation),
    onConfirmed: (what) => confirmed.push(what),
  });
  return { handed, confirmed, ...filters };
}

/** Sets whose exchange it is, as other filters do before. */
const identified: Filter = {
  name: "identified",
  wantsCall: false,
  open: (exchange) => {
    exchange.context = sampleContext;
    return undefined;
  },
};

/** What a guard does: takes a word out of what is asked, or refuses it. */
export function guard(does: { readonly cut?: string; readonly block?: string }): Filter {
  return {
    name: "guards",
    wantsCall: true,
    open: (exchange) => ({
      kind: "visit",
      call: (call) => {
        for (const { pointer, text } of call.texts) {
          if (does.cut !== undefined && text.includes(does.cut)) {
            call.edits.set(pointer, text.replaceAll(does.cut, "[EMAIL_REDACTED]"));
          }
          if (does.block !== undefined && text.includes(does.block)) return block(exchange);
        }
        return undefined;
      },
    }),
  };
}

function block({ guarded }: Exchange) {
  guarded.push({ guard: "injection", stage: "edge.request", action: "block", escalates: true });
  return refuse("prompt_injection_detected");
}

export const answering = (value: object, status = 200): UpstreamScript => ({
  status,
  headers: { "content-type": "application/json" },
  steps: [JSON.stringify(value)],
});

export function ask(
  desk: Desk,
  body: object,
  more: RigOptions & { guard?: Filter } = {},
): Promise<RigResult> {
  const between = more.guard === undefined ? [] : [more.guard];
  return rig({
    chain: [identified, desk.outer, ...between, desk.inner],
    dialect: agentDialect,
    upstream: answering({ output: "Fine." }),
    ...more,
    request: {
      path: "/run",
      body: JSON.stringify(body),
      ...more.request,
      headers: { "content-type": "application/json", ...more.request?.headers },
    },
  });
}
