// Owns how much a URL tells the host it leads to: text or data in its query, path, fragment or the names
// below the host. Knows no policy.

import { changesOf, spreadOf, wordShare } from "../../text/randomness.ts";

/** A segment of a path is data only where nobody would write it so. */
const drawnMin = 16;
const labelMin = 16;
const restMax = 4;

/** The length of the longest thing it tells; many short ones count together. */
export function payloadOf(url: URL): number {
  const values = [...url.searchParams].flat();
  const longest = Math.max(0, ...values.map(({ length }) => length));
  const bare = url.search.length > 1 && !url.search.includes("=") ? url.search.length - 1 : 0;
  const all = Math.floor(url.search.length / restMax);
  const fragment = measure(decode(url.hash.slice(1)));
  const path = Math.max(0, ...url.pathname.split("/").map((segment) => measure(decode(segment))));
  const user = url.username.length + url.password.length;
  return Math.max(longest, bare, all, fragment, path, labelsOf(url.hostname), user);
}

/** Names below the host, as far as they are drawn by lot. */
function labelsOf(host: string): number {
  const labels = host.split(".").slice(0, -2);
  return labels.filter((label) => label.length >= labelMin && isDrawn(label)).join("").length;
}

/** A text with spaces, or what is drawn by lot, counts; names, titles and numbers do not. */
function measure(segment: string): number {
  const name = segment.replace(/\.[a-z0-9]{1,5}$/i, "");
  const spaces = name.split(/[\s+]+/).length - 1;
  return spaces >= 3 || isDrawn(name) ? name.length : 0;
}

function isDrawn(text: string): boolean {
  if (text.length < drawnMin) return false;
  const { variety, entropy } = spreadOf(text);
  return variety >= 8 && entropy >= 3 && changesOf(text) >= 3 && wordShare(text) < 0.5;
}

/** Escapes that are none stay. */
function decode(text: string): string {
  return text.includes("%")
    ? (new URLSearchParams(`a=${text.replaceAll("&", "%26")}`).get("a") ?? text)
    : text;
}
