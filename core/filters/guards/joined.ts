// Owns what only shows where the parts of a message are read as one: found over the place where two of them
// meet. Knows no frame.

import type { Call, CallText } from "../../contracts/dialect.ts";
import type { Async } from "../../contracts/frame.ts";
import type { Finding } from "../../contracts/guard.ts";
import { Channel } from "./channel.ts";
import type { Examiner } from "./examiner.ts";
import type { FoundAlone } from "./found-alone.ts";
import type { Group } from "./groups.ts";
import { plainView } from "./view.ts";

/** What is found over a seam is no longer than this on either side of it. */
const seamUnitsMax = 2_048;

/** A part of a text that lies at a seam. */
interface Piece {
  readonly text: CallText;
  /** Units into it. */
  readonly from: number;
  readonly to: number;
}

export interface JoinedGuards {
  /** Of these only what they find over a seam counts. */
  readonly examine: (whole: string) => readonly Examiner[];
  readonly alone: FoundAlone;
  /** Where the texts stand that something was found over, and that may stay. */
  readonly onFound: (pointers: readonly string[]) => "done" | "impossible";
}

/** What is cut out goes into the call's edits. */
export function readJoined(call: Call, group: Group, guards: JoinedGuards): Async<"passed" | "stopped"> {
  return readRuns(call, runsOf(call, group), { guards, first: 0 });
}

interface RunsRead {
  readonly guards: JoinedGuards;
  readonly first: number;
}

function readRuns(
  call: Call,
  runs: readonly (readonly Piece[])[],
  { guards, first }: RunsRead,
): Async<"passed" | "stopped"> {
  for (let at = first; at < runs.length; at += 1) {
    const read = readRun(call, runs[at] as readonly Piece[], guards);
    if (read instanceof Promise) {
      return read.then((late) =>
        late === "stopped" ? late : readRuns(call, runs, { guards, first: at + 1 }),
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

/** An end is counted from the end: what was cut at the beginning has moved it. */
function saidNow(call: Call, { text, from, to }: Piece): string {
  const whole = textNow(call, text);
  return from === 0 ? whole.slice(0, to) : whole.slice(Math.max(whole.length - (to - from), 0));
}

function readRun(call: Call, run: readonly Piece[], guards: JoinedGuards): Async<"passed" | "stopped"> {
  const says = run.map((piece) => saidNow(call, piece));
  const examiners = guards.examine(says.join(""));
  if (examiners.length === 0) return "passed";
  const seams = new Seams(call, run, says);
  const found = new Set<string>();
  const channel = new Channel(
    examiners.map((examiner) => onSeams(examiner, { seams, found, alone: guards.alone })),
    plainView,
  );
  const settle = (no: unknown): "passed" | "stopped" => {
    if (no !== undefined) return "stopped";
    if (channel.hasCuts) writeCuts(call, run, { says, channel });
    return found.size === 0 || guards.onFound([...found]) === "done" ? "passed" : "stopped";
  };
  const pushed = channel.push(says.join(""));
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

interface Over {
  readonly seams: Seams;
  /** Pointers of the texts that something was found over. */
  readonly found: Set<string>;
  readonly alone: FoundAlone;
}

/** What lies on one side alone, or goes on without an end, was judged where each text was read by itself. */
function onSeams(examiner: Examiner, { seams, found, alone }: Over): Examiner {
  return {
    ...examiner,
    judge(finding, text) {
      const places = seams.placesOf(finding);
      if (places.length < 2) return { kind: "pass" };
      let known: string | undefined;
      for (const { pointer, place } of places) {
        found.add(pointer);
        known ??= place && alone.textOf(pointer, examiner, place);
      }
      return examiner.judge(finding, known ?? text);
    },
  };
}

/** Where the texts of a run meet. */
class Seams {
  readonly #call: Call;
  readonly #run: readonly Piece[];
  /** Behind each text of the run. */
  readonly #ends: number[] = [];

  constructor(call: Call, run: readonly Piece[], says: readonly string[]) {
    this.#call = call;
    this.#run = run;
    for (const said of says) this.#ends.push((this.#ends.at(-1) ?? 0) + said.length);
  }

  /** The texts that it lies in, and where in them; `place` is undefined where the text has changed since. */
  placesOf(finding: Finding): readonly { readonly pointer: string; readonly place: Finding | undefined }[] {
    const places: { readonly pointer: string; readonly place: Finding | undefined }[] = [];
    if (finding.end > (this.#ends.at(-1) ?? 0)) return places;
    for (let at = firstBehind(this.#ends, finding.start); at < this.#run.length; at += 1) {
      const start = this.#ends[at - 1] ?? 0;
      if (start >= finding.end) break;
      const { text, from } = this.#run[at] as Piece;
      const { pointer } = text;
      const move = from - start;
      const place = { ...finding, start: finding.start + move, end: finding.end + move };
      places.push({ pointer, place: this.#call.edits.has(pointer) ? undefined : place });
    }
    return places;
  }
}

/** Which of them is the first behind a unit; they ascend. */
function firstBehind(places: readonly number[], unit: number): number {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((places[middle] as number) <= unit) low = middle + 1;
    else high = middle;
  }
  return low;
}
