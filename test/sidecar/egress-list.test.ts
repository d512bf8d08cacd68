// Owns the proof of which entry a host falls under. Dials nothing.

import { expect, it } from "vitest";
import type { EgressRuleSpec } from "../../core/contracts/egress-spec.ts";
import { toEgressRule } from "../../core/policy/normalise/egress.ts";
import { egressDefaults } from "../../core/policy/schema/egress.ts";
import { readAuthority } from "../../core/text/authority.ts";
import { EgressList } from "../../sidecar/egress-list.ts";

const origin = { file: "a.yaml", line: 1 };
const rule = (name: string): EgressRuleSpec => toEgressRule({ name, origin }, egressDefaults);
const names = [
  "a.test:443",
  "*.a.test:443",
  "*.b.a.test:443",
  "*.a.test:80",
  "93.184.216.34:80",
  "[2606:4700::1]:80",
];
const list = new EgressList(names.map(rule));

it.each([
  ["a.test:443", "a.test:443"],
  ["A.TEST:443", "a.test:443"],
  ["x.a.test:443", "*.a.test:443"],
  ["y.x.a.test:443", "*.a.test:443"],
  ["b.a.test:443", "*.a.test:443"],
  ["x.b.a.test:443", "*.b.a.test:443"],
  ["x.a.test:80", "*.a.test:80"],
  ["93.184.216.34:80", "93.184.216.34:80"],
  ["[2606:4700::1]:80", "[2606:4700::1]:80"],
  ["a.test:80", undefined],
  ["xa.test:443", undefined],
  ["a.test.evil:443", undefined],
  ["test:443", undefined],
  ["93.184.216.35:80", undefined],
  ["93.184.216.34:443", undefined],
])("%s: %s", (text, name) => {
  const authority = readAuthority(text);
  expect(authority && list.find(authority)?.name).toBe(name);
});
