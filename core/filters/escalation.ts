// Owns when an exchange is handed over to a person, and that its caller is told. Two filters: the outer one
// sees what the guards did, the inner one what they left. Knows no network.

import type { Call } from "../contracts/dialect.ts";
import type {
  Escalation,
  EscalationReason,
  EscalationSignal,
  EscalationSpec,
} from "../contracts/escalation.ts";
import type { Exchange, Filter } from "../contracts/exchange.ts";
import type { Frame } from "../contracts/frame.ts";
import type { Answer, Outcome, Visit } from "../contracts/visit.ts";
import { answerHere } from "./escalation/answer.ts";
import { type Case, Cases } from "./escalation/case.ts";
import { confidenceReader, type ReadConfidence } from "./escalation/confidence.ts";
import { Confirmations } from "./escalation/confirmation.ts";
import { endOf, FailureRuns } from "./escalation/failure-runs.ts";
import { handoverOf } from "./escalation/handover.ts";
import { lastMessage } from "./escalation/messages.ts";
import { type RequestSignals, requestSignals } from "./escalation/request-signals.ts";
import { type Staked, watchTools } from "./escalation/staked-tools.ts";

/** `gateway`: people's requests to agents. `sidecar`: what an agent's models want to do. */
export type EscalationPlace = "gateway" | "sidecar";

export interface EscalationOptions {
  readonly place: EscalationPlace;
  readonly spec: EscalationSpec;
  /** Where the agent's answers have their texts. */
  readonly answerPlaces: readonly string[] | undefined;
  /** Confirmations are made with it. */
  readonly key: Buffer;
  readonly hashed: (id: string) => string;
  /** Guards that hand over look at answers here. */
  readonly areAnswersGuarded?: boolean;
  /** Once an exchange, when it has ended: goes to the outbox, the log and the figures. */
  readonly onHandover: (escalation: Escalation, exchange: Exchange) => void;
  /** A caller has shown that it means it. */
  readonly onConfirmed: (what: string, exchange: Exchange) => void;
}

export interface EscalationFilters {
  /** Stands outside of the guards: what they refuse passes it, and it closes after them. */
  readonly outer: Filter;
  /**
   * At the gateway it stands within them: what it reads of a request has passed them. At the sidecar it reads
   * none, and stands outside of all that may refuse a call of a tool.
   */
  readonly inner: Filter;
}

interface Desk extends EscalationOptions {
  readonly cases: Cases;
  readonly runs: FailureRuns;
  readonly confirmations: Confirmations;
  readonly asked: RequestSignals;
  readonly readConfidence: ReadConfidence | undefined;
}

export function escalationFilters(options: EscalationOptions): EscalationFilters {
  const { spec, key, place } = options;
  const desk: Desk = {
    ...options,
    cases: new Cases(),
    runs: new FailureRuns(),
    confirmations: new Confirmations({ key, withinMs: spec.highStakes?.confirmWithinMs ?? 0 }),
    asked: requestSignals(spec),
    readConfidence:
      spec.confidence === undefined || !spec.signals.has("low_confidence")
        ? undefined
        : confidenceReader(spec.confidence),
  };
  const open = place === "gateway" ? openRequest : openCall;
  return {
    outer: { name: "escalation", wantsCall: false, open: (exchange) => openOuter(exchange, desk) },
    inner: {
      name: "escalation-signals",
      wantsCall: place === "gateway",
      open: (exchange) => open(exchange, desk),
    },
  };
}

function openOuter(exchange: Exchange, desk: Desk): Visit {
  const { cases, runs, spec, place, hashed, onHandover, areAnswersGuarded } = desk;
  const found = cases.of(exchange);
  const isCounting = place === "gateway" && spec.signals.has("repeated_failures");
  // The head leaves with the first frame: what was found in that one can still be told.
  const heedFrame = (frame: Frame): Frame => {
    heedGuards(exchange, found, spec);
    return frame;
  };
  return {
    kind: "visit",
    head: (head) => {
      heedGuards(exchange, found, spec);
      if (isCounting && head.status >= 500) heedRun(runs.of(exchange) + 1, found, spec);
      found.show(head);
      return undefined;
    },
    ...(areAnswersGuarded === true ? { frame: heedFrame } : {}),
    close: (outcome) => {
      heedGuards(exchange, found, spec);
      if (isCounting) heedEnd(exchange, outcome, { found, desk });
      const escalation = handoverOf(exchange, found.signals, { spec, hashed });
      if (escalation !== undefined) onHandover(escalation, exchange);
    },
  };
}

