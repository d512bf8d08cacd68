// Owns which registered tools are offered now: as long as they live they stand beside the policy's own. Picks
// no route.

import type { AgentSpec } from "../core/contracts/policy.ts";
import type { Registration } from "../core/contracts/tool-registry.ts";
import { type UsableRegistered, usableRegistered } from "../core/policy/registered-tools.ts";
import { type ToolTarget, toolTarget } from "../core/policy/tool-targets.ts";
import type { RegistryWatch } from "../core/program/tool-registry.ts";
import type { OfferedTool, ToolOffer } from "./tools.ts";

/** By name, the latest version first. */
export type OfferedNow = () => ReadonlyMap<string, readonly OfferedTool[]>;

export interface FollowOptions {
  readonly watch: Pick<RegistryWatch, "begin" | "living">;
  readonly offer: ToolOffer;
  readonly environment: NodeJS.ProcessEnv;
}

export function followRegistry(
  agent: AgentSpec,
  own: ReadonlyMap<string, readonly OfferedTool[]>,
  options: FollowOptions,
): OfferedNow {
  if (agent.registeredTools.size === 0) return () => own;
  options.watch.begin();
  const following = new Following(agent, own, options);
  return () => following.now;
}

class Following {
  readonly #agent: AgentSpec;
  readonly #own: ReadonlyMap<string, readonly OfferedTool[]>;
  readonly #options: FollowOptions;
  /** What has not changed keeps its connections, and the tokens it was given. */
  readonly #offered = new Map<string, { readonly said: string; readonly versions: readonly OfferedTool[] }>();
  #seen: readonly Registration[] | undefined = undefined;
  #now: ReadonlyMap<string, readonly OfferedTool[]>;

  constructor(agent: AgentSpec, own: ReadonlyMap<string, readonly OfferedTool[]>, options: FollowOptions) {
    this.#agent = agent;
    this.#own = own;
    this.#options = options;
    this.#now = own;
  }

  get now(): ReadonlyMap<string, readonly OfferedTool[]> {
    const { living } = this.#options.watch;
    if (living !== this.#seen) {
      this.#seen = living;
      this.#now = new Map([...this.#registered(living), ...this.#own]);
    }
    return this.#now;
  }

  #registered(living: readonly Registration[]): readonly (readonly [string, readonly OfferedTool[]])[] {
    return [...usableRegistered(this.#agent, living)].map(([name, versions]) => {
      const said = describe(living, name);
      const before = this.#offered.get(name);
      if (before?.said === said) return [name, before.versions];
      const made = versions.flatMap((version) => this.#offer(version));
      this.#offered.set(name, { said, versions: made });
      return [name, made];
    });
  }

  #offer({ tool, use, endpoints }: UsableRegistered): readonly OfferedTool[] {
    const { callable, spec } = tool;
    if (callable === undefined) return [];
    const { offer, environment } = this.#options;
    const targets = endpoints.map((endpoint): ToolTarget => {
      const service = { ...callable.service, endpoint };
      const target = toolTarget({ name: spec.name, service, environment });
      return { ...target, reach: use.reach, isPassing: true };
    });
    return [offer(tool, callable, targets)];
  }
}

function describe(living: readonly Registration[], name: string): string {
  const own = living.filter(({ definition }) => definition.name === name);
  return own.map(({ id, hash }) => `${id} ${hash}`).join("\n");
}
