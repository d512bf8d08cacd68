// Owns the proof that a host and port have one spelling. Resolves nothing.

import { describe, expect, it } from "vitest";
import { printAuthority, readAuthority } from "../../../core/text/authority.ts";

describe("one spelling", () => {
  it.each([
    ["api.github.com:443", "api.github.com:443"],
    ["API.GitHub.com:443", "api.github.com:443"],
    ["xn--bcher-kva.example:80", "xn--bcher-kva.example:80"],
    ["my_service.default:8080", "my_service.default:8080"],
    ["10.0.0.7:80", "10.0.0.7:80"],
    ["[2606:4700::1111]:443", "[2606:4700::1111]:443"],
    ["3com.example:80", "3com.example:80"],
  ])("%s", (text, printed) => {
    const authority = readAuthority(text);
    expect(authority && printAuthority(authority)).toBe(printed);
  });

  it("a port may be understood", () => {
    expect(readAuthority("a.test", 80)).toEqual({ host: "a.test", port: 80, isAddress: false });
    expect(readAuthority("a.test")).toBeUndefined();
  });
});

it.each([
  "0x7f.1:80",
  "2130706433:80",
  "0177.0.0.1:80",
  "127.1:80",
  "127.0.0.1.:80",
  "0x7f000001:80",
  "1.2.3.4.5:80",
  "[::ffff:127.0.0.1]:80",
  "[::ffff:7f00:1]:80",
  "[0:0:0:0:0:0:0:1]:80",
  "[::1%lo]:80",
  "::1:80",
  "[127.0.0.1]:80",
  "a.test.:80",
  ".a.test:80",
  "a..test:80",
  "-a.test:80",
  "a-.test:80",
  "b\u00fccher.test:80",
  "a\uff0etest:80",
  "a%2etest:80",
  "user@a.test:80",
  "a.test:0",
  "a.test:080",
  "a.test:65536",
  "a.test:80:80",
  "a.test:",
  ":80",
  "a b:80",
  "a.test:80/",
  "a\\b:80",
  `${"a".repeat(64)}.test:80`,
  `${"a.".repeat(127)}test:80`,
])("not %s", (text) => {
  expect(readAuthority(text, 80)).toBeUndefined();
});

it("long hostile names take no time", () => {
  const startedAtMs = performance.now();
  for (const text of [
    `${"a".repeat(8_000)}!:80`,
    `${"a.".repeat(4_000)}!:80`,
    `${"0x".repeat(4_000)}:80`,
    `[${":".repeat(8_000)}]:80`,
  ]) {
    expect(readAuthority(text)).toBeUndefined();
  }
  expect(performance.now() - startedAtMs).toBeLessThan(200);
});
