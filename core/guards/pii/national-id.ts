// Owns finding identifiers of persons: by written form, then words near it, then check. Knows no country.

import { compact, FormTable, patternOfForm } from "./form.ts";
import { leftEdge, rightEdge } from "./groups.ts";
import { type IdRule, isSlow, type Strength } from "./ids/rule.ts";
import { faint, type Match, type Sight, type Verdict } from "./match.ts";
import type { Telling } from "./nearby.ts";
import { kind } from "./words.ts";

/** What a rule's form and check count for without a word near them, and with one. */
const scores: Readonly<Record<Strength, { readonly alone: number; readonly named: number }>> = {
  sure: { alone: 0.6, named: 0.95 },
  likely: { alone: 0.4, named: 0.9 },
  weak: { alone: faint, named: 0.85 },
  bare: { alone: 0.1, named: 0.7 },
};

/** A `likely` one whose country the settings name. */
const expected = 0.5;

interface Entry {
  readonly rule: IdRule;
  /** Undefined: digits alone, which their number says already. */
  readonly form: RegExp | undefined;
  readonly alone: number;
  readonly named: number;
}

export interface IdSettings {
  readonly rules: readonly IdRule[];
  /** Whether the settings name countries, and these are theirs. */
  readonly areExpected: boolean;
  readonly scoreMin: number;
}

export function nationalId({ rules, areExpected, scoreMin }: IdSettings): (sight: Sight) => Verdict {
  const table = new FormTable<Entry>();
  for (const known of rules) {
    // Bare digits that the settings expect are named by general words as well.
    const rule = areExpected && known.kinds === 0 ? { ...known, kinds: kind.identity } : known;
    const { named } = scores[rule.strength];
    const alone = areExpected && rule.strength === "likely" ? expected : scores[rule.strength].alone;
    for (const form of rule.forms) {
      table.add(form, { rule, form: /[A#]/.test(form) ? patternOfForm(form) : undefined, alone, named });
    }
  }
  return (sight) => {
    for (let count = table.reach(sight.groups); count > 0; count--) {
      const entries = table.get(sight.groups, count);
      const verdict = entries === undefined ? undefined : judge(sight, count, { entries, scoreMin });
      if (verdict !== undefined) return verdict;
    }
    return undefined;
  };
}

interface Known {
  readonly entries: readonly Entry[];
  readonly scoreMin: number;
}

function judge(sight: Sight, count: number, { entries, scoreMin }: Known): Verdict {
  const { text, groups } = sight;
  if (groups.isOpen && count >= groups.count - 1) return "wait";
  const start = groups.startOf(0);
  const end = endOf(sight, count);
  const right = rightEdge(text, end, sight);
  if (right === "wait") return "wait";
  const left = leftEdge(text, start);
  if (left === "tied" || right === "tied") return undefined;
  const signs = compact(text, groups, 0, count);
  const isSmall = text.slice(start, end) !== text.slice(start, end).toUpperCase();
  const limit = left === "named" || right === "named" ? faint : 1;
  const candidate = new Candidate(sight, signs, { entries, isSmall, limit, scoreMin });
  const best = candidate.best(sight.nearby.before(start));
  if (best !== undefined && best.score >= scores.sure.alone) return asMatch(best, start, end);
  const after = sight.nearby.after(end);
  if (after.isWait) return candidate.isHopeless() ? undefined : "wait";
  const named = after.kinds === 0 && after.rules.length === 0 ? best : (candidate.best(after) ?? best);
  return named === undefined ? undefined : asMatch(named, start, end);
}

/** With the parenthesis that its last group opened. */
function endOf({ text, groups }: Sight, count: number): number {
  const end = groups.endOf(count - 1);
  return count > 1 && groups.gapOf(count - 1) === "(" && text[end] === ")" ? end + 1 : end;
}

interface Terms extends Known {
  /** It has letters in lower case. */
  readonly isSmall: boolean;
  /** No score without a word is higher. */
  readonly limit: number;
}

interface Scored {
  readonly score: number;
  readonly isChecked: boolean;
}

/** One number and the rules whose form it has; each is checked once. */
class Candidate {
  private readonly sight: Sight;
  private readonly signs: string;
  private readonly terms: Terms;
  private readonly checked = new Map<IdRule, boolean>();

  constructor(sight: Sight, signs: string, terms: Terms) {
    this.sight = sight;
    this.signs = signs;
    this.terms = terms;
  }

  best(telling: Telling): Scored | undefined {
    const { entries, isSmall, limit, scoreMin } = this.terms;
    let best: Scored | undefined;
    for (const { rule, form, alone, named } of entries) {
      const isNamed =
        (telling.kinds & rule.kinds) !== 0 || telling.rules.some((names) => names.has(rule.name));
      const score = isNamed ? named : isSmall && rule.isUpperCase === true ? 0 : Math.min(limit, alone);
      if (score <= (best?.score ?? 0) || score < scoreMin) continue;
      if (this.passes(rule, form)) best = { score, isChecked: rule.check !== undefined };
    }
    return best;
  }

  /** Whatever words follow, it is none of them. */
  isHopeless(): boolean {
    return this.terms.entries.every(
      ({ rule, form }) => !this.hasForm(rule, form) || this.checked.get(rule) === false,
    );
  }

  private hasForm({ pattern }: IdRule, form: RegExp | undefined): boolean {
    return form?.test(this.signs) !== false && pattern?.test(this.signs) !== false;
  }

  private passes(rule: IdRule, form: RegExp | undefined): boolean {
    if (!this.hasForm(rule, form)) return false;
    const known = this.checked.get(rule) ?? this.isChecked(rule);
    this.checked.set(rule, known);
    return known;
  }

  /** Where no more checks by the library are to be had, the form is what counts. */
  private isChecked({ check }: IdRule): boolean {
    if (check === undefined || (isSlow(check) && !this.sight.takeCheck())) return true;
    return check(this.signs);
  }
}

const asMatch = ({ score, isChecked }: Scored, start: number, end: number): Match => ({
  type: "national_id",
  start,
  end,
  score,
  method: isChecked ? "checksum" : "pattern",
});
