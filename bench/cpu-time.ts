// Owns what the kernel says a process has computed so far, seen from outside. Linux only; knows no contender.

import { readdirSync, readFileSync } from "node:fs";

/** The kernel's clock tick, `sysconf(_SC_CLK_TCK)`: 100 Hz on every Linux that runs Node. */
const tickNs = 10_000_000;

/** Nanoseconds of CPU, user and system, of all live threads; 10 ms steps where there is no schedstat. */
export function readCpuNs(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  let totalNs = 0;
  for (const id of readdirSync(tasks)) totalNs += parseSchedstat(readIfThere(`${tasks}/${id}/schedstat`));
  return totalNs > 0 ? totalNs : parseStat(readFileSync(`/proc/${pid}/stat`, "utf8"));
}

/** proc(5): time on the CPU in nanoseconds, time waited for it, slices. */
export function parseSchedstat(text: string): number {
  return Number(/^\d+/.exec(text)?.[0] ?? 0);
}

/** proc(5): fields 14 and 15, counted from the end of the name, which may hold anything. */
export function parseStat(text: string): number {
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * tickNs;
}

/** A thread may end between the listing and the reading. */
function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
