// Owns putting the registry of tools into a filter: who may register what, who is told. Keeps nothing itself.

import type { Filter } from "../contracts/exchange.ts";
import type { Policy } from "../contracts/policy.ts";
import { registryFilter } from "../filters/registry.ts";
import { canonicalHash } from "../pins/canonical-adapter.ts";
import type { Equipment } from "./host.ts";

/** Undefined: no caller may register a tool. */
export function registryOf(
  { callers }: Policy,
  { store, log }: Pick<Equipment, "store" | "log">,
): Filter | undefined {
  const registrants = [...callers.values()].filter((caller) => caller.registers.length > 0);
  if (registrants.length === 0) return undefined;
  return registryFilter({
    registry: store.tools,
    registers: new Map(registrants.map(({ name, registers }) => [name, new Set(registers)])),
    hashOf: canonicalHash,
    onEvent: ({ id, by, definition: { name, version, endpoint } }, what) =>
      log.toolRegistered({
        registration_id: id,
        tool_name: name,
        tool_version: version,
        caller: by,
        endpoint: new URL(endpoint).origin,
        what,
      }),
  });
}
