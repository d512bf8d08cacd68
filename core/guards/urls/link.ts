// Owns what a place in a text says about a URL. Knows no markup.

export interface Link {
  /** What is told: the URL; of an image all that makes it one. */
  readonly start: number;
  readonly end: number;
  /** More than one where readers differ on where it ends. */
  readonly targets: readonly string[];
  /** A browser fetches it without being asked. */
  readonly isImage: boolean;
}

export interface Read {
  readonly kind: "read";
  readonly links: readonly Link[];
  /** Where reading goes on. */
  readonly next: number;
}

/** It depends on what follows. */
export interface Open {
  readonly kind: "open";
  /** It stays so as long as none of these comes. */
  readonly waits: RegExp;
}

export const open = (waits: RegExp): Open => ({ kind: "open", waits });

export interface Known {
  readonly text: string;
  readonly isEnd: boolean;
}
