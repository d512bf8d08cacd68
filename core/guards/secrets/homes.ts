// Owns the paths of home directories: they name the person an account belongs to. Knows no other path.

import { found, type Known, type Look, pending } from "./candidate.ts";
import { charsets, endOf } from "./characters.ts";

/** What the directories of all users are called, where macOS, Linux and Windows have them. */
export const homeMarks = ["/Users/", "/home/", "\\Users\\", "¥Users¥"] as const;

const nameMin = 3;
const nameMax = 32;
const nobody: ReadonlySet<string> = new Set(
  "shared public default guest user username you your yourname name runner runneradmin vscode node ubuntu"
    .concat(" app")
    .split(" "),
);

/** `at`: where the mark begins. Off by default: agents that write code say such paths all the time. */
export function lookAtHome({ text, to, isEnd }: Known, at: number): Look {
  const start = text.indexOf(text.charAt(at), at + 1) + 1;
  const end = endOf(text, start, { to: Math.min(to, start + nameMax + 1), set: charsets.z ?? 0 });
  if (end >= to && !isEnd && end - start <= nameMax) return pending(at);
  const name = text.slice(start, end).replace(/\.+$/, "");
  if (name.length < nameMin || name.length > nameMax || nobody.has(name.toLowerCase())) return undefined;
  return found("home_directory", { start: at, end: start + name.length }, 0.5);
}
