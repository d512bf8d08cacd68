// Owns the paths of home directories: they name the person an account belongs to. Knows no other path.

import { found, type Known, type Look, pending } from "./candidate.ts";
import { charsets, endOf, isAlnum } from "./characters.ts";

/** What the directories of all users are called, where macOS, Linux and Windows have them. */
export const homeMarks = ["/Users/", "/home/", "\\Users\\", "¥Users¥"] as const;

const nameMin = 3;
const nameMax = 32;
const nobody: ReadonlySet<string> = new Set(
  "shared public default guest user username you your yourname name runner runneradmin vscode node ubuntu"
    .concat(" app")
    .split(" "),
);

/** A file that stands where a user's directory would. */
const file = /\.(?:py|m?js|ts|sh|php|html?|css|txt|md|json|ya?ml|csv|log|pdf|png|jpe?g)$/i;

/** What `homeMarks` are looked for on behalf of. */
export const homeTypes = ["home_directory", "home_path"] as const;

/** Whether a text has any of them; a scanner that is not asked to read it finds no home directory. */
export const mayHoldHome = (text: string): boolean =>
  text.includes("/home/") || (text.includes("Users") && homeMarks.some((mark) => text.includes(mark)));

/**
 * `at`: where the mark begins. By itself it says whose account it is: `home_directory`. Where it goes
 * on, the path is
 * about a file, and agents that write code say such paths all the time: `home_path`.
 */
export function lookAtHome({ text, to, isEnd }: Known, at: number): Look {
  const separator = text.charAt(at);
  const start = text.indexOf(separator, at + 1) + 1;
  const end = endOf(text, start, { to: Math.min(to, start + nameMax + 1), set: charsets.z ?? 0 });
  if (end >= to && !isEnd && end - start <= nameMax) return pending(at);
  const name = text.slice(start, end).replace(/\.+$/, "");
  if (name.length < nameMin || name.length > nameMax || nobody.has(name.toLowerCase())) return undefined;
  if (file.test(name) || isInAddress(text, at)) return undefined;
  const next = end < to ? text.charAt(end) : "";
  const type = next === separator || next === "/" || next === "\\" ? "home_path" : "home_directory";
  return found(type, { start: at, end: start + name.length }, 0.5);
}

/** `https://example.com/products/home/garden-4711` is nobody's directory. */
function isInAddress(text: string, at: number): boolean {
  return text.startsWith("/home/", at) && at > 0 && isAlnum(text.charCodeAt(at - 1));
}
