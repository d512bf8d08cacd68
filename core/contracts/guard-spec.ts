// Owns what a policy says of guards and their use by agents. Knows no detector.

import type { Stage } from "./guard.ts";
import type { JsonObject } from "./json.ts";
import type { Origin } from "./origin.ts";

/** What follows from a finding. Where it cannot be done any more, the text is blocked. */
export type GuardAction =
  /** `message`: said to whoever asked, in the place of the refusal's own words. */
  | { readonly kind: "block"; readonly message: string | undefined }
  /** `placeholder`: the same value has the same one for a session, and comes back in the answer. */
  | { readonly kind: "redact"; readonly with: "marker" | "placeholder" }
  | { readonly kind: "flag" }
  /** Nothing follows what was found but `...`. */
  | { readonly kind: "truncate" }
  /** What was found is left out. */
  | { readonly kind: "strip" }
  /** Of a request: whoever speaks there speaks as `user`. */
  | { readonly kind: "demote" }
  /** The sentence it stands in is left out. */
  | { readonly kind: "filter" }
  /** The model is asked once more, with `hint` as a last word. */
  | { readonly kind: "repair"; readonly hint: string | undefined }
  /** This text is answered instead, in the client's dialect; a request is then never passed on. */
  | { readonly kind: "fallback"; readonly text: string };

export type GuardMode = "enforce" | "shadow";

export interface GuardSpec {
  readonly name: string;
  readonly origin: Origin;
  readonly detector: string;
  /** Checked by the detector's schema, its defaults filled in. */
  readonly config: JsonObject;
  readonly action: GuardAction;
  readonly mode: GuardMode;
  /** When it cannot decide. `open` passages are counted as `fail_open`. */
  readonly onFailure: "closed" | "open";
  /** Images, audio and files that nobody here can read. */
  readonly onUninspectable: "refuse" | "flag";
  /** Of a guard that needs the whole text, while it streams. */
  readonly stream: "hold" | "check-at-end" | "refuse";
  /** A block hands the exchange over to a person. */
  readonly escalates: boolean;
}

/** A guard in an agent's chain. */
export interface GuardUseSpec {
  /** The agent's own name for it. */
  readonly name: string;
  readonly origin: Origin;
  /** Of the Guard. */
  readonly guard: string;
  readonly on: readonly Stage[];
  /** Undefined: the Guard's own. */
  readonly mode: GuardMode | undefined;
  /** 0 to 1: of all exchanges, those it looks at. */
  readonly sample: number;
}
