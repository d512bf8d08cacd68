// Owns the types of the functions that are used of semver, which brings none. Knows no policy.

declare module "semver" {
  /** The latest of the versions in the range; null: there is none. */
  export function maxSatisfying(versions: readonly string[], range: string): string | null;
  /** The latest first. */
  export function rcompare(a: string, b: string): number;
  export function rsort(versions: readonly string[]): readonly string[];
  export function satisfies(version: string, range: string): boolean;
  /** Null: it is none. */
  export function valid(version: string): string | null;
  /** Null: it is none. */
  export function validRange(range: string): string | null;
}
