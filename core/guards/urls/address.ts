// Owns what a URL leads to once it is read as browsers read it, and which hosts a policy means. Knows no
// text.

/** What relative addresses are resolved against: whatever stays there leads nowhere else. */
const here = "https://relative.invalid/";
const hereHost = "relative.invalid";

export interface Address {
  /** Without the colon; small letters. */
  readonly scheme: string;
  /** In ASCII, small letters, no final dot; IPv4 in four numbers. Empty: it has none. */
  readonly host: string;
  readonly isIp: boolean;
  readonly url: URL;
}

/**
 * Undefined: it is none, or stays where it is. Tabs, line ends and backslashes are as browsers have them.
 */
export function readAddress(text: string): Address | undefined {
  const url = URL.parse(text.trim(), here);
  if (url === null || url.hostname === hereHost) return undefined;
  const host = url.hostname.replace(/\.$/, "");
  const isIp = host.startsWith("[") || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host);
  return { scheme: url.protocol.slice(0, -1), host, isIp, url };
}

export type HostTest = (host: string) => boolean;

/** `example.com` is itself, `*.example.com` all below it, `*` all. */
export function hostTest(patterns: readonly string[]): HostTest {
  const exact = new Set<string>();
  const below: string[] = [];
  for (const pattern of patterns) {
    const isBelow = pattern.startsWith("*.");
    const host = hostOf(isBelow ? pattern.slice(2) : pattern);
    if (pattern === "*") below.push("");
    else if (host !== undefined && isBelow) below.push(`.${host}`);
    else if (host !== undefined) exact.add(host);
  }
  return (host) => exact.has(host) || below.some((end) => host.endsWith(end));
}

/** As a URL says it; undefined: it is no host. */
export function hostOf(name: string): string | undefined {
  if (/[/?#@\\\s]/.test(name)) return undefined;
  const url = URL.parse(`https://${name}/`);
  return url === null || url.port !== "" ? undefined : url.hostname.replace(/\.$/, "");
}
