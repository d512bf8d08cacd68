// Owns the proof of when a full budget that others draw on may be asked again. Knows no store but memory.

import { describe, expect, it, vi } from "vitest";
import type { Counters } from "../../../../core/contracts/store.ts";
import { Movement } from "../../../../core/filters/budgets/movement.ts";
import { MemoryStore } from "../../../../core/stores/memory.ts";
import { sampleBudgets } from "./sample-budgets.ts";

describe("a full budget that other processes draw on", () => {
  it("may be retried while others use of it, and is final once nothing moves any more", async () => {
    vi.useFakeTimers();
    const store: Counters = Object.assign(new MemoryStore(), { isShared: true });
    const spec = { amount: 500, window: { kind: "life", of: "session" } } as const;
    const elsewhere = sampleBudgets([spec], { store });
    const here = sampleBudgets([spec], { store });
    await elsewhere.open({ outputTokensMax: 100 });
    const codeOf = async () => (await here.open({ outputTokensMax: 100 })).refusal?.code;
    expect(await codeOf()).toBe("budget_reserved");
    vi.advanceTimersByTime(1_900);
    expect(await codeOf()).toBe("budget_reserved");
    vi.advanceTimersByTime(100);
    expect(await codeOf()).toBe("budget_exceeded");
    vi.useRealTimers();
  });

  it("moves as long as what is used of it changes", () => {
    const movement = new Movement();
    expect(movement.isMoving("a", 10, 0)).toBe(true);
    expect(movement.isMoving("a", 11, 1_999)).toBe(true);
    expect(movement.isMoving("a", 11, 3_998)).toBe(true);
    expect(movement.isMoving("a", 11, 3_999)).toBe(false);
    expect(movement.isMoving("b", 11, 3_999)).toBe(true);
  });
});
