// Owns a server that is a child process: its start, its lines in and out, its end. Knows no message, and
// never says what it prints.

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import { LineCutter } from "../../text/lines.ts";
import type { OpenPeer, Peer, PeerEvents } from "./peer.ts";

export interface ChildOptions {
  readonly command: readonly string[];
  /** All of it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly lineBytesMax: number;
  onEnd(end: ChildEnd): void;
}

/** Never what was printed: how much. */
export interface ChildEnd {
  readonly code: number | undefined;
  readonly signal: string | undefined;
  /** It was told to end. */
  readonly isAsked: boolean;
  readonly livedMs: number;
  readonly stderrLines: number;
  readonly stderrBytes: number;
}

/** Written and not yet taken by it. */
const pendingBytesMax = 16 * 1024 * 1024;
const afterStdinMs = 1_000;
const afterTermMs = 1_000;
const lineFeed = Buffer.from("\n");

export function childPeer(options: ChildOptions): OpenPeer {
  return (events) => {
    const [program = "", ...args] = options.command;
    try {
      // A group of its own: what it starts ends with it.
      const child = spawn(program, args, { env: { ...options.environment }, stdio: "pipe", detached: true });
      return new Child(child, events, options);
    } catch {
      return refuse("upstream_unreachable");
    }
  };
}

class Child implements Peer {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #events: PeerEvents;
  readonly #options: ChildOptions;
  readonly #startedAtMs = performance.now();
  readonly #lines: LineCutter;
  readonly #stderr = { lines: 0, bytes: 0 };
  readonly #gone: Promise<void>;
  #onGone: () => void = () => {};
  #isAsked = false;
  #hasEnded = false;
  #hasTold = false;

  constructor(child: ChildProcessWithoutNullStreams, events: PeerEvents, options: ChildOptions) {
    this.#child = child;
    this.#events = events;
    this.#options = options;
    this.#lines = new LineCutter(options.lineBytesMax);
    this.#gone = new Promise((resolve) => {
      this.#onGone = resolve;
    });
    child.stdout.on("data", (chunk: Buffer) => this.#read(chunk));
    child.stderr.on("data", (chunk: Buffer) => this.#countStderr(chunk));
    // A pipe that breaks is told by the process's end.
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on("error", () => {});
    child.on("error", () => this.#end(refuse("upstream_unreachable"), undefined, undefined));
    child.on("close", (code, signal) => this.#end(refuse("upstream_unreachable"), code, signal));
  }

  send(message: Buffer): Refusal | undefined {
    const { stdin } = this.#child;
    if (this.#hasEnded || stdin.destroyed) return refuse("upstream_unreachable");
    if (stdin.writableLength + message.length > pendingBytesMax)
      return refuse("overloaded", { retryAfterS: 1 });
    stdin.write(Buffer.concat([message, lineFeed]));
    return undefined;
  }

  /** As MCP ends one: its input closes, then it is told to, then it has to. */
  close(): Promise<void> {
    if (!this.#isAsked && !this.#hasEnded) {
      this.#child.stdin.end();
      const steps = [
        setTimeout(() => this.#kill("SIGTERM"), afterStdinMs),
        setTimeout(() => this.#kill("SIGKILL"), afterStdinMs + afterTermMs),
      ];
      void this.#gone.then(() => steps.forEach(clearTimeout));
    }
    this.#isAsked = true;
    return this.#gone;
  }

  #read(chunk: Buffer): void {
    if (this.#isAsked) return;
    const lines = this.#lines.push(chunk);
    if ("kind" in lines) {
      this.#fail(lines);
      return;
    }
    for (const line of lines) {
      if (this.#isAsked) return;
      this.#events.message(line);
    }
  }

  /** What it does from here on is nobody's answer. */
  #fail(because: Refusal): void {
    this.#tell(because);
    this.#kill("SIGKILL");
  }

  #countStderr(chunk: Buffer): void {
    this.#stderr.bytes += chunk.length;
    for (const byte of chunk) if (byte === 0x0a) this.#stderr.lines += 1;
  }

  #kill(signal: "SIGTERM" | "SIGKILL"): void {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    try {
      process.kill(-pid, signal);
    } catch {
      this.#child.kill(signal);
    }
  }

  #end(because: Refusal, code: number | null | undefined, signal: string | null | undefined): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#onGone();
    this.#tell(because);
    this.#options.onEnd({
      code: code ?? undefined,
      signal: signal ?? undefined,
      isAsked: this.#isAsked,
      livedMs: performance.now() - this.#startedAtMs,
      stderrLines: this.#stderr.lines,
      stderrBytes: this.#stderr.bytes,
    });
  }

  #tell(because: Refusal): void {
    if (this.#hasTold) return;
    this.#hasTold = true;
    this.#events.ended(because);
  }
}
