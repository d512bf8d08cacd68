// Owns what only shows where the parts of a message are read as one: found over the place where two of them
// meet. Knows no frame.

import type { Call, CallText } from "../../contracts/dialect.ts";
import type { Async } from "../../contracts/frame.ts";
import { Channel } from "./channel.ts";
import type { Examiner } from "./examiner.ts";
import { plainView } from "./view.ts";

/** What is found over a seam is no longer than this on either side of it. */
const seamUnitsMax = 4_096;

/** Of these every one is a text of its own. */
const apart: ReadonlySet<CallText["kind"]> = new Set(["tool.args", "tool.definition"]);

/** Texts that stand side by side, as a model reads them. */
export type Group = readonly [CallText, ...CallText[]];

/** A part of a text that lies at a seam. */
interface Piece {
  readonly text: CallText;
  /** Units into it. */
  readonly from: number;
  readonly to: number;
}

/** The same member of one element after another, said by the same speaker. */
export function groupsOf(texts: readonly CallText[]): readonly Group[] {
  const groups: Group[] = [];
  let group: [CallText, ...CallText[]] | undefined;
  for (const text of texts) {
    if (group !== undefined && areAlike(group[0], text)) {
      if (group.push(text) === 2) groups.push(group);
    } else group = [text];
  }
  return groups;
}

/** Most texts are not said by the speaker of the one before. */
function areAlike(one: CallText, other: CallText): boolean {
  if (one.role !== other.role || one.kind !== other.kind) return false;
  const shape = shapeOf(one);
  return shape !== undefined && shape === shapeOf(other);
}

/** `/messages/0/content/1/text` → what all parts of that message have in common. */
function shapeOf({ pointer, kind }: CallText): string | undefined {
  if (apart.has(kind)) return undefined;
  const element = /^(.*)\/\d+(\/[^/0-9][^/]*)$/.exec(pointer);
  return element === null ? undefined : `${element[1]} ${element[2]}`;
}

/** Of `examiners` only what they find over a seam counts. What is cut out goes into the call's edits. */
export function readJoined(
  call: Call,
  group: Group,
  examine: (whole: string) => readonly Examiner[],
): Async<"passed" | "stopped"> {
  return readRuns(call, runsOf(call, group), { examine, first: 0 });
}

interface RunsRead {
  readonly examine: (whole: string) => readonly Examiner[];
  readonly first: number;
}

function readRuns(
  call: Call,
  runs: readonly (readonly Piece[])[],
  { examine, first }: RunsRead,
): Async<"passed" | "stopped"> {
  for (let at = first; at < runs.length; at += 1) {
    const read = readRun(call, runs[at] as readonly Piece[], examine);
    if (read instanceof Promise) {
      return read.then((late) =>
        late === "stopped" ? late : readRuns(call, runs, { examine, first: at + 1 }),
      );
    }
    if (read === "stopped") return read;
  }
  return "passed";
}

/** A long text is no seam by itself: only its ends are read again. */
function runsOf(call: Call, group: Group): readonly (readonly Piece[])[] {
  const runs: Piece[][] = [[]];
  for (const text of group) {
    const { length } = textNow(call, text);
    if (length <= 2 * seamUnitsMax) runs.at(-1)?.push({ text, from: 0, to: length });
    else {
      runs.at(-1)?.push({ text, from: 0, to: seamUnitsMax });
      runs.push([{ text, from: length - seamUnitsMax, to: length }]);
    }
  }
  return runs.filter((run) => run.length > 1);
}

function textNow({ edits }: Call, { pointer, text }: CallText): string {
  const edited = edits.get(pointer);
  return typeof edited === "string" ? edited : text;
}

function readRun(
  call: Call,
  run: readonly Piece[],
  examine: (whole: string) => readonly Examiner[],
): Async<"passed" | "stopped"> {
  const says = run.map(({ text, from, to }) => textNow(call, text).slice(from, to));
  const seams: number[] = [];
  for (const said of says.slice(0, -1)) seams.push((seams.at(-1) ?? 0) + said.length);
  const whole = says.join("");
  const examiners = examine(whole);
  if (examiners.length === 0) return "passed";
  const channel = new Channel(
    examiners.map((examiner) => onSeams(examiner, seams, whole.length)),
    plainView,
  );
  const settle = (no: unknown): "passed" | "stopped" => {
    if (no !== undefined) return "stopped";
    if (channel.hasCuts) writeCuts(call, run, { says, channel });
    return "passed";
  };
  const pushed = channel.push(whole);
  const ended =
    pushed instanceof Promise ? pushed.then((no) => no ?? channel.end()) : (pushed ?? channel.end());
  return ended instanceof Promise ? ended.then(settle) : settle(ended);
}

/** Last first: what is cut at a text's end does not move its beginning. */
function writeCuts(
  call: Call,
  run: readonly Piece[],
  { says, channel }: { readonly says: readonly string[]; readonly channel: Channel },
): void {
  let from = 0;
  for (const [at, piece] of run.entries()) {
    const said = says[at] ?? "";
    const rest = channel.render(said, from);
    from += said.length;
    if (rest === said) continue;
    const whole = textNow(call, piece.text);
    const start = piece.from === 0 ? 0 : whole.length - (piece.to - piece.from);
    call.edits.set(piece.text.pointer, whole.slice(0, start) + rest + whole.slice(start + said.length));
  }
}

/** What lies on one side alone, or goes on without an end, was judged where each text was read by itself. */
function onSeams(examiner: Examiner, seams: readonly number[], length: number): Examiner {
  return {
    ...examiner,
    judge(finding, text) {
      const isWithin = finding.end <= length;
      const isOver = isWithin && (firstBehind(seams, finding.start) ?? finding.end) < finding.end;
      return isOver ? examiner.judge(finding, text) : { kind: "pass" };
    },
  };
}

/** `places` ascend. */
function firstBehind(places: readonly number[], unit: number): number | undefined {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((places[middle] as number) <= unit) low = middle + 1;
    else high = middle;
  }
  return places[low];
}
