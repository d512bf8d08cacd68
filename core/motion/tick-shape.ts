// Owns the shape of Node's queued ticks, kept alive for as long as the process runs. Knows no exchange.

import { executionAsyncResource } from "node:async_hooks";

/**
 * `process.nextTick` makes an object with computed keys. Where none of them is alive in a full collection,
 * V8 forgets their shape, meets another one at the next tick, and from then on builds each of them the slow
 * way: five times the cost of a tick, which is a fifth of the CPU of a proxied request (docs/performance.md).
 * One that stays keeps the shape.
 */
export const tickShape: { kept: object | undefined } = { kept: undefined };

process.nextTick(() => {
  tickShape.kept = executionAsyncResource();
});
