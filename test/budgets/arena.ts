// Owns what a scenario stands on: a provider, processes on ports of their own, a policy, and their end.
// Judges nothing.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type MockProvider, type Script, startMockProvider } from "../../mock/provider.ts";
import { freePort } from "../redis-server.ts";
import { Caller } from "./call.ts";
import { agentName, policyText } from "./policy.ts";
import { Program } from "./program.ts";

const cli = new URL("../../cli/main.ts", import.meta.url);
const checkThenAdd = new URL("check-then-add-main.ts", import.meta.url);

export interface ArenaOptions {
  readonly script: Script;
  readonly models: readonly string[];
  /** YAML, one limit a line. */
  readonly limits: readonly string[];
  readonly outputTokensMax?: number;
  /** One sidecar each, on this store. */
  readonly stores: readonly string[];
  /** What stands between clients and provider. */
  readonly kind?: "sidecar" | "check-then-add";
  /** Of `check-then-add`, which reads no policy. */
  readonly tokensMax?: number;
}

export interface Replica {
  readonly port: number;
  readonly path: string;
  readonly program: Program;
}

/** Closed by whoever opens it. */
export class Arena {
  readonly provider: MockProvider;
  readonly replicas: readonly Replica[];
  readonly caller = new Caller();
  readonly #folder: string;

  private constructor(provider: MockProvider, replicas: readonly Replica[], folder: string) {
    this.provider = provider;
    this.replicas = replicas;
    this.#folder = folder;
  }

  static async open(options: ArenaOptions): Promise<Arena> {
    const { script, stores, kind = "sidecar" } = options;
    const provider = await startMockProvider({ script, logEntriesMax: 200_000 });
    const folder = await mkdtemp(join(tmpdir(), "sluice-budgets-"));
    await writeFile(join(folder, "policy.yaml"), policyText({ ...options, providerUrl: provider.url }));
    const replicas: Replica[] = [];
    for (const store of stores) {
      replicas.push(
        kind === "sidecar"
          ? await sidecarOn(store, folder)
          : await checkThenAddOn({ store, providerUrl: provider.url, tokensMax: options.tokensMax ?? 0 }),
      );
    }
    const arena = new Arena(provider, replicas, folder);
    try {
      await Promise.all(replicas.map(({ program }) => program.start()));
    } catch (error) {
      await arena.close();
      throw error;
    }
    return arena;
  }

  async close(): Promise<void> {
    this.caller.close();
    await Promise.all(this.replicas.map(({ program }) => program.kill()));
    await this.provider.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function sidecarOn(store: string, folder: string): Promise<Replica> {
  const port = await freePort();
  const args = ["sidecar", "--agent", agentName, "--policies", folder, "--store", store];
  const listeners = ["--listen", `127.0.0.1:${port}`, "--status", "127.0.0.1:0", "--drain-delay", "0s"];
  const program = new Program({
    file: cli,
    args: [...args, ...listeners],
    environment: { ARENA_PROVIDER_KEY: "key-of-the-arena" },
    readyText: "listening: ",
  });
  return { port, path: "/openai/v1/chat/completions", program };
}

async function checkThenAddOn({
  store,
  providerUrl,
  tokensMax,
}: {
  readonly store: string;
  readonly providerUrl: string;
  readonly tokensMax: number;
}): Promise<Replica> {
  const port = await freePort();
  const args = [String(port), store, providerUrl, String(tokensMax)];
  const program = new Program({ file: checkThenAdd, args, environment: {}, readyText: "listening: " });
  return { port, path: "/v1/chat/completions", program };
}
