// Owns which changes of tools between two policies break those who call them. Knows no file and no wire.

import type { JsonValue } from "../contracts/json.ts";
import type { AgentSpec, Policy, ToolSpec } from "../contracts/policy.ts";
import { findNarrowings, type Narrowing } from "../schemas/narrowing.ts";

export interface ToolChange {
  readonly tool: string;
  /** Undefined: all of them. */
  readonly version: string | undefined;
  /** Whose use of it changed; undefined: the tool did. */
  readonly agent: string | undefined;
  /** RFC 6901, into arguments or result; empty: not one place. */
  readonly pointer: string;
  readonly change: string;
  readonly effect: "breaks" | "note";
}

type Tools = Pick<Policy, "tools" | "agents">;
type Saying = Pick<ToolChange, "pointer" | "change" | "effect">;

export function findToolChanges(old: Tools, now: Tools): readonly ToolChange[] {
  const names = new Set([...old.tools.keys(), ...now.tools.keys()]);
  return [
    ...[...names].toSorted().flatMap((name) => changesOf(name, old, now)),
    ...[...old.agents.values()].flatMap((agent) => changesFor(agent, old, now)),
  ];
}

function changesOf(tool: string, old: Tools, now: Tools): readonly ToolChange[] {
  const [before, after] = [old.tools.get(tool) ?? [], now.tools.get(tool) ?? []];
  const at = (version: string | undefined, { pointer, change, effect }: Saying): ToolChange => {
    return { tool, version, agent: undefined, pointer, change, effect };
  };
  if (after.length === 0) return [at(undefined, breaks("the tool is gone"))];
  if (before.length === 0) return [at(undefined, notes("the tool is new"))];
  const gone = before.flatMap((spec) => {
    const next = after.find(({ version }) => version === spec.version);
    const said = next === undefined ? [breaks("this version is gone")] : compareTools(spec, next);
    return said.map((saying) => at(spec.version, saying));
  });
  const added = after.filter((spec) => before.every(({ version }) => version !== spec.version));
  return [...gone, ...added.map(({ version }) => at(version, notes("this version is new")))];
}

/** What callers of one notice of the other. */
function compareTools(old: ToolSpec, now: ToolSpec): readonly Saying[] {
  const parameters = findNarrowings(schemaOf(old.parameters), schemaOf(now.parameters));
  return [
    ...parameters.map((each) => breaks(`parameter: ${each.what}`, each)),
    ...compareReturns(old, now),
    ...compareServices(old, now),
    ...(now.argsCharsMax < old.argsCharsMax
      ? [breaks(`maxArgsChars ${old.argsCharsMax} is ${now.argsCharsMax} now`)]
      : []),
    ...(now.description === old.description ? [] : [notes("the description changed")]),
  ];
}

function schemaOf(schema: JsonValue | undefined): JsonValue {
  return schema ?? true;
}

/** A caller reads what was promised: more than that is news to it. */
function compareReturns({ service: old }: ToolSpec, { service: now }: ToolSpec): readonly Saying[] {
  if (old === undefined || now === undefined) return [];
  const widened = findNarrowings(schemaOf(now.returns), schemaOf(old.returns));
  return widened.map((each) => {
    const said =
      each.what === "is required now" ? "may be left out now" : `was promised otherwise (${each.what})`;
    return breaks(`returns widened: ${said}`, each);
  });
}

function compareServices({ service: old }: ToolSpec, { service: now }: ToolSpec): readonly Saying[] {
  if (old === undefined) return now === undefined ? [] : [notes("is called through Sluice now")];
  if (now === undefined) return [breaks("is not called through Sluice any more")];
  const needed = now.operations.filter((each) => !old.operations.includes(each));
  const said = needed.map((each) => breaks(`needs the operation ${each} now`));
  if (now.effect !== old.effect) said.push(notes(`effect ${old.effect} is ${now.effect} now`));
  if (now.costNanoUsd > old.costNanoUsd) said.push(notes("costs more"));
  if (now.timeoutMs < old.timeoutMs) said.push(notes("has less time"));
  if (now.resultBytesMax < old.resultBytesMax) said.push(notes("may answer less"));
  return said;
}

/** What an agent gets where it asks for no version. */
function changesFor(agent: AgentSpec, old: Tools, now: Tools): readonly ToolChange[] {
  const next = now.agents.get(agent.name);
  return [...(agent.tools?.values() ?? [])].flatMap((use) => {
    const at = (said: Saying): ToolChange => ({ tool: use.name, version, agent: agent.name, ...said });
    const after = next?.tools?.get(use.name);
    const version = after?.version ?? use.version;
    if (now.tools.get(use.name) === undefined) return [];
    if (next !== undefined && next.tools === undefined) return [];
    if (after === undefined) return [at(breaks("may not be called any more"))];
    const said = [...compareUses(use, after), ...compareAllowed(agent, next, now.tools.get(use.name))];
    if (after.version !== use.version) {
      const [from, to] = [find(old, use.name, use.version), find(now, use.name, after.version)];
      const between = from === undefined || to === undefined ? [] : compareTools(from, to);
      const broken = between.filter(({ effect }) => effect === "breaks");
      const moved = `in place of ${use.version}`;
      said.push(...broken.map((each) => ({ ...each, change: `${moved}: ${each.change}` })));
      if (broken.length === 0) said.push(notes(moved));
    }
    return said.map(at);
  });
}

function compareUses(old: { readonly when: string | undefined }, now: typeof old): readonly Saying[] {
  if (now.when === old.when) return [];
  if (now.when === undefined) return [notes("`when` is gone")];
  return [breaks("`when` changed: it cannot be told that what was allowed still is")];
}

/** An operation taken from the agent takes the tools with it that need it. */
function compareAllowed(
  old: AgentSpec,
  now: AgentSpec | undefined,
  versions: readonly ToolSpec[] = [],
): readonly Saying[] {
  const gone = old.operations.filter((each) => now?.operations.includes(each) !== true);
  const needed = new Set(versions.flatMap(({ service }) => [...(service?.operations ?? [])]));
  return gone
    .filter((each) => needed.has(each))
    .map((each) => breaks(`the agent lost the operation ${each}`));
}

function find({ tools }: Tools, name: string, version: string): ToolSpec | undefined {
  return tools.get(name)?.find((each) => each.version === version);
}

function breaks(change: string, { pointer }: Pick<Narrowing, "pointer"> = { pointer: "" }): Saying {
  return { pointer, change, effect: "breaks" };
}

function notes(change: string): Saying {
  return { pointer: "", change, effect: "note" };
}
