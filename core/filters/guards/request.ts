// Owns what guards make of a request: every text in it, whoever wrote it, and what no text is. Knows no
// detector and no vendor.

import type { Call, CallText } from "../../contracts/dialect.ts";
import type { Async, Stop } from "../../contracts/frame.ts";
import type { Stage, TextSource } from "../../contracts/guard.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import { Channel, type Stopped } from "./channel.ts";
import type { FindExaminers } from "./examiner.ts";
import { JsonView } from "./json-view.ts";
import { plainView } from "./view.ts";

export interface RequestGuards {
  readonly find: FindExaminers;
  /** Undefined: nobody looks there. */
  readonly stageOf: (kind: CallText["kind"]) => Stage | undefined;
  readonly onMedia: (source: TextSource) => Refusal | undefined;
  readonly stop: () => Stop | undefined;
}

/** What is cut out goes into the call's edits; a refusal where something must not pass. */
export function examineCall(call: Call, guards: RequestGuards): Async<Refusal | undefined> {
  return examineMedia(call, guards) ?? examineTexts(call, guards, 0);
}

function examineMedia({ media, references }: Call, guards: RequestGuards): Refusal | undefined {
  const stage = guards.stageOf("text");
  if (stage === undefined) return undefined;
  for (const { type } of media) {
    const refusal = guards.onMedia({ stage, role: "user", kind: type });
    if (refusal !== undefined) return refusal;
  }
  return references.length === 0 ? undefined : guards.onMedia({ stage, role: "user", kind: "reference" });
}

function examineTexts(call: Call, guards: RequestGuards, first: number): Async<Refusal | undefined> {
  for (let at = first; at < call.texts.length; at += 1) {
    const refusal = examineText(call, call.texts[at] as CallText, guards);
    if (refusal instanceof Promise) {
      return refusal.then((late) => late ?? examineTexts(call, guards, at + 1));
    }
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function examineText(call: Call, said: CallText, guards: RequestGuards): Async<Refusal | undefined> {
  const { kind, role, text, pointer } = said;
  const stage = guards.stageOf(kind);
  if (stage === undefined || text === "") return undefined;
  const examiners = guards.find({ stage, role, kind });
  if (examiners.length === 0) return undefined;
  const channel = new Channel(examiners, isJsonText(said) ? new JsonView() : plainView);
  const settle = (stopped: Stopped | undefined): Refusal | undefined => {
    if (stopped !== undefined) return refusalOf(guards.stop());
    const rest = channel.render(text, 0);
    if (rest !== text) call.edits.set(pointer, rest);
    return undefined;
  };
  const pushed = channel.push(text);
  const ended =
    pushed instanceof Promise ? pushed.then((no) => no ?? channel.end()) : (pushed ?? channel.end());
  return ended instanceof Promise ? ended.then(settle) : settle(ended);
}

/** Arguments as one JSON text; where they are an object each of its strings is a text of its own. */
function isJsonText({ kind, text }: CallText): boolean {
  return kind === "tool.args" && /^\s*[{[]/.test(text);
}

function refusalOf(stop: Stop | undefined): Refusal {
  return stop?.kind === "refusal" ? stop : refuse("internal");
}
