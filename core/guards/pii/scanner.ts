// Owns the walk over one text: signs that may belong to personal data, what each of them turns out to be, and
// how far nothing can change any more. Knows no kind of personal data.

import type { Finding, Scan, Scanner } from "../../contracts/guard.ts";
import { AtSigns } from "./at-signs.ts";
import { Groups, groupUnitsMax, isInRow } from "./groups.ts";
import { HeldText } from "./held-text.ts";
import type { Match, Sight, Verdict } from "./match.ts";
import { Nearby, type WordList } from "./nearby.ts";
import { openStart } from "./open-end.ts";
import { isAlnum, isAsciiLetter, isDigit } from "./signs.ts";

/** A rule that sees the groups from some place on. */
export type GroupRule = (sight: Sight) => Verdict;
/** A rule that sees the sign in its midst. */
export type SignRule = (sight: Sight, at: number) => Verdict;

export interface Rules {
  /** All are asked, until one is certain; the highest score counts, the first of equal ones. */
  readonly groups: readonly GroupRule[];
  /** Of the address that a number may be a part of. */
  readonly atSign: SignRule | undefined;
  readonly signs: ReadonlyMap<string, SignRule>;
  /** Of capital letters, where they are triggers. */
  readonly capital: SignRule | undefined;
  /** Whether the rules want to see the smallest numbers as well. */
  readonly areAllNumbers: boolean;
  /** Runs of digits, and the signs that have a rule. */
  readonly triggers: RegExp;
  readonly words: WordList;
  readonly scoreMin: number;
  /** Whether what is told has a sign or digits, and is told for what it is or a word near it says. */
  readonly isPlain: boolean;
  /** Whether the few digits at a group may begin or follow the day of a date. */
  readonly mayBeDate: ((sight: Sight) => boolean) | undefined;
  /** Units before the end of a text in which a match may have begun unseen. */
  readonly openUnits: number;
  /** Whole words before the last one, of such a match. */
  readonly openWords: number;
  /** What the settings say is nobody's. */
  isAllowed(match: Match, text: string): boolean;
}

const certain = 0.9;
/** Words and edges before a candidate are read from what was settled. */
const keptUnits = 112;
/** The library's checks take some ten microseconds each: so many in a stretch of text. */
const checksMax = 16;
const stretchUnits = 1024;
/** Fewer digits, with nothing joined to them, are no candidate. */
const digitsMin = 5;
const codeUnitsMin = 6;
const leadUnitsMax = 2;
/** In the midst of a row of so short numbers nothing begins. */
const rowUnitsMax = 2;
/** Longer texts are taken in pieces: what is remembered of them is bounded. */
const pieceUnits = 16_384;

export class PiiScanner implements Scanner, Sight {
  readonly groups = new Groups();
  readonly atSigns = new AtSigns();
  readonly nearby: Nearby;
  isLast = false;
  floor = 0;
  private readonly held = new HeldText();
  private readonly rules: Rules;
  /** All before it is settled. This one and `ended` count from the start of the folded text. */
  private cursor = 0;
  private ended = 0;
  /** Places of signs to look at, in order. */
  private triggers: number[] = [];
  private decided = 0;
  private stretch = 0;
  private checks = 0;

  constructor(rules: Rules) {
    this.rules = rules;
    this.nearby = new Nearby(rules.words);
  }

  get text(): string {
    return this.held.text;
  }

  get base(): number {
    return this.held.base;
  }

  takeCheck(): boolean {
    this.checks++;
    return this.checks <= checksMax;
  }

  push(text: string): Scan {
    const findings: Finding[] = [];
    for (let at = 0; at < text.length; at += pieceUnits) this.take(text.slice(at, at + pieceUnits), findings);
    return { findings, decided: this.decided };
  }

  end(): readonly Finding[] {
    const findings: Finding[] = [];
    this.isLast = true;
    const known = this.held.text.length;
    this.held.end();
    this.settle(known, findings);
    return findings;
  }

