// Owns where an agent's calls may go, what its models cost and how much they take. Built at policy load.

import type { Attempt, Target } from "../core/contracts/exchange.ts";
import type { AgentSpec, Policy, ProviderModel, ProviderSpec } from "../core/contracts/policy.ts";
import type { FindPrice, Price } from "../core/contracts/price.ts";
import type { ModelFacts } from "../core/filters/budgets/estimate.ts";
import { apiOf } from "../core/policy/dialects.ts";
import { providerTarget } from "../core/policy/targets.ts";
import type { EgressProvider } from "./routes.ts";

const unknownModel: ModelFacts = {
  contextTokens: undefined,
  outputTokensMax: undefined,
  unboundedInput: "refuse",
};

export class Upstreams {
  /** By their names. */
  readonly providers: ReadonlyMap<string, EgressProvider>;
  /** By the Model's name, in the order they are to be tried. */
  readonly models: ReadonlyMap<string, readonly Target[]>;
  readonly #specs: ReadonlyMap<string, ProviderSpec>;
  readonly #known = new Map<Target, ProviderModel>();

  /** The loader has checked that every name leads somewhere. */
  constructor(policy: Policy, agent: AgentSpec, environment: NodeJS.ProcessEnv) {
    this.#specs = policy.providers;
    this.providers = new Map(
      [...policy.providers.values()].map((provider) => {
        const api = apiOf(provider.api);
        return [
          provider.name,
          {
            api,
            target: providerTarget({ provider, model: undefined, api, environment }),
            baseUrl: provider.baseUrl,
          },
        ];
      }),
    );
    const targetOf = (provider: ProviderSpec, model: string): Target => {
      const target = providerTarget({ provider, model, api: apiOf(provider.api), environment });
      const known = provider.models.get(model);
      if (known !== undefined) this.#known.set(target, known);
      return target;
    };
    this.models = new Map(
      agent.models.map((name) => [
        name,
        (policy.models.get(name)?.targets ?? []).flatMap(({ provider, model }) => {
          const spec = policy.providers.get(provider);
          return spec === undefined ? [] : [targetOf(spec, model)];
        }),
      ]),
    );
  }

  get targets(): readonly Target[] {
    const own = [...this.providers.values()].map(({ target }) => target);
    return [...own, ...[...this.models.values()].flat()];
  }

  /** `model`: as an answer names it, where the target names none. */
  readonly findPrice: FindPrice = ({ target }, model) =>
    target.model === undefined
      ? priceNamed(this.#specs.get(target.name), model)
      : this.#known.get(target)?.price;

  readonly findModel = ({ target }: Attempt): ModelFacts => {
    const known = this.#known.get(target);
    const spec = this.#specs.get(target.name);
    if (known === undefined || spec === undefined) return unknownModel;
    const { contextTokens, outputTokensMax } = known;
    return { contextTokens, outputTokensMax, unboundedInput: spec.unboundedInput };
  };
}

/** A dated name is that of the model it dates. */
function priceNamed(provider: ProviderSpec | undefined, model: string | undefined): Price | undefined {
  if (model === undefined) return provider?.unknownPrice;
  const undated = model.replace(/-\d{4}-?\d{2}-?\d{2}$/, "");
  const known = provider?.models.get(model) ?? provider?.models.get(undated);
  return known === undefined ? provider?.unknownPrice : known.price;
}
