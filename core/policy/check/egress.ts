// Owns that every host an agent may name can be reached, safely and in one reading. Resolves nothing.

import type { Problem } from "../../contracts/policy.ts";
import { isLoopbackHost, isMetadataHost, metadataNames } from "../../text/host.ts";
import { reachOf } from "../../text/reach.ts";
import type { Drafts, Spot } from "../draft.ts";
import { problemIn, selectIn, selectInAgents } from "../draft.ts";
import { coversHost, type EgressPattern, readPattern } from "../egress.ts";
import { toEndpoint, urlProblem } from "../endpoint.ts";
import { nodeAt, stringAt } from "../located.ts";

interface Finding {
  readonly problem: string;
  readonly hint: string;
  /** Below the entry; undefined: the entry itself. */
  readonly at?: string;
}

interface Entry extends EgressPattern {
  readonly inspect: boolean;
  readonly isPrivate: boolean;
}

/** Host and port of what the policy declares, by its kind and name. */
type DeclaredHosts = readonly {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
}[];

export function checkEgress(drafts: Drafts): readonly Problem[] {
  const declared = declaredHosts(drafts);
  return selectInAgents(drafts, "egress.*").flatMap((spot) => {
    const finding = objectTo(spot, declared);
    if (finding === undefined) return [];
    const { at, ...said } = finding;
    return [problemIn(spot.draft, { path: at === undefined ? spot.path : [...spot.path, at], ...said })];
  });
}

/** The first thing wrong: what follows from it is not worth telling. */
function objectTo({ path, node }: Spot, declared: DeclaredHosts): Finding | undefined {
  const pattern = readPattern(String(path.at(-1)));
  if (pattern === undefined) {
    const problem = "names no host in the one spelling that everybody reads alike";
    return { problem, hint: 'such as "api.github.com:443", "*.example.com:443" or "10.0.0.7:8080"' };
  }
  const entry = { ...pattern, inspect: isTrue(node, "inspect"), isPrivate: isTrue(node, "private") };
  return (
    objectToMetadata(entry) ??
    (entry.isWildcard ? objectToWildcard(entry) : objectToReach(entry)) ??
    objectToInspection(entry) ??
    objectToDeclared(entry, declared)
  );
}

function isTrue(node: Spot["node"], field: string): boolean {
  const found = nodeAt(node, [field]);
  return found?.kind === "scalar" && found.value === true;
}

function objectToMetadata(entry: Entry): Finding | undefined {
  const isMetadata = entry.isWildcard
    ? metadataNames.some((name) => coversHost(entry, name))
    : isMetadataHost(entry.host);
  if (!isMetadata) return undefined;
  return {
    problem: "is a cloud metadata service's, which nothing may reach",
    hint: entry.isWildcard ? "name the hosts that are meant" : "remove it",
  };
}

function objectToWildcard({ host, isPrivate }: Entry): Finding | undefined {
  if (host.split(".").length < 3) {
    return { problem: "stands for a whole top-level domain", hint: "such as *.example.com" };
  }
  if (!isPrivate) return undefined;
  const problem = "lets the agent name private hosts, which only the policy may do";
  return { problem, hint: "name each of them, with private: true", at: "private" };
}

function objectToReach({ host, isAddress, isPrivate }: Entry): Finding | undefined {
  const reach = isAddress ? reachOf(host) : isLoopbackHost(host) ? "private" : "public";
  if (reach === "never") return { problem: "is an address that nothing may reach", hint: "remove it" };
  if (reach === "public" || isPrivate) return undefined;
  return { problem: "is a private address", hint: "private: true says that it is meant" };
}

function objectToInspection({ inspect, isAddress, port }: Entry): Finding | undefined {
  if (!inspect) return undefined;
  if (isAddress) {
    const problem = "cannot be inspected: TLS names no address, so nobody could tell what is asked for";
    return { problem, hint: "name the host", at: "inspect" };
  }
  if (port === 443) return undefined;
  const problem = "is for TLS on port 443";
  return { problem, hint: "what comes in the clear is inspected as it is: leave it out", at: "inspect" };
}

/** Else its calls would pass unmetered and unguarded. */
function objectToDeclared({ host, port, inspect }: Entry, declared: DeclaredHosts): Finding | undefined {
  if (inspect) return undefined;
  const owner = declared.find((one) => one.isTls && one.host === host && one.port === port);
  if (owner === undefined) return undefined;
  const problem = `is the host of ${owner.name}, whose calls would pass unread`;
  return { problem, hint: port === 443 ? "inspect: true, or remove it" : "remove it" };
}

function declaredHosts(drafts: Drafts): DeclaredHosts {
  const spots = [
    ...selectIn(drafts, "Provider", "spec.baseUrl"),
    ...selectIn(drafts, "McpServer", "spec.url"),
  ];
  return spots.flatMap(({ draft, path }) => {
    const url = stringAt(draft.root, path);
    if (url === undefined || urlProblem(url) !== undefined) return [];
    const { hostname, port, isTls } = toEndpoint(url);
    return [{ name: `${draft.kind}/${draft.name}`, host: hostname, port, isTls }];
  });
}
