// Owns which texts of a request a model reads one after the other. Knows no guard.

import type { CallText, CallTextKind } from "../../contracts/dialect.ts";

/** Texts that stand side by side, as a model reads them. */
export type Group = readonly [CallText, ...CallText[]];

/** Of these every one is a text of its own. */
const apart: ReadonlySet<CallTextKind> = new Set(["tool.args", "tool.definition"]);

/** One instructs as the other does. */
const instructing: ReadonlySet<string> = new Set(["system", "developer"]);

/**
 * Where formats write what a speaker says. Other members of a message or of a part (its name, metadata, what
 * it cites) may stand between two of these, and the model never sees them there.
 */
const spoken = new RegExp(
  `^(?:/(?:${[
    ...["[0-9]+", "messages", "message", "params", "contents", "content", "parts", "text", "input", "prompt"],
    ...["output", "system", "systemInstruction", "system_instruction", "instructions"],
    ...["guardContent", "toolResult"],
  ].join("|")}))*/(?:text|content|input|output|prompt|system|instructions)$`,
);

/** Shown as nothing at all. */
const invisible = /^[\p{Default_Ignorable_Code_Point}\p{Cf}]*$/u;

/** Said by one speaker, with nobody else in between; each text in one group at most. */
export function groupsOf(texts: readonly CallText[]): readonly Group[] {
  if (texts.length < 2) return [];
  const groups: Group[] = [];
  let run: CallText[] = [];
  for (const text of texts) {
    // A file stands apart from what is said around it.
    if (text.encodedBehind !== undefined || invisible.test(text.text)) continue;
    if (run[0] !== undefined && !isSameVoice(run[0], text)) {
      if (run.length > 1) groups.push(...groupsIn(run));
      run = [];
    }
    run.push(text);
  }
  if (run.length > 1) groups.push(...groupsIn(run));
  return groups;
}

function isSameVoice(one: CallText, other: CallText): boolean {
  const isSameRole = one.role === other.role || (instructing.has(one.role) && instructing.has(other.role));
  return isSameRole && voiceOf(one.kind) === voiceOf(other.kind);
}

function voiceOf(kind: CallTextKind): "apart" | "given" | "said" {
  if (apart.has(kind)) return "apart";
  return kind === "tool.result" ? "given" : "said";
}

/** What is said goes on behind what stands beside it; all else only in what comes next. */
function groupsIn(run: readonly CallText[]): readonly Group[] {
  if (run[0] !== undefined && apart.has(run[0].kind)) return [];
  const said = new Map<CallTextKind, CallText[]>();
  const groups: CallText[][] = [];
  let beside: { readonly shape: string | undefined; readonly texts: CallText[] } | undefined;
  for (const text of run) {
    if (spoken.test(text.pointer)) {
      beside = undefined;
      const group = said.get(text.kind);
      if (group !== undefined) group.push(text);
      else said.set(text.kind, [text]);
      continue;
    }
    const shape = shapeOf(text);
    if (beside !== undefined && shape !== undefined && beside.shape === shape) beside.texts.push(text);
    else {
      beside = { shape, texts: [text] };
      groups.push(beside.texts);
    }
  }
  return [...said.values(), ...groups].filter(
    (texts): texts is [CallText, ...CallText[]] => texts.length > 1,
  );
}

/** The same member of one element after another: `/a/1/title` → `text /a title`. */
function shapeOf({ pointer, kind }: CallText): string | undefined {
  const element = /^(.*)\/\d+\/([^/0-9][^/]*)$/.exec(pointer);
  return element === null ? undefined : `${kind} ${element[1]} ${element[2]}`;
}