  /** From now on it is about the whole of this text, as `HeldText` folds it, and only `finds` is asked. */
  view(text: string): void {
    this.held.hold(text);
    this.isLast = true;
    this.floor = 0;
    this.checks = 0;
    this.nearby.forget();
    this.nearby.see(text, 0, this);
    this.groups.forget();
    this.atSigns.forget();
  }

  /** Whether something is found at a digit, or at another sign; true where that is not decided. */
  finds(at: number): boolean {
    this.cursor = 0;
    const verdict = this.judge(at);
    if (this.checks > checksMax || verdict === "wait") return true;
    return verdict !== undefined && verdict.score >= this.rules.scoreMin;
  }

  private take(piece: string, findings: Finding[]): void {
    this.settle(this.held.push(piece), findings);
    const { held } = this;
    const open = this.firstOpen();
    this.decided = Math.max(this.decided, held.startOf(open));
    held.drop(open - keptUnits);
  }

  /** Where a match may still begin. */
  private firstOpen(): number {
    const { held, rules } = this;
    const [waiting] = this.triggers;
    const end = waiting === undefined ? held.text.length : waiting - held.base;
    return openStart(held.text, end, {
      floor: this.ended - held.base,
      units: rules.openUnits,
      words: rules.openWords,
    });
  }

  private settle(from: number, findings: Finding[]): void {
    const { held, rules, triggers } = this;
    const { text, base } = held;
    this.nearby.see(text, base, this);
    this.groups.forget();
    this.atSigns.forget();
    rules.triggers.lastIndex = from;
    while (rules.triggers.test(text)) triggers.push(base + rules.triggers.lastIndex - 1);
    let done = 0;
    for (; done < triggers.length; done++) {
      const trigger = triggers[done] ?? 0;
      if (trigger < this.cursor) continue;
      this.floor = Math.max(0, this.ended - base);
      if (this.look(trigger - base, findings) === "wait") break;
    }
    this.triggers = done === 0 ? triggers : triggers.slice(done);
  }

  /** At the last digit of a run or at another sign. */
  private look(at: number, findings: Finding[]): "wait" | undefined {
    const { text, base } = this.held;
    const stretch = Math.floor((base + at) / stretchUnits);
    if (stretch !== this.stretch) this.checks = 0;
    this.stretch = stretch;
    const { checks } = this;
    const verdict = this.judge(at);
    if (verdict === "wait") {
      this.checks = checks;
      return "wait";
    }
    if (!isDigit(text.charCodeAt(at))) this.cursor = base + at + 1;
    if (verdict !== undefined && verdict.score >= this.rules.scoreMin) this.tell(verdict, findings);
    return undefined;
  }

  private judge(at: number): Verdict {
    const sign = this.held.text.charAt(at);
    if (isDigit(sign.charCodeAt(0))) return this.lookAtNumber(at);
    return (this.rules.signs.get(sign) ?? this.rules.capital)?.(this, at);
  }

  private tell(match: Match, findings: Finding[]): void {
    const { held, rules } = this;
    this.ended = held.base + match.end;
    this.cursor = this.ended;
    if (rules.isAllowed(match, held.text.slice(match.start, match.end))) return;
    const { type, score, method } = match;
    findings.push({ type, start: held.startOf(match.start), end: held.endOf(match.end - 1), score, method });
  }

