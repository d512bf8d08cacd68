// Owns where a secret is read from. Reads none.

/** Where a secret or a key is read from; `path` is absolute. The value itself is never in a policy. */
export type SecretSource =
  | { readonly kind: "env"; readonly name: string }
  | { readonly kind: "file"; readonly path: string };
