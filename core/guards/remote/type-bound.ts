// Owns that the types a remote guard finds stay few: they become labels. Knows no service.

import type { Finding } from "../../contracts/guard.ts";

const typesMax = 64;

export class TypeBound {
  readonly #known = new Set<string>();

  /** The first ones keep their names, all others are `other`. */
  bound(findings: readonly Finding[]): readonly Finding[] {
    return findings.map((finding) => (this.#isKnown(finding.type) ? finding : { ...finding, type: "other" }));
  }

  #isKnown(type: string): boolean {
    if (this.#known.has(type)) return true;
    if (this.#known.size >= typesMax) return false;
    this.#known.add(type);
    return true;
  }
}
