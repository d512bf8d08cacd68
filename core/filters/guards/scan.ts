// Owns one text read by one guard outside of any walk, as on it: what is found, and what is left. Knows no
// detector and no policy.

import { Exchange, type Route } from "../../contracts/exchange.ts";
import type { Finding, Guard, Scanner, TextSource } from "../../contracts/guard.ts";
import { ArgsView } from "./args-view.ts";
import { Channel, type Stopped } from "./channel.ts";
import { Hearing } from "./hearing.ts";
import { Placeholders } from "./placeholders.ts";
import { type GuardActed, GuardReport } from "./report.ts";
import type { GuardRule } from "./rule.ts";
import { plainView } from "./view.ts";

export interface ScanMeans {
  /** `on` holds every stage that is asked about. */
  readonly rule: GuardRule;
  /** Whose the texts are said to be; nothing of it is asked. */
  readonly route: Route;
  /** Names that stand for values are made with it. */
  readonly key: Buffer;
}

export interface Scanned {
  /** The gravest thing that was done. */
  readonly action: GuardActed;
  /** All of them, by their place in the text as it was given. */
  readonly findings: readonly Finding[];
  /** What may pass; empty where nothing may. */
  readonly text: string;
}

/** What was found in one text is not lost where the first finding stops it: it is then read once more. */
export async function scanText(text: string, source: TextSource, means: ScanMeans): Promise<Scanned> {
  const { isStopped, ...scanned } = await readOnce(text, source, means);
  if (!isStopped) return scanned;
  const { findings } = await readOnce(text, source, { ...means, rule: { ...means.rule, mode: "shadow" } });
  return { ...scanned, findings };
}

interface Read extends Scanned {
  readonly isStopped: boolean;
}

async function readOnce(text: string, source: TextSource, { rule, route, key }: ScanMeans): Promise<Read> {
  const exchange = new Exchange({ id: "scan", head, route, address: "", startedAtMs: 0 });
  let action: GuardActed = "pass";
  const report = new GuardReport(exchange, {
    found: () => {},
    decided: (_guard, _stage, did) => (action = did),
  });
  const findings: Finding[] = [];
  const rules = [{ ...rule, guard: overhear(rule.guard, findings) }];
  const placeholders = new Placeholders(key, exchange.id);
  const hearing = new Hearing({ exchange, rules, report, placeholders, canAnswer: () => true });
  const channel = new Channel(hearing.find(source), source.kind === "tool.args" ? new ArgsView() : plainView);
  const stopped: Stopped | undefined = (await channel.push(text)) ?? (await channel.end());
  report.close();
  const isStopped = stopped !== undefined;
  return {
    action: hearing.stop?.kind === "again" ? "repair" : action,
    findings: inOrder(placeIn(text, findings, source)),
    text: hearing.instead ?? (isStopped ? "" : channel.render(text, 0)),
    isStopped,
  };
}

const head = { method: "POST", path: "/", query: "", headers: {} };

function overhear(guard: Guard, heard: Finding[]): Guard {
  return {
    scan(source) {
      const scanner = guard.scan(source);
      return scanner && overhearScanner(scanner, heard);
    },
  };
}

function overhearScanner(scanner: Scanner, heard: Finding[]): Scanner {
  const hear = (last: Awaited<ReturnType<Scanner["end"]>>): typeof last => {
    if ("kind" in last) return last;
    for (const finding of last) heard.push(finding);
    return last;
  };
  return {
    push(text) {
      const scan = scanner.push(text);
      for (const finding of scan.findings) heard.push(finding);
      return scan;
    },
    end() {
      const last = scanner.end();
      return last instanceof Promise ? last.then(hear) : hear(last);
    },
  };
}

/** Of what is read; in what is written escapes take more, and an open end is where the text ends. */
function placeIn(text: string, findings: readonly Finding[], { kind }: TextSource): readonly Finding[] {
  if (findings.length === 0) return findings;
  const starts = kind === "tool.args" ? startsIn(text) : undefined;
  const written = (read: number): number =>
    Math.min(starts === undefined ? read : (starts[read] ?? text.length), text.length);
  return findings.map((finding) =>
    finding.end === 0 ? finding : { ...finding, start: written(finding.start), end: written(finding.end) },
  );
}

/** Where each unit that is read begins. */
function startsIn(text: string): readonly number[] {
  const view = new ArgsView();
  const starts: number[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const { length } = view.read(text.charAt(at));
    if (length === 0) continue;
    for (let unit = 0; unit < length; unit += 1) starts.push(start);
    start = at + 1;
  }
  return starts;
}

function inOrder(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted((a, b) => a.start - b.start || a.end - b.end);
}
