// Owns which of an agent's `egress` entries a host falls under. Reads no request.

import type { EgressRuleSpec } from "../core/contracts/egress-spec.ts";
import type { Authority } from "../core/text/authority.ts";

export class EgressList {
  /** By `host:port`; a wildcard's host begins with its dot. */
  readonly #rules: ReadonlyMap<string, EgressRuleSpec>;

  constructor(rules: readonly EgressRuleSpec[]) {
    this.#rules = new Map(rules.map((rule) => [`${rule.host}:${rule.port}`, rule]));
  }

  /** The host's own entry, else the wildcard that says most of its name. */
  find({ host, port, isAddress }: Authority): EgressRuleSpec | undefined {
    const own = this.#rules.get(`${host}:${port}`);
    if (own !== undefined || isAddress) return own;
    for (let dot = host.indexOf("."); dot > 0; dot = host.indexOf(".", dot + 1)) {
      const rule = this.#rules.get(`${host.slice(dot)}:${port}`);
      if (rule !== undefined) return rule;
    }
    return undefined;
  }
}
