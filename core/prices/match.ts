// Owns whether a model's name is one that an entry of the price table means. Knows no price.

/** One of these, as genai-prices has them; letters of either case are the same. */
export type ModelMatch =
  | { readonly equals: string }
  | { readonly starts_with: string }
  | { readonly ends_with: string }
  | { readonly contains: string }
  | { readonly regex: string }
  | { readonly or: readonly ModelMatch[] }
  | { readonly and: readonly ModelMatch[] };

export function isMatch(match: ModelMatch, model: string): boolean {
  const name = model.toLowerCase();
  if ("equals" in match) return name === match.equals.toLowerCase();
  if ("starts_with" in match) return name.startsWith(match.starts_with.toLowerCase());
  if ("ends_with" in match) return name.endsWith(match.ends_with.toLowerCase());
  if ("contains" in match) return name.includes(match.contains.toLowerCase());
  if ("regex" in match) return new RegExp(match.regex).test(name);
  if ("or" in match) return match.or.some((one) => isMatch(one, name));
  return match.and.every((one) => isMatch(one, name));
}
