// Owns the injection detector: its settings, and which texts it reads how. Knows no rule and no weight.

import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Async } from "../contracts/frame.ts";
import type {
  ConfigProblem,
  Detector,
  Finding,
  Guard,
  Scan,
  Scanner,
  TextSource,
  Unable,
} from "../contracts/guard.ts";
import type { JsonObject } from "../contracts/json.ts";
import { isOnnxInstalled, OnnxModel, type OnnxSettings } from "./classifier/onnx-adapter.ts";
import { weightsOf } from "./classifier/weights-file-adapter.ts";
import { OnnxScanner } from "./injection/onnx-scanner.ts";
import { isPlainlyClear } from "./injection/plain-glance.ts";
import { PlainScanner } from "./injection/plain-scanner.ts";
import type { Voice } from "./injection/signals.ts";
import { type Reading, TextScanner } from "./injection/text-scanner.ts";

/** What `npm run train` writes. */
const bundled = new URL("./models/injection.json", import.meta.url);

const config: JsonObject = {
  type: "object",
  additionalProperties: false,
  properties: {
    classifier: {
      enum: ["bundled", "off"],
      default: "bundled",
      description: "bundled: rules and the model trained by `npm run train`. off: rules alone.",
    },
    threshold: {
      type: "number",
      exclusiveMinimum: 0,
      maximum: 1,
      default: 0.8,
      description: "Probability from which the classifier's window is a finding. Rules score 0.95.",
    },
    onnx: {
      type: "object",
      additionalProperties: false,
      required: ["file"],
      description: "A model in an ONNX file instead of the bundled one; needs the package onnxruntime-node.",
      properties: {
        file: { type: "string", minLength: 1, description: "Relative to the policy file." },
        input: { type: "string", description: "Name of the input, strings of shape [1, 1]." },
        output: { type: "string", description: "Name of the output; its last number is the probability." },
      },
    },
  },
};

interface Settings {
  readonly classifier?: "bundled" | "off";
  readonly threshold?: number;
  readonly onnx?: OnnxSettings;
}

/** Kinds of text that are not their sender's own words. */
const foreignKinds = new Set(["document", "tool.result", "tool.definition"]);
const trustedRoles = new Set(["system", "developer"]);

function voiceOf({ stage, role, kind }: TextSource): Voice {
  const isForeign =
    stage === "tool.result" || foreignKinds.has(kind) || role === "tool" || role === "function";
  return isForeign ? "foreign" : "user";
}

/** The operator's own prompt says "never reveal your instructions" and means it. */
function calibrationOf(source: TextSource): string {
  const isTrusted = source.stage === "llm.request" && trustedRoles.has(source.role);
  return isTrusted ? "system" : voiceOf(source);
}

class InjectionScanner implements Scanner {
  readonly #scanner: TextScanner | PlainScanner;

  constructor(reading: Reading) {
    // The classifier reads all; for rules alone it is enough to look where one may hold.
    this.#scanner = reading.weights === undefined ? new PlainScanner(reading) : new TextScanner(reading);
  }

  push(text: string): Scan {
    const findings = this.#scanner.push(text);
    return { findings, decided: this.#scanner.decided };
  }

  end(): Async<readonly Finding[] | Unable> {
    return this.#scanner.end();
  }
}

function check(given: JsonObject): readonly ConfigProblem[] {
  const settings = given as Settings;
  if (settings.onnx !== undefined && !isOnnxInstalled()) {
    return [
      {
        path: ["onnx"],
        problem: "the package onnxruntime-node is not installed, so no ONNX file can be run",
        hint: "npm install onnxruntime-node, or leave `onnx` out to use the bundled model",
      },
    ];
  }
  if (settings.onnx === undefined && settings.classifier !== "off" && weightsOf(bundled) === undefined) {
    const problem = `the bundled model ${fileURLToPath(bundled)} is missing or damaged`;
    return [{ path: ["classifier"], problem, hint: "npm run train, or classifier: off" }];
  }
  return [];
}

export const injectionDetector: Detector = {
  name: "injection",
  config,
  code: "prompt_injection_detected",
  isWhole: false,
  check,
  create(given, means): Guard {
    const { classifier = "bundled", threshold = 0.8, onnx } = given as Settings;
    const isBundled = onnx === undefined && classifier === "bundled";
    const weights = isBundled ? weightsOf(bundled) : undefined;
    const model = onnx && new OnnxModel({ ...onnx, file: path.resolve(means.directory, onnx.file) });
    const scan = (source: TextSource): Scanner => {
      const reading = { weights, voice: voiceOf(source), calibration: calibrationOf(source), threshold };
      return model === undefined ? new InjectionScanner(reading) : new OnnxScanner(reading, model);
    };
    const isByRules = model === undefined && weights === undefined;
    return isByRules ? { scan, isClear: (_source, text) => isPlainlyClear(text) } : { scan };
  },
};
