// Owns the log: one JSON line an event, each with a function of its own. No prompt, answer, argument,
// credential or raw session id has a field here, and no function takes a free-form object.

import { type Logger, pino, stdTimeFunctions } from "pino";
import type { Problem } from "../contracts/policy.ts";
import type { Refusal } from "../contracts/refusal.ts";
import { isoTime } from "./iso-time.ts";
import type {
  ApprovalLine,
  BudgetChangeLine,
  BudgetLine,
  ConfirmationLine,
  CostAnomalyLine,
  EscalationEndLine,
  EscalationLine,
  ExchangeEvent,
  ExchangeLine,
  Fallback,
  FindingLine,
  LoopLine,
  McpProcessLine,
  RegistrationLine,
  ToolCallLine,
} from "./log-lines.ts";
import { LogOutbox } from "./log-outbox.ts";

export type {
  BudgetChangeLine,
  BudgetLine,
  CostAnomalyLine,
  ExchangeEvent,
  ExchangeLine,
  Fallback,
  FindingLine,
  LoopLine,
} from "./log-lines.ts";

export const logLevels = ["debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

export type Program = "gateway" | "sidecar";

export interface LogOptions {
  /** SLUICE_LOG_LEVEL. */
  readonly level: LogLevel;
  /** On every line. */
  readonly program: Program;
  /** Undefined: stdout, batched and asynchronous. A stream gets each line at once. */
  readonly stream?: LogStream | undefined;
}

export interface LogStream {
  write(line: string): void;
  /** Resolves when everything is written. */
  flush?(): Promise<void>;
}

export interface PolicyInForce {
  readonly digest: string;
  readonly documents: number;
  readonly warnings: readonly Problem[];
}

/** A line before it is printed. */
interface Entry {
  readonly level: LogLevel;
  readonly event: string;
  readonly atMs: number;
  readonly line: object;
}

const problemsMax = 20;
const framesMax = 12;

export class Log {
  readonly #pino: Logger;
  readonly #stream: LogStream;
  readonly #program: Program;
  readonly #take: (entry: Entry) => void;

  constructor({ level, program, stream }: LogOptions) {
    this.#program = program;
    const print = (entry: Entry): string => this.#print(entry);
    const printLoss = (lines: number) =>
      print({ level: "error", event: "log.lost", atMs: Date.now(), line: { lines } });
    if (stream === undefined) {
      const outbox = new LogOutbox({ fd: 1, print, printLoss });
      this.#stream = outbox;
      this.#take = (entry) => outbox.write(entry);
    } else {
      this.#stream = stream;
      this.#take = (entry) => stream.write(print(entry));
    }
    this.#pino = pino(
      {
        level,
        base: { program },
        timestamp: stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
      },
      this.#stream,
    );
  }

  exchangeEnded(event: ExchangeEvent, line: ExchangeLine): void {
    const level = levels[line.status];
    if (!this.#pino.isLevelEnabled(level)) return;
    const isError = line.error_type !== undefined;
    this.#take({ level, event: isError ? "agent_error" : event, atMs: Date.now(), line });
  }

  /** Before there was an exchange: what Node's parser refused. */
  turnedAway({ code, status }: Refusal): void {
    this.#pino.warn({ event: "agent_error", status: "refused", error_type: code, http_status: status });
  }

  llmFellBack(line: Fallback): void {
    this.#pino.warn({ event: "llm.fallback", ...line });
  }

  budgetEvent(line: BudgetLine): void {
    this.#pino.warn({ event: "budget", ...line });
  }

  /** Somebody has changed it by hand. */
  budgetChanged(line: BudgetChangeLine): void {
    this.#pino.warn({ event: "budget.changed", ...line });
  }

  /** A wrong key at the admin listener. */
  adminRefused({ address }: { readonly address: string }): void {
    this.#pino.warn({ event: "admin.refused", address });
  }

  loopFound(line: LoopLine): void {
    this.#pino.warn({ event: "agent.loop", ...line });
  }

  guardFound(line: FindingLine): void {
    this.#pino.warn({ event: "guard.finding", ...line });
  }

  /** A call of a tool that a model made and that was not simply let through. */
  toolCallChecked(line: ToolCallLine): void {
    this.#pino.warn({ event: "tool_call.checked", ...line });
  }

  /** A server of tools that was started here. */
  mcpProcessEnded(line: McpProcessLine): void {
    this.#pino[line.expected ? "info" : "warn"]({ event: "mcp.process.ended", ...line });
  }

  /** A person takes over, or should. */
  escalated(line: EscalationLine): void {
    this.#pino.warn({ event: "escalation", ...line });
  }

  escalationEnded(line: EscalationEndLine): void {
    const level = line.result === "delivered" ? "info" : "error";
    this.#pino[level]({ event: "escalation.ended", ...line });
  }

  approval(line: ApprovalLine): void {
    this.#pino.warn({ event: "approval", ...line });
  }

  toolRegistered(line: RegistrationLine): void {
    this.#pino.warn({ event: "tool.registry", ...line });
  }

  confirmed(line: ConfirmationLine): void {
    this.#pino.warn({ event: "confirmation", ...line });
  }

  costAnomalous(line: CostAnomalyLine): void {
    this.#pino.warn({ event: "cost.anomaly", ...line });
  }

  /** What the ledger's store never heard; the log lines of the calls have it all the same. */
  ledgerLost({ calls, cost_usd }: { readonly calls: number; readonly cost_usd: number }): void {
    this.#pino.error({ event: "ledger.lost", calls, cost_usd });
  }

  /** `ports`: what each listener is for → its port. */
  programStarted(ports: Readonly<Record<string, number>>): void {
    this.#pino.info({ event: "program.started", ports });
  }

  programDraining(): void {
    this.#pino.info({ event: "program.draining" });
  }

  programStopped(): void {
    this.#pino.info({ event: "program.stopped" });
  }

  policyLoaded({ digest, documents, warnings }: PolicyInForce): void {
    this.#pino.info({ event: "policy.loaded", digest, documents, warnings: warnings.length });
    for (const warning of warnings.slice(0, problemsMax)) {
      this.#pino.warn({ event: "policy.warning", problem: printProblem(warning) });
    }
  }

  /** The policy in force stays. */
  policyRejected(problems: readonly Problem[]): void {
    const shown = problems.slice(0, problemsMax).map(printProblem);
    this.#pino.error({ event: "policy.rejected", count: problems.length, problems: shown });
  }

  storeLost(store: string): void {
    this.#pino.error({ event: "store.lost", store });
  }

  storeRestored(store: string): void {
    this.#pino.info({ event: "store.restored", store });
  }

  /** Name and stack frames only: a bug's message may hold what the code choked on. */
  bugFound(bug: unknown, requestId: string | undefined): void {
    this.#pino.error({ event: "bug", request_id: requestId, ...describeBug(bug) });
  }

  async flush(): Promise<void> {
    await this.#stream.flush?.();
  }

  /** As pino would: its walk from field to field takes twice the time, which counts on a line a request. */
  #print({ level, event, atMs, line }: Entry): string {
    const head = `{"level":"${level}","time":"${isoTime(atMs)}","program":"${this.#program}"`;
    return `${head},"event":"${event}",${JSON.stringify(line).slice(1)}\n`;
  }
}

const levels = {
  success: "info",
  completed: "info",
  refused: "warn",
  cancelled: "warn",
  error: "error",
  failed: "error",
} as const satisfies Record<ExchangeLine["status"], LogLevel>;

function printProblem({ file, line, path, problem, hint }: Problem): string {
  return `${file}:${line} ${path}: ${problem}${hint === "" ? "" : ` (${hint})`}`;
}

function describeBug(bug: unknown): { error_type: string; frames?: string[] } {
  if (!(bug instanceof Error)) return { error_type: typeof bug };
  const { name, message, stack = "" } = bug;
  const code = "code" in bug && typeof bug.code === "string" ? bug.code : name;
  const start = stack.indexOf(message);
  const below = start < 0 ? "" : stack.slice(start + message.length);
  const frames = below.split("\n").filter((each) => /^ {4}at /.test(each));
  return { error_type: code, frames: frames.slice(0, framesMax).map((each) => each.trim()) };
}
