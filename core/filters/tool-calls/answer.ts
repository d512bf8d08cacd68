// Owns an answer's way past the rules on calls of tools: frames wait until each call in them is whole and was
// judged. Knows no vendor.

import type { Writer } from "../../contracts/dialect.ts";
import type { Delta, EndDelta, Frame, Frames, Stop, TextDelta, ToolDelta } from "../../contracts/frame.ts";
import { refuse } from "../../contracts/refusal.ts";
import { PendingCall, type Place } from "./pending.ts";

/** What becomes of a call. `rewrite`: with these arguments. */
export type CallRuling =
  | { readonly kind: "pass" }
  | { readonly kind: "rewrite"; readonly args: string }
  | { readonly kind: "stop"; readonly stop: Stop };

export interface AnswerRules {
  /** Of a call that is whole. */
  readonly rule: (call: PendingCall) => CallRuling;
  /** Of arguments that are longer than any tool takes, before they are whole. */
  readonly argsCharsMax: number;
  /** Hold all of an answer, as it may have to be asked for once more. */
  readonly holdsAll: () => boolean;
}

/** One answer in frames too large to be held. */
const heldBytesMax = 32 * 1024 * 1024;
/** Of one answer. */
const callsMax = 512;

export class CallsWatch {
  readonly #rules: AnswerRules;
  #held: Frame[] = [];
  #heldBytes = 0;
  /** All that began: what was said of one may be said again. */
  #calls: PendingCall[] = [];
  /** The one that was heard last, by channel. */
  #byChannel = new Map<string, PendingCall>();
  #hosted = new Set<string>();
  /** Something was said that is no call: until then a call may still be refused with a status of its own. */
  #hasSpoken = false;

  constructor(rules: AnswerRules) {
    this.#rules = rules;
  }

  /** Another answer begins in this one's place. */
  reset(): undefined {
    this.#held = [];
    this.#heldBytes = 0;
    this.#calls = [];
    this.#byChannel = new Map();
    this.#hosted = new Set();
    this.#hasSpoken = false;
  }

  frame(frame: Frame, writer: Writer): Frames | Stop {
    const at = this.#held.length;
    for (const [index, delta] of frame.deltas.entries()) this.#hear(delta, { frame: at, delta: index });
    this.#hasSpoken ||= frame.deltas.some(speaks);
    const isEarly = this.#calls.length === 0 && (!this.#hasSpoken || this.#rules.holdsAll());
    if (at === 0 && this.#calls.length === 0 && !isEarly) return frame;
    if (this.#isHalf && frame.deltas.some(({ kind }) => kind === "error")) return this.#fail(frame);
    this.#held.push(frame);
    this.#heldBytes += frame.bytes.length;
    if (this.#heldBytes > heldBytesMax || this.#calls.length > callsMax) return this.#stop(tooLarge);
    if (this.#calls.some((call) => !call.isJudged && call.args.length > this.#rules.argsCharsMax)) {
      return this.flush(writer);
    }
    return this.#isHalf || isEarly ? [] : this.#release(writer);
  }

  /** Nothing more will come, whole or not. */
  flush(writer: Writer): Frames | Stop {
    for (const call of this.#calls) call.isEnded = true;
    return this.#release(writer);
  }

  get #isHalf(): boolean {
    return this.#calls.some(({ isEnded }) => !isEnded);
  }

  /** The upstream has failed amid a call, which nobody will make then. */
  #fail(frame: Frame): Frame {
    this.reset();
    return frame;
  }

  #stop(stop: Stop): Stop {
    this.reset();
    return stop;
  }

  #hear(delta: Delta, place: Place): void {
    switch (delta.kind) {
      case "tool":
        this.#begin(delta);
        return;
      case "tool.name":
      case "tool.args":
        this.#callOf(delta)?.hear(delta, place);
        return;
      case "end":
        this.#end(delta);
    }
  }

  /** A channel that is used once more has another call on it. */
  #begin({ channel, isHosted }: ToolDelta): void {
    const before = this.#byChannel.get(channel);
    if (before !== undefined) before.isEnded = true;
    if (isHosted) this.#hosted.add(channel);
    else this.#add(channel);
  }

  /** What stands beside a call's arguments has a channel below the call's. */
  #callOf({ channel }: TextDelta): PendingCall | undefined {
    if (this.#hosted.has(channel) || !callChannel.test(channel)) return undefined;
    return this.#byChannel.get(channel) ?? this.#add(channel);
  }

  #add(channel: string): PendingCall {
    const call = new PendingCall(channel);
    this.#calls.push(call);
    this.#byChannel.set(channel, call);
    return call;
  }

  #end({ channel }: EndDelta): void {
    for (const call of this.#calls) if (call.channel.startsWith(`${channel}/`)) call.isEnded = true;
  }

  /** Judges what has ended; then all that is held may go. */
  #release(writer: Writer): Frames | Stop {
    const edits = new Map<number, Delta[]>();
    for (const call of this.#calls) {
      if (!call.isJudged || call.isContradicted) {
        const ruling = this.#rules.rule(call);
        if (ruling.kind === "stop") return this.#stop(ruling.stop);
        call.isJudged = true;
        if (ruling.kind === "rewrite") call.rewritten = ruling.args;
      }
      if (call.rewritten !== undefined) this.#rewrite(call, call.rewritten, edits);
      call.forget();
    }
    const released = this.#held.map((frame, at) => {
      const deltas = edits.get(at);
      return deltas === undefined ? frame : writer.edit(frame, deltas);
    });
    this.#held = [];
    this.#heldBytes = 0;
    return released;
  }

  /** The first piece says it all, and the others nothing. */
  #rewrite({ pieces, copies }: PendingCall, args: string, edits: Map<number, Delta[]>): void {
    const set = ({ frame, delta }: Place, text: string): void => {
      const deltas = edits.get(frame) ?? [...(this.#held[frame]?.deltas ?? [])];
      const was = deltas[delta];
      if (was !== undefined && "text" in was) deltas[delta] = { ...was, text };
      edits.set(frame, deltas);
    };
    for (const [at, piece] of pieces.entries()) set(piece, at === 0 ? args : "");
    for (const copy of copies) set(copy, args);
  }
}

function speaks(delta: Delta): boolean {
  switch (delta.kind) {
    case "start":
    case "usage":
    case "tool.name":
    case "tool.args":
    case "signature":
    case "logprobs":
      return false;
    case "tool":
      return delta.isHosted;
    default:
      return !("text" in delta) || delta.text !== "";
  }
}

const callChannel = /^\d+\/tool\/[^/]+$/;
const tooLarge = refuse("upstream_too_large");
