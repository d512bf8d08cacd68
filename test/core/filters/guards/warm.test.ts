// Owns the proof that guards that tell at a glance have read something before they are asked, and others not.

import { setTimeout } from "node:timers/promises";
import { expect, it } from "vitest";
import type { Guard } from "../../../../core/contracts/guard.ts";
import type { GuardRule } from "../../../../core/filters/guards/rule.ts";
import { warm } from "../../../../core/filters/guards/warm.ts";

function counting(): { readonly guard: Guard; readonly count: () => number } {
  let count = 0;
  const guard: Guard = {
    scan: () => {
      count++;
      return { push: () => ({ findings: [], decided: 0 }), end: () => [] };
    },
  };
  return { guard, count: () => count };
}

const rule = (guard: Guard, code: string): GuardRule => ({ guard, code }) as unknown as GuardRule;

it("reads with who tells at a glance, once a kind, and in turns", async () => {
  const [quick, again, slow] = [counting(), counting(), counting()];
  const isClear = (): boolean => true;
  warm([rule({ ...quick.guard, isClear }, "pii_detected"), rule(slow.guard, "language_denied")]);
  warm([rule({ ...again.guard, isClear }, "pii_detected")]);
  expect(quick.count()).toBe(0);
  await expect.poll(quick.count).toBeGreaterThan(0);
  let before = 0;
  while (before !== quick.count()) {
    before = quick.count();
    await setTimeout(200);
  }
  expect([again.count(), slow.count()]).toEqual([0, 0]);
});
