// Owns hiding what a stream says of its usage from clients that have not asked for it. Knows no vendor.

import type { Attempt, AttemptFilter } from "../contracts/exchange.ts";

/** `asks`: whether the attempt's target is asked for usage on the client's behalf. */
export function streamUsageFilter(asks: (attempt: Attempt) => boolean): AttemptFilter {
  return {
    name: "stream-usage",
    open: (attempt) => {
      const { call, route } = attempt.exchange;
      const { streamUsage } = route.dialect;
      if (call === undefined || streamUsage?.ask(call) === undefined || !asks(attempt)) return undefined;
      return { kind: "visit", mayEdit: true, frame: (frame) => (streamUsage.isExtra(frame) ? [] : frame) };
    },
  };
}
