// Owns policies with guards for tests over real sockets. Knows no program.

export interface GuardedWord {
  readonly name: string;
  readonly word: string;
  /** YAML of the action. */
  readonly action: string;
  /** More of the spec, in YAML's flow style: `mode: shadow`. */
  readonly more?: string;
}

/** A Guard that finds one word, as `planted`. */
export function guardText({ name, word, action, more = "onFailure: closed" }: GuardedWord): string {
  return `---
apiVersion: sluice.dev/v1alpha1
kind: Guard
metadata: { name: ${name} }
spec:
  detector: patterns
  config: { patterns: { planted: { regex: "${word}" } }, lengthMax: 16 }
  action: ${action}
  ${more}`;
}

/** Lines of an agent's spec: all of them, at the same stages. */
export function usesText(names: readonly string[], stages: readonly string[]): string {
  return `  guards:\n${names.map((name) => useText(name, stages)).join("\n")}`;
}

export function useText(name: string, stages: readonly string[]): string {
  return `    ${name}: { guard: ${name}, on: [ ${stages.join(", ")} ] }`;
}
