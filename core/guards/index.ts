// Owns the list of detectors: one line each. Knows nothing of how each one finds.

import type { Detector } from "../contracts/guard.ts";
import { canaryDetector } from "./canary.ts";
import { contentDetector } from "./content.ts";
import { injectionDetector } from "./injection.ts";
import { languageDetector } from "./language.ts";
import { lengthDetector } from "./length.ts";
import { patternsDetector } from "./patterns.ts";
import { piiDetector } from "./pii.ts";
import { remoteDetector } from "./remote.ts";
import { rolesDetector } from "./roles.ts";
import { secretsDetector } from "./secrets.ts";
import { sizeDetector } from "./size.ts";
import { structuredDetector } from "./structured.ts";
import { urlsDetector } from "./urls.ts";

const all: readonly Detector[] = [
  canaryDetector,
  contentDetector,
  injectionDetector,
  languageDetector,
  lengthDetector,
  patternsDetector,
  piiDetector,
  remoteDetector,
  rolesDetector,
  secretsDetector,
  sizeDetector,
  structuredDetector,
  urlsDetector,
];

export const detectors: Readonly<Record<string, Detector>> = Object.fromEntries(
  all.map((detector) => [detector.name, detector]),
);
