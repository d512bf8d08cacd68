// Owns the detector of canaries: words put into a system prompt that no answer may hold, however disguised.
// Knows no prompt.

import type { ConfigProblem, Detector, Finding, Scan, Scanner } from "../contracts/guard.ts";
import type { JsonObject, JsonValue } from "../contracts/json.ts";
import { Automaton } from "../text/automaton.ts";
import { symbolCount, symbolOf } from "./canary/folded.ts";
import { type Form, formsOf } from "./canary/forms.ts";

const config: JsonObject = {
  type: "object",
  additionalProperties: false,
  required: ["tokens"],
  properties: {
    tokens: {
      type: "array",
      minItems: 1,
      maxItems: 100,
      items: { type: "string", minLength: 8, maxLength: 256 },
      description:
        "Words of the system prompt that stand nowhere else. Case, spaces and signs do not matter.",
    },
  },
};

/** So many characters in a row may be left out between two letters. */
const gapMax = 16;

const tokensOf = (value: JsonValue | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];

function check({ tokens }: JsonObject): readonly ConfigProblem[] {
  return tokensOf(tokens).flatMap((token, at) => {
    if (formsOf(token).length > 0) return [];
    const hint = "make it of at least 8 Latin letters and digits, drawn by lot";
    return [{ path: ["tokens", at], problem: "has too few letters and digits to be told from others", hint }];
  });
}

interface Forms {
  readonly automaton: Automaton;
  readonly forms: readonly Form[];
  readonly longest: number;
}

class CanaryScanner implements Scanner {
  readonly #forms: Forms;
  #state = 0;
  #pushed = 0;
  /** Where the last letters stood, as many as a form has, in a ring; and how many there were. */
  readonly #places: Float64Array;
  readonly #mask: number;
  #count = 0;
  #gap = 0;
  /** The first half of a character whose second has not come. */
  #half = 0;
  #told = 0;

  constructor(forms: Forms) {
    this.#forms = forms;
    const size = 2 ** Math.ceil(Math.log2(forms.longest));
    this.#places = new Float64Array(size);
    this.#mask = size - 1;
  }

  push(text: string): Scan {
    const findings: Finding[] = [];
    const { automaton } = this.#forms;
    let [state, gap, count] = [this.#state, this.#gap, this.#count];
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      const isSecond = this.#half > 0 && unit >= 0xdc00 && unit <= 0xdfff;
      const point = isSecond ? (this.#half - 0xd800) * 0x400 + (unit - 0xdc00) + 0x10000 : unit;
      if (this.#half > 0 && !isSecond) gap += 1;
      this.#half = unit >= 0xd800 && unit <= 0xdbff ? unit : 0;
      if (this.#half > 0) continue;
      const symbol = symbolOf(point);
      if (symbol === 0) {
        gap += 1;
        if (gap > gapMax) state = 0;
        continue;
      }
      if (gap > gapMax) state = 0;
      gap = 0;
      this.#places[count & this.#mask] = this.#pushed + at - (isSecond ? 1 : 0);
      count += 1;
      state = automaton.step(state, symbol);
      if (!automaton.hasEnd(state)) continue;
      this.#count = count;
      this.#tell(state, this.#pushed + at + 1, findings);
    }
    [this.#state, this.#gap, this.#count] = [state, gap, count];
    this.#pushed += text.length;
    return { findings, decided: this.#decided() };
  }

  end(): readonly Finding[] {
    return [];
  }

  #decided(): number {
    const depth = this.#forms.automaton.depth(this.#state);
    const known = this.#pushed - (this.#half > 0 ? 1 : 0);
    return depth === 0 ? known : Math.min(known, this.#placeOf(depth));
  }

  /** Of so many letters ago. */
  #placeOf(back: number): number {
    return this.#places[(this.#count - back) & this.#mask] ?? 0;
  }

  #tell(state: number, end: number, findings: Finding[]): void {
    const { automaton, forms } = this.#forms;
    const [form] = automaton.ends(state).map((index) => forms[index]);
    if (form === undefined) return;
    const start = this.#placeOf(form.symbols.length);
    if (start < this.#told) return;
    this.#told = end;
    const score = form.isPlain ? 1 : 0.95;
    findings.push({ type: "system_prompt_leak", start, end, score, method: "pattern" });
  }
}

export const canaryDetector: Detector = {
  name: "canary",
  config,
  code: "blocked_content",
  isWhole: false,
  check,
  create(settings) {
    const forms = tokensOf(settings.tokens).flatMap(formsOf);
    const symbols = forms.map((form) => form.symbols);
    const longest = Math.max(1, ...symbols.map(({ length }) => length));
    const all = { automaton: new Automaton(symbols, symbolCount), forms, longest };
    return { scan: () => new CanaryScanner(all) };
  },
};
