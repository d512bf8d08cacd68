// Owns asking for a stream's usage where the client does not, and knowing the chunk that then comes. Knows no
// policy.

import type { Call, JsonValue, StreamUsage } from "../../contracts/dialect.ts";
import type { Frame } from "../../contracts/frame.ts";
import { isObject } from "../../text/json.ts";

const asked: readonly [string, JsonValue] = ["/stream_options/include_usage", true];

/** The extra chunk has no choices, and nothing in it but the usage. */
const noChoices = /"choices"\s*:\s*\[\s*\]/;

export const streamUsage: StreamUsage = {
  ask({ isStream, value }: Pick<Call, "isStream" | "value">) {
    if (!isStream || !isObject(value)) return undefined;
    const { stream_options: options } = value;
    return isObject(options) && options.include_usage === true ? undefined : asked;
  },
  isExtra({ deltas, bytes }: Frame) {
    return deltas.length === 1 && deltas[0]?.kind === "usage" && noChoices.test(bytes.toString());
  },
};
