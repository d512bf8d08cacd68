// Owns how changes of pinned definitions are shown to people. Decides nothing.

import type { JsonValue } from "../../core/contracts/json.ts";
import type { McpLock, PinnedKind } from "../../core/contracts/mcp-spec.ts";
import type { ChangedPlace, PinChange } from "../../core/pins/diff.ts";

const words: Readonly<Record<PinnedKind, string>> = {
  tools: "tool",
  prompts: "prompt",
  resourceTemplates: "template",
};
const marks = { added: "+", removed: "-", changed: "~" } as const;

/** `lock`: as the server says it now, for what is new. */
export function printChanges(changes: readonly PinChange[], lock: McpLock): void {
  for (const { kind, name, change, places } of changes) {
    console.log(`${marks[change]} ${words[kind]} ${plain(name)}: ${change}`);
    if (change === "added") printLines("+", lock[kind].get(name)?.definition ?? {});
    for (const place of places) printPlace(place);
  }
}

function printPlace({ pointer, before, after }: ChangedPlace): void {
  console.log(`    ${plain(pointer)}`);
  if (before !== undefined) printLines("-", before);
  if (after !== undefined) printLines("+", after);
}

function printLines(mark: string, value: JsonValue): void {
  for (const line of plain(JSON.stringify(value, null, 2)).split("\n")) console.log(`      ${mark} ${line}`);
}

/** What a server says reaches a terminal: nothing that moves its cursor, hides or turns text around. */
function plain(text: string): string {
  return text.replaceAll(/[^\P{C}\n]/gu, (mark) => `\\u{${(mark.codePointAt(0) ?? 0).toString(16)}}`);
}