  private lookAtNumber(at: number): Verdict {
    const { text, base } = this.held;
    let last = at;
    while (isDigit(text.charCodeAt(last + 1))) last++;
    const settled = Math.max(0, this.cursor - base, at - groupUnitsMax);
    let start = at;
    while (start > settled && isAlnum(text.charCodeAt(start - 1))) start--;
    if (isAlnum(text.charCodeAt(start - 1))) return this.skipRun(last);
    if (!this.rules.areAllNumbers && isPlainNumber(text, start, last + 1)) {
      this.cursor = base + last + 1;
      return undefined;
    }
    // A line's end as programs write it: `\n415 555 0132`.
    if (text[start - 1] === "\\" && "nrt".includes(text.charAt(start))) start++;
    const address = this.rules.atSign?.(this, last);
    if (address !== undefined) return address;
    const led = this.askFromLead(start);
    if (led !== undefined) return led;
    this.groups.read(text, start, this);
    if (this.groups.isLong) return this.skipRun(last);
    const { isOpen } = this.groups;
    const end = base + this.groups.endOf(0);
    const isSettled = !isOpen && (this.isTrifle() || isInRow(text, this.groups, rowUnitsMax));
    const verdict = isSettled ? undefined : this.askRules();
    if (verdict === "wait" || (verdict === undefined && isOpen)) return "wait";
    this.cursor = end;
    return verdict;
  }

  /** One or two letters before the number may be a part of it. */
  private askFromLead(start: number): Verdict {
    const lead = this.leadBefore(start);
    if (lead === undefined) return undefined;
    this.groups.read(this.text, lead, this);
    const verdict = this.groups.digits < digitsMin ? undefined : this.askRules();
    return verdict === "wait" || (verdict?.score ?? 0) >= this.rules.scoreMin ? verdict : undefined;
  }

  /** A year, a page, a price. */
  private isTrifle(): boolean {
    const { groups, text, rules } = this;
    const end = groups.endOf(0);
    if (groups.digits >= digitsMin || rules.areAllNumbers) return false;
    if (groups.gapOf(1) === "." && groups.count > 3) return false;
    if (groups.gapOf(1).includes(":") && !isTime(groups)) return false;
    const next = text[end];
    if (next === ":" || end - groups.startOf(0) >= codeUnitsMin) return false;
    return rules.mayBeDate?.(this) !== true;
  }

  private skipRun(at: number): undefined {
    const { text, base } = this.held;
    let end = at;
    while (end < text.length && isAlnum(text.charCodeAt(end))) end++;
    this.cursor = base + end;
  }

  private leadBefore(start: number): number | undefined {
    const { text } = this;
    if (!" -.".includes(text.charAt(start - 1))) return undefined;
    const end = start - 1;
    let lead = end;
    while (end - lead <= leadUnitsMax && lead > this.floor) {
      const code = text.charCodeAt(lead - 1);
      if (!isAlnum(code) || isDigit(code)) break;
      lead--;
    }
    const isWord = end - lead > leadUnitsMax || isAlnum(text.charCodeAt(lead - 1));
    return lead === end || isWord ? undefined : lead;
  }

  private askRules(): Verdict {
    let best: Match | undefined;
    for (const rule of this.rules.groups) {
      const verdict = rule(this);
      if (verdict === "wait") return "wait";
      if (verdict === undefined || verdict.score <= (best?.score ?? 0)) continue;
      best = verdict;
      if (best.score >= certain) return best;
    }
    return best;
  }
}

/** `12:30`, a score, a ratio: no part of an address. */
const isTime = (groups: Groups) =>
  groups.count === 2 && groups.gapOf(1) === ":" && groups.kindOf(1) === "d" && groups.lengthOf(0) <= 2;

/** Three or four digits with a blank and a word behind them, or the end of a sentence: a year, mostly. */
function isPlainNumber(text: string, start: number, end: number): boolean {
  const units = end - start;
  if (units < 3 || units > 4 || !isDigit(text.charCodeAt(start))) return false;
  const next = text.charCodeAt(end);
  const after = text.charCodeAt(end + 1);
  if (next === 0x20) return isAsciiLetter(after) && isAsciiLetter(text.charCodeAt(end + 2));
  if (next === 0x2e) return after === 0x20 && isAsciiLetter(text.charCodeAt(end + 2));
  return next === 0x2c && (after === 0x20 || after === 0x0a);
}
