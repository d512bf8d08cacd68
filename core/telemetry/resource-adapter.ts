// Owns the reading of OTEL_RESOURCE_ATTRIBUTES. Knows no SDK.

/** `key=value,…`, values percent-encoded. As the specification says, one bad pair spoils the list. */
export function readAttributes(written: string): Record<string, string> {
  try {
    const pairs = written.split(",").filter((pair) => pair.includes("="));
    return Object.fromEntries(
      pairs.map((pair) => pair.split("=", 2).map((part) => decodeURIComponent(part.trim()))),
    );
  } catch {
    return {};
  }
}
