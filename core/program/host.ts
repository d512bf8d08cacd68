// Owns what every program has: policy in force and its reload, store, log, metrics, traces, pools, status. No
// chain.

import { randomBytes } from "node:crypto";
import type { Target } from "../contracts/exchange.ts";
import type { Policy, Problem } from "../contracts/policy.ts";
import type { Store } from "../contracts/store.ts";
import type { Motion } from "../motion/pipeline.ts";
import { Pools } from "../motion/pools.ts";
import { loadPolicy } from "../policy/load.ts";
import { type PolicyWatch, type ReloadResult, watchPolicies } from "../policy/watch.ts";
import { createStore } from "../stores/index.ts";
import type { SharedLedger } from "../stores/shared-ledger.ts";
import { createHasher, type Hasher } from "../telemetry/hashing.ts";
import { Log, type LogLevel, type LogStream, type Program } from "../telemetry/log.ts";
import { Metrics } from "../telemetry/metrics.ts";
import { type MetricsExport, startMetricsExport } from "../telemetry/metrics-export.ts";
import { startTracing, type Tracing } from "../telemetry/traces.ts";
import { TokenCounter } from "../tokenizer/counter.ts";
import { type ApprovalNotices, openApprovalNotices } from "./approvals.ts";
import { escalationMeans } from "./escalation-events.ts";
import { openLedger } from "./ledger.ts";
import type { ProgramSettings } from "./settings.ts";
import { type StatusServer, startStatus } from "./status.ts";
import { ToolHealth } from "./tool-health.ts";
import { RegistryWatch } from "./tool-registry.ts";

/** A policy made into chains and targets; one reference is swapped at a reload. */
export interface Compiled {
  readonly targets: readonly Target[];
}

export type Compilation<C extends Compiled> =
  | { readonly ok: true; readonly compiled: C }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export interface HostOptions<C extends Compiled> {
  readonly program: Program;
  readonly settings: ProgramSettings;
  /** Problems keep the policy that is in force. */
  compile(policy: Policy, host: Equipment): Compilation<C>;
  /** Where log lines go; stdout where absent. */
  readonly logStream?: LogStream | undefined;
}

/** What filters are made of, and outlives a reload. */
export interface Equipment {
  readonly settings: ProgramSettings;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly hash: Hasher;
  /** What ids and findings are hashed with. */
  readonly hashKey: Buffer;
  readonly tracing: Tracing | undefined;
  readonly metricsExport: MetricsExport | undefined;
  readonly store: Store;
  readonly ledger: SharedLedger;
  readonly counter: TokenCounter;
  readonly escalations: ReturnType<typeof escalationMeans>;
  readonly approvalNotices: ApprovalNotices;
  readonly toolHealth: ToolHealth;
  readonly registry: RegistryWatch;
}

/** A cold start with a bad policy does not start. */
export class PolicyError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(`the policy has ${problems.length} problem${problems.length === 1 ? "" : "s"}`);
    this.problems = problems;
  }
}

interface InForce<C extends Compiled> {
  readonly digest: string;
  readonly policy: Policy;
  readonly compiled: C;
}

/** One SSE event or line 1 MiB; a whole answer 32 MiB (HARDENING §3). */
const answerBounds = { frameBytesMax: 1024 * 1024, bodyBytesMax: 32 * 1024 * 1024 };

export class Host<C extends Compiled> {
  readonly equipment: Equipment;
  readonly motion: Motion;
  readonly #options: HostOptions<C>;
  readonly #pools: Pools;
  #inForce: InForce<C>;
  #watch: PolicyWatch | undefined = undefined;
  #status: StatusServer | undefined = undefined;
  #notReadyBecause: string | undefined = undefined;

  private constructor(options: HostOptions<C>, equipment: Equipment, inForce: InForce<C>) {
    this.#options = options;
    this.#pools = new Pools({ resolve: options.settings.resolve });
    this.equipment = equipment;
    this.#inForce = inForce;
    this.motion = {
      find: this.#pools.find,
      bounds: answerBounds,
      onBug: (bug, exchange) => equipment.log.bugFound(bug, exchange.id),
      onFallback: ({ id }, { code }, from) => {
        const from_model = from?.model ?? from?.name ?? "none";
        equipment.log.llmFellBack({ request_id: id, from_model, reason: code });
      },
    };
  }

