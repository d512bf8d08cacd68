// Owns the log lines of the demo's programs, kept to be looked at and waited for. Knows no scene.

import type { LogStream } from "../../core/telemetry/log.ts";

export interface LogLine {
  readonly program: string;
  readonly event: string;
  readonly route?: string;
  readonly agent_id?: string;
  readonly status?: string;
  readonly http_status?: number;
  readonly error_type?: string;
  readonly task_id?: string;
  readonly trace_id?: string;
  readonly caller?: string;
  readonly duration_ms?: number;
  readonly cost_usd?: number;
  /** Of a `guard.finding`. */
  readonly guard?: string;
  readonly stage?: string;
  readonly type?: string;
}

const linesMax = 10_000;
const waitMsMax = 5_000;

export class LogLines implements LogStream {
  readonly #lines: LogLine[] = [];
  #onLine: ((line: LogLine) => void) | undefined = undefined;
  #look: () => void = () => {};

  write(text: string): void {
    const line = JSON.parse(text) as LogLine;
    this.#lines.push(line);
    if (this.#lines.length > linesMax) this.#lines.shift();
    this.#look();
    this.#onLine?.(line);
  }

  /** Of all lines from now on. */
  follow(onLine: (line: LogLine) => void): void {
    this.#onLine = onLine;
  }

  find(fits: (line: LogLine) => boolean): readonly LogLine[] {
    return this.#lines.filter(fits);
  }

  /** A line is written when all is settled: maybe after the client has its answer. One wait at a time. */
  async waitFor(count: number, fits: (line: LogLine) => boolean): Promise<readonly LogLine[]> {
    return new Promise((resolve) => {
      const settle = (): void => {
        clearTimeout(late);
        this.#look = () => {};
        resolve(this.find(fits));
      };
      const late = setTimeout(settle, waitMsMax);
      this.#look = () => {
        if (this.find(fits).length >= count) settle();
      };
      this.#look();
    });
  }
}
