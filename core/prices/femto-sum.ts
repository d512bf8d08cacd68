// Owns an exact sum of money: doubles while they hold it, a bigint beyond. Knows no price.

export const femtoPerNano = 1_000_000;

/** In 10^-15 dollars, which a token at so many nano-dollars a million is a whole number of. */
export class FemtoSum {
  #small = 0;
  #large: bigint | undefined = undefined;

  /** Both are safe integers, neither is negative. */
  add(count: number, femtoUsdEach: number): void {
    const sum = this.#small + count * femtoUsdEach;
    if (Number.isSafeInteger(sum)) this.#small = sum;
    else this.#large = (this.#large ?? 0n) + BigInt(count) * BigInt(femtoUsdEach);
  }

  get femtoUsd(): bigint {
    return BigInt(this.#small) + (this.#large ?? 0n);
  }

  /** Rounded up. */
  get nanoUsd(): number {
    if (this.#large !== undefined) return Number((this.femtoUsd + 999_999n) / 1_000_000n);
    const over = this.#small % femtoPerNano;
    return (this.#small - over) / femtoPerNano + (over > 0 ? 1 : 0);
  }
}