  /** Throws PolicyError where the policy cannot be put into force. */
  static async open<C extends Compiled>(options: HostOptions<C>): Promise<Host<C>> {
    const equipment = await equip(options);
    const loaded = await loadAndCompile(options, equipment);
    if (!loaded.ok) {
      await Promise.all([equipment.ledger.close(), equipment.store.close()]);
      throw new PolicyError(loaded.problems);
    }
    const host = new Host(options, equipment, loaded.policy);
    host.#announce(loaded.policy);
    host.#watch = watchPolicies(options.settings.policyDirs, {
      load: () => loadAndCompile(options, equipment),
      onLoaded: (next) => host.#swap(next),
      onFailed: (problems) => host.#keep(problems),
      digest: loaded.policy.digest,
    });
    return host;
  }

  get compiled(): C {
    return this.#inForce.compiled;
  }

  get policy(): Policy {
    return this.#inForce.policy;
  }

  /** `ports`: of the program's own listeners, which are open by now. */
  async startStatus(ports: Readonly<Record<string, number>>): Promise<number> {
    const { settings, metrics, store, log, toolHealth } = this.equipment;
    this.#status = await startStatus(settings.status, {
      program: this.#options.program,
      metrics,
      store,
      policy: () => this.policy,
      tools: () => toolHealth.known,
      notReadyBecause: () => this.#notReadyBecause,
    });
    log.programStarted({ ...ports, status: this.#status.port });
    return this.#status.port;
  }

  /** `/ready` fails from here on; nothing else changes. */
  stopBeingReady(because: string): void {
    this.#notReadyBecause = because;
  }

  async reload(): Promise<ReloadResult> {
    return (await this.#watch?.reload()) ?? "unchanged";
  }

  async close(): Promise<void> {
    await this.#watch?.close();
    await this.#status?.close();
    await this.#pools.destroy();
    this.equipment.toolHealth.close();
    this.equipment.registry.close();
    const { approvalNotices, counter, escalations, ledger, store, tracing, metricsExport, log } =
      this.equipment;
    await Promise.all([counter.close(), escalations.desk.close(), approvalNotices.close()]);
    await ledger.close();
    await store.close();
    await Promise.all([tracing?.close(), metricsExport?.close()]);
    log.programStopped();
    await log.flush();
  }

  #swap(next: InForce<C>): void {
    this.#inForce = next;
    this.#pools.keep(next.compiled.targets);
    this.#announce(next);
    this.equipment.metrics.policyReloaded("applied");
  }

  #keep(problems: readonly Problem[]): void {
    this.equipment.log.policyRejected(problems);
    this.equipment.metrics.policyReloaded("rejected");
  }

  #announce({ policy }: InForce<C>): void {
    const { log, metrics } = this.equipment;
    const { digest, documentCount, warnings, agents, models } = policy;
    const known = [...agents.values()].map(({ name, labels }) => ({
      name,
      type: labels.get("type") ?? "agent",
    }));
    metrics.know({ agents: known, models: models.keys() });
    log.policyLoaded({ digest, documents: documentCount, warnings });
  }
}

async function equip<C extends Compiled>({
  program,
  settings,
  logStream,
}: HostOptions<C>): Promise<Equipment> {
  const { environment } = settings;
  const level = logLevel(environment.SLUICE_LOG_LEVEL);
  const log = new Log({ level, program, ...(logStream === undefined ? {} : { stream: logStream }) });
  const metrics = new Metrics({ processMetrics: logStream === undefined ? "on" : "off" });
  const store = createStore(settings.store, {
    password: settings.storePassword,
    onStateChange: (state) => (state === "up" ? log.storeRestored(store.name) : log.storeLost(store.name)),
  });
  metrics.watchStore(store);
  const key = environment.SLUICE_HASH_KEY;
  const hashKey = key === undefined ? randomBytes(32) : Buffer.from(key);
  const hash = createHasher({ key: hashKey });
  const query = { service: `sluice-${program}`, environment };
  const tracing = await startTracing(query);
  const metricsExport = await startMetricsExport(metrics, query);
  return {
    settings,
    log,
    metrics,
    hash,
    hashKey,
    tracing,
    metricsExport,
    store,
    ledger: openLedger({ settings, log, metrics, hash }),
    counter: new TokenCounter(),
    escalations: escalationMeans({ log, metrics, hash, hashKey, environment }),
    approvalNotices: openApprovalNotices(environment, log),
    toolHealth: new ToolHealth({ onProbed: (tool, wellness) => metrics.toolProbed(tool, wellness) }),
    registry: new RegistryWatch(store.tools),
  };
}

async function loadAndCompile<C extends Compiled>(
  options: HostOptions<C>,
  equipment: Equipment,
): Promise<{ ok: true; policy: InForce<C> } | { ok: false; problems: readonly Problem[] }> {
  const loaded = await loadPolicy(options.settings.policyDirs);
  if (!loaded.ok) return loaded;
  const { policy } = loaded;
  const compilation = options.compile(policy, equipment);
  if (!compilation.ok) return compilation;
  return { ok: true, policy: { digest: policy.digest, policy, compiled: compilation.compiled } };
}

function logLevel(text: string | undefined): LogLevel {
  return text === "debug" || text === "warn" || text === "error" || text === "silent" ? text : "info";
}
