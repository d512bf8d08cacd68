// Owns the monotonic clock as a value that tests replace. Knows no calendar: windows run by the store.

/** Monotonic milliseconds with fractions, from any fixed point; only differences mean something. */
export type Clock = () => number;

/** Counts from the program's start, so OpenTelemetry takes the figure as a span's time. */
export const monotonicClock: Clock = () => performance.now();
