// Owns where an upstream is and how long it may take. Resolves nothing.

/** A URL the operator declared: http or https, no credentials, no query, never a metadata address. */
export interface Endpoint {
  /** `https://host[:port]`, the default port left out. */
  readonly origin: string;
  /** As in a URL, so IPv6 stands in brackets. */
  readonly hostname: string;
  readonly port: number;
  readonly isTls: boolean;
  /** Goes before the request's own path; empty or `/base`, no slash at the end. */
  readonly basePath: string;
}

/** All positive and at most 24 hours. */
export interface ProviderTimeouts {
  readonly connectMs: number;
  readonly firstByteMs: number;
  readonly idleMs: number;
  readonly totalMs: number;
}
