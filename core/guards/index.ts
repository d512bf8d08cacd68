// Owns the list of detectors: one line each. Knows nothing of how each one finds.

import type { Detector } from "../contracts/guard.ts";
import { patternsDetector } from "./patterns.ts";
import { piiDetector } from "./pii.ts";
import { remoteDetector } from "./remote.ts";
import { secretsDetector } from "./secrets.ts";

const all: readonly Detector[] = [patternsDetector, piiDetector, remoteDetector, secretsDetector];

export const detectors: Readonly<Record<string, Detector>> = Object.fromEntries(
  all.map((detector) => [detector.name, detector]),
);
