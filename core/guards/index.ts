// Owns the list of detectors: one line each. Knows nothing of how each one finds.

import type { Detector } from "../contracts/guard.ts";
import { injectionDetector } from "./injection.ts";
import { patternsDetector } from "./patterns.ts";
import { piiDetector } from "./pii.ts";
import { remoteDetector } from "./remote.ts";
import { secretsDetector } from "./secrets.ts";
import { urlsDetector } from "./urls.ts";

const all: readonly Detector[] = [
  injectionDetector,
  patternsDetector,
  piiDetector,
  remoteDetector,
  secretsDetector,
  urlsDetector,
];

export const detectors: Readonly<Record<string, Detector>> = Object.fromEntries(
  all.map((detector) => [detector.name, detector]),
);
