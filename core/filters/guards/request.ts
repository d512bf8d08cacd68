// Owns what guards make of a request: every text in it, whoever wrote it, and what no text is. Knows no
// detector and no vendor.

import type { Call, CallText } from "../../contracts/dialect.ts";
import type { Async } from "../../contracts/frame.ts";
import type { Stage } from "../../contracts/guard.ts";
import type { Refusal } from "../../contracts/refusal.ts";
import type { Halt } from "../../contracts/visit.ts";
import { ArgsView } from "./args-view.ts";
import { Channel } from "./channel.ts";
import { demote } from "./demotion.ts";
import type { FindExaminers } from "./examiner.ts";
import { FoundAlone } from "./found-alone.ts";
import { type Group, groupsOf } from "./groups.ts";
import { readJoined } from "./joined.ts";
import { isTurnSpent, nextTurn } from "./turns.ts";
import { plainView } from "./view.ts";

export interface RequestGuards {
  readonly find: FindExaminers;
  /** Told of nothing twice. */
  readonly findAgain: FindExaminers;
  /** Undefined: nobody looks there. */
  readonly stageOf: (kind: CallText["kind"]) => Stage | undefined;
  /** What no text is, where texts of `beside` stand. */
  readonly onMedia: (kind: string, beside: CallText["kind"]) => Refusal | undefined;
  /** Takes the role from whoever says the text that was read last, where it has to be. */
  readonly demote: (lose: () => "done" | "impossible") => "done" | "impossible";
  /** Why the call does not go on, once a text must not pass. */
  readonly halt: () => Halt;
}

/** What has been read of so long a body may have taken the turn. */
const longBytesMin = 64 * 1024;

/** One request on its way past its guards. */
interface Asked {
  readonly call: Call;
  readonly guards: RequestGuards;
  readonly groups: readonly Group[];
  /** Those of the groups: what is found in each of them by itself is not told again of the group. */
  readonly grouped: ReadonlySet<CallText>;
  readonly alone: FoundAlone;
}

/** What is cut out goes into the call's edits. */
export function examineCall(call: Call, guards: RequestGuards): Async<Halt | undefined> {
  const refusal = examineMedia(call, guards);
  if (refusal !== undefined) return refusal;
  const groups = groupsOf(call.texts);
  const asked = { call, guards, groups, grouped: new Set(groups.flat()), alone: new FoundAlone() };
  return call.body.length < longBytesMin ? examineTexts(asked, 0) : examineLong(asked);
}

/** Others have their turn before, and before what was edited is written. */
async function examineLong(asked: Asked): Promise<Halt | undefined> {
  await nextTurn();
  const halt = await examineTexts(asked, 0);
  if (asked.call.edits.size > 0) await nextTurn();
  return halt;
}

/** What a tool gave back is looked at where its results are. */
function examineMedia({ media, references }: Call, guards: RequestGuards): Refusal | undefined {
  const unread = media.filter(({ isText }) => isText !== true);
  const kinds = new Map(unread.map((one) => [`${one.type} ${one.isResult}`, one]));
  for (const { type, isResult } of kinds.values()) {
    const refusal = guards.onMedia(type, isResult === true ? "tool.result" : "text");
    if (refusal !== undefined) return refusal;
  }
  return references.length === 0 ? undefined : guards.onMedia("reference", "text");
}

/** One after another; a promise only where a guard thinks, or the turn is spent. */
function examineTexts(asked: Asked, first: number): Async<Halt | undefined> {
  const { texts } = asked.call;
  for (let at = first; at < texts.length; at += 1) {
    if (at > first && isTurnSpent()) return nextTurn().then(() => examineTexts(asked, at));
    const halt = examineText(asked, texts[at] as CallText);
    if (halt instanceof Promise) return halt.then((late) => late ?? examineTexts(asked, at + 1));
    if (halt !== undefined) return halt;
  }
  return examineGroups(asked, 0);
}

function examineGroups(asked: Asked, first: number): Async<Halt | undefined> {
  const { groups, guards } = asked;
  for (let at = first; at < groups.length; at += 1) {
    if (at > first && isTurnSpent()) return nextTurn().then(() => examineGroups(asked, at));
    const read = examineGroup(asked, groups[at] as Group);
    if (read instanceof Promise) {
      return read.then((late) => (late === "stopped" ? guards.halt() : examineGroups(asked, at + 1)));
    }
    if (read === "stopped") return guards.halt();
  }
  return undefined;
}

function examineGroup({ call, guards, alone }: Asked, group: Group): Async<"passed" | "stopped"> {
  const [{ role, kind }] = group;
  const stage = guards.stageOf(kind);
  if (stage === undefined) return "passed";
  return readJoined(call, group, {
    examine: (whole) => guards.findAgain({ stage, role, kind }, whole).filter(({ isWhole }) => !isWhole),
    alone,
    onFound: (pointers) => guards.demote(() => demoteAll(call, pointers)),
  });
}

function demoteAll(call: Call, pointers: readonly string[]): "done" | "impossible" {
  return pointers.every((pointer) => demote(call, pointer) === "done") ? "done" : "impossible";
}

function examineText(asked: Asked, said: CallText): Async<Halt | undefined> {
  const { call, guards, grouped, alone } = asked;
  const { kind, role, text, pointer } = said;
  const stage = guards.stageOf(kind);
  if (stage === undefined || text === "") return undefined;
  const found = guards.find({ stage, role, kind }, isJsonText(said) ? undefined : text);
  if (found.length === 0) return undefined;
  const examiners = grouped.has(said) ? alone.hear(pointer, found) : found;
  const channel = new Channel(examiners, isJsonText(said) ? new ArgsView() : plainView);
  const settle = (isStopped: unknown): Halt | undefined => {
    if (isStopped !== undefined) return guards.halt();
    const rest = channel.render(text, 0);
    if (rest !== text) call.edits.set(pointer, asWritten(said, rest));
    return guards.demote(() => demote(call, pointer)) === "done" ? undefined : guards.halt();
  };
  const pushed = channel.push(text);
  const ended =
    pushed instanceof Promise ? pushed.then((no) => no ?? channel.end()) : (pushed ?? channel.end());
  return ended instanceof Promise ? ended.then(settle) : settle(ended);
}

/** In the form of what stood there. */
function asWritten({ encodedBehind }: CallText, rest: string): string {
  if (encodedBehind === undefined) return rest;
  return encodedBehind + Buffer.from(rest).toString("base64");
}

/** Arguments as one JSON text; where they are an object each of its strings is a text of its own. */
function isJsonText({ kind }: CallText): boolean {
  return kind === "tool.args";
}