/** What is only watched, or could not be looked at, is nobody's to take over. */
const passing: ReadonlySet<string> = new Set(["pass", "flag", "fail_open", "fail_closed"]);

function heedGuards({ guarded }: Exchange, found: Case, { signals }: EscalationSpec): void {
  if (!signals.has("guardrail")) return;
  const acted = guarded.find(({ escalates, action }) => escalates && !passing.has(action));
  if (acted === undefined) return;
  const { guard, action, stage } = acted;
  const summary = `The guard "${guard}" acted at ${stage}: ${action}.`;
  found.raise({ reason: "guardrail", priority: action === "block" ? "high" : "normal", summary });
}

function heedRun(run: number, found: Case, { failures }: EscalationSpec): void {
  if (run < failures) return;
  const summary = `${run} answers of this session in a row have failed.`;
  found.raise({ reason: "repeated_failures", priority: "normal", summary });
}

function heedEnd(
  exchange: Exchange,
  outcome: Outcome,
  { found, desk: { runs, spec } }: { readonly found: Case; readonly desk: Desk },
): void {
  heedRun(runs.note(exchange, endOf(outcome)), found, spec);
  if (found.signals.some(({ reason }) => reason === "repeated_failures")) runs.forget(exchange);
}

/** At the gateway: what a person says, and how sure the agent is of its answer. */
function openRequest(exchange: Exchange, desk: Desk): Visit {
  const found = desk.cases.of(exchange);
  const { readConfidence, spec } = desk;
  const call: Visit["call"] = (asked) => heedMessage(asked, exchange, { found, desk });
  if (readConfidence === undefined) return { kind: "visit", call };
  const frame = (one: Frame): Frame => {
    const confidence = readConfidence(one);
    if (confidence !== undefined && confidence < spec.confidenceBelow) {
      const summary = `The agent's confidence is ${confidence}, below ${spec.confidenceBelow}.`;
      found.raise({ reason: "low_confidence", priority: "normal", summary });
    }
    return one;
  };
  return { kind: "visit", call, frame };
}

function heedMessage(
  call: Call,
  exchange: Exchange,
  { found, desk }: { readonly found: Case; readonly desk: Desk },
): Answer | undefined {
  const { spec, asked, answerPlaces: places } = desk;
  const message = lastMessage(call);
  if (message === undefined) return undefined;
  const signals = asked.signals(message);
  for (const signal of signals) found.raise(signal);
  const answered = signals.find(({ reason }) => spec.answered.has(reason));
  if (answered !== undefined) {
    return answerHere(exchange, {
      text: spec.message,
      error: "escalated",
      escalated: answered.reason,
      places,
    });
  }
  if (spec.highStakes === undefined || !asked.isHighStakes(message)) return undefined;
  return confirmed({ exchange, what: `message ${message}`, name: "message" }, { found, desk });
}

/** Undefined: it is meant. */
function confirmed(
  { exchange, what, name }: { readonly exchange: Exchange; readonly what: string; readonly name: string },
  { found, desk }: { readonly found: Case; readonly desk: Desk },
): Answer | undefined {
  const { confirmations, spec, onConfirmed, answerPlaces: places } = desk;
  if (confirmations.isGiven({ exchange, what })) {
    onConfirmed(name, exchange);
    return undefined;
  }
  const said = name === "message" ? "The user's request" : `The tool "${name}"`;
  found.raise(stakes(`${said} needs to be confirmed.`));
  const text = spec.highStakes?.message ?? spec.message;
  const confirm = confirmations.ask(exchange, what);
  const escalated: EscalationReason = "high_stakes";
  return answerHere(exchange, { text, error: "confirmation_required", escalated, confirm, places });
}

const stakes = (summary: string): EscalationSignal => ({
  reason: "high_stakes",
  priority: "normal",
  summary,
});

/** At the sidecar: a tool that a model wants to call, in the answer it is asked for with. */
function openCall(exchange: Exchange, desk: Desk): Visit | undefined {
  const { spec, cases } = desk;
  const tools = spec.signals.has("high_stakes") ? spec.highStakes?.tools : undefined;
  if (tools === undefined || tools.size === 0) return undefined;
  const found = cases.of(exchange);
  const settle = (name: string): Staked => {
    const { inbound } = exchange;
    if (inbound === undefined) {
      found.raise(stakes(`The tool "${name}" needs to be confirmed, and nobody can.`));
      return "refused";
    }
    const answer = confirmed({ exchange: inbound, what: `tool ${name}`, name }, { found, desk });
    if (answer === undefined) return "confirmed";
    inbound.cut(answer);
    return "refused";
  };
  return watchTools(tools, settle);
}
