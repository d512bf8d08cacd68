// Owns reading a text once, piece by piece, into segments: folded letters, words, concepts, marks. Knows no
// meaning of a concept.

import { none, open, readEscape } from "./escapes.ts";
import { hashStart, hashStep, keyLength, type Lexicon } from "./lexicon.ts";
import { EncodedRuns } from "./runs.ts";
import { mark, returnSegment, type Segment, segmentUnitsMax, takeSegment } from "./segment.ts";
import { TagText } from "./tag-text.ts";
import { learnUnit, unitClass, unitInfo, upperBit } from "./units.ts";
import { isHidden, runSigns, signMarks } from "./word-marks.ts";
import { type Word, WordEnds } from "./words.ts";

export interface ReaderSink {
  /** Its arrays are filled again for the next one. */
  segment(segment: Segment): void;
  /** Letters, digits and signs of an encoding without a space: twenty or more, 4,096 at most. */
  run(text: string, start: number, end: number): void;
  /** What was written in the invisible letters of Unicode's tags. */
  tags(text: string, start: number, end: number): void;
}

const wordLettersMax = 64;

export class TextReader {
  readonly #sink: ReaderSink;
  readonly #segment: Segment = takeSegment();
  readonly #words: WordEnds;
  readonly #tags = new TagText();
  #base = 0;
  #escape = "";
  #escapeStart = 0;
  #high = 0;
  readonly #word: Word = { key: 0, hash: hashStart, length: 0, scripts: 0, upper: 0, start: 0, end: 0 };
  #before: number = unitClass.newline;
  readonly #runs: EncodedRuns;

  constructor(lexicon: Lexicon, sink: ReaderSink) {
    this.#sink = sink;
    this.#words = new WordEnds(lexicon, this.#segment);
    this.#runs = new EncodedRuns((text, start, end) => sink.run(text, start, end));
  }

  /** Nothing that is told from here on begins before. */
  get pendingStart(): number {
    const half = this.#high === 0 ? this.#base : this.#base - 1;
    const word = this.#word.length > 0 ? Math.min(this.#word.start, half) : half;
    const written = this.#escape === "" ? this.#base : this.#escapeStart;
    return Math.min(
      this.#runs.startAt(this.#base),
      word,
      written,
      this.#tags.start,
      this.#words.pendingStart,
    );
  }

  /** Units read. */
  get place(): number {
    return this.#base;
  }

  /** Where the first concept of the open segment stands; Infinity where there is none. */
  get openHitStart(): number {
    let first = Number.POSITIVE_INFINITY;
    const { hitStarts, hitCount } = this.#segment;
    for (let at = 0; at < hitCount; at++) first = Math.min(first, hitStarts[at] as number);
    return first;
  }

  get segmentStart(): number {
    return this.#segment.start;
  }

  push(text: string) {
    let at = 0;
    while (at < text.length) {
      if (this.#escape === "") {
        at = this.#readPlain(text, at);
        if (at >= text.length) break;
      }
      const start = this.#base + at;
      const unit = text.charCodeAt(at);
      this.#step(unit, start, start + 1);
      if (runSigns[unit] === 0) this.#runs.end(text, at, this.#base);
      at++;
    }
    this.#runs.keep(text, this.#base);
    this.#base += text.length;
  }

  end() {
    const rest = this.#escape;
    this.#escape = "";
    for (let at = 0; at < rest.length; at++) {
      this.#feed(rest.charCodeAt(at), this.#escapeStart + at, this.#escapeStart + at + 1);
    }
    this.#runs.end("", 0, this.#base);
    this.#endWord();
    this.#words.flush();
    this.#tellTags();
    this.#cut(this.#base);
    returnSegment(this.#segment);
  }

  /** Words with one space behind each, to the first other unit. Most of a text is read here. */
  #readPlain(text: string, from: number): number {
    let at = from;
    for (;;) {
      at = this.#readLetters(text, at);
      if (at >= text.length || text.charCodeAt(at) !== 0x20) return at;
      if (this.#word.length === 0 || this.#tags.isOpen) return at;
      this.#endWord();
      this.#words.space();
      this.#before = unitClass.space;
      if (this.#segment.addSpace()) this.#cut(this.#base + at + 1);
      this.#runs.end(text, at, this.#base);
      at++;
    }
  }

  /** The hot loop: plain letters and digits, to the first unit that is neither. */
  #readLetters(text: string, from: number): number {
    const segment = this.#segment;
    const word = this.#word;
    const units = segment.units;
    let count = segment.unitCount;
    let length = word.length;
    const room = Math.min(wordLettersMax - length, segmentUnitsMax - count);
    const stop = Math.min(text.length, from + room);
    let hash = word.hash;
    let scripts = word.scripts;
    let upper = 0;
    let at = from;
    for (; at < stop; at++) {
      const unit = text.charCodeAt(at);
      const info = (unitInfo[unit] as number) || learnUnit(unit);
      const kind = (info >>> 16) & 15;
      if (kind !== unitClass.letter && kind !== unitClass.digit) break;
      units[count++] = info;
      hash = hashStep(hash, info & 0xffff);
      if (++length === keyLength) word.key = hash;
      scripts |= info >>> 20;
      upper += (info & upperBit) >>> 25;
    }
    if (at === from) return at;
    if (word.length === 0) word.start = this.#base + from;
    word.end = this.#base + at;
    segment.unitCount = count;
    word.hash = hash;
    word.length = length;
    word.scripts = scripts & 31;
    word.upper += upper;
    this.#before = unitClass.letter;
    if (length >= wordLettersMax || count >= segmentUnitsMax) this.#splitWord(this.#base + at);
    return at;
  }

  #splitWord(end: number) {
    this.#endWord();
    if (this.#segment.unitCount >= segmentUnitsMax) this.#cut(end);
  }

  #cut(end: number) {
    this.#words.keep();
    this.#segment.end = end;
    this.#sink.segment(this.#segment);
    this.#segment.clear(end);
  }

  #tellTags() {
    this.#tags.flush((text, start, end) => this.#sink.tags(text, start, end));
  }

  /** One unit as it was written: it may be part of an escape. */
  #step(unit: number, start: number, end: number) {
    if (this.#escape === "") {
      if (this.#kindOf(unit) === unitClass.escape) this.#openEscape(unit, start);
      else this.#feed(unit, start, end);
      return;
    }
    const written = this.#escape + String.fromCharCode(unit);
    const read = readEscape(written);
    if (read === open) {
      this.#escape = written;
      return;
    }
    this.#escape = "";
    if (read !== none) {
      this.#segment.count(mark.escape);
      if (this.#kindOf(read) === unitClass.escape) this.#openEscape(read, this.#escapeStart);
      else this.#feed(read, this.#escapeStart, end);
      return;
    }
    const from = this.#escapeStart;
    this.#feed(written.charCodeAt(0), from, from + 1);
    for (let at = 1; at < written.length; at++) {
      const place = end - written.length + at;
      this.#step(written.charCodeAt(at), place, place + 1);
    }
  }

  #openEscape(unit: number, start: number) {
    this.#escape = String.fromCharCode(unit);
    this.#escapeStart = start;
  }

  #kindOf(unit: number): number {
    return (((unitInfo[unit] as number) || learnUnit(unit)) >>> 16) & 15;
  }

  /** One unit as it is meant. */
  #feed(unit: number, start: number, end: number) {
    const info = (unitInfo[unit] as number) || learnUnit(unit);
    const kind = (info >>> 16) & 15;
    if (kind === unitClass.surrogate) {
      this.#feedSurrogate(unit, start, end);
      return;
    }
    this.#high = 0;
    if (kind === unitClass.ignored) {
      if (isHidden(unit)) this.#segment.count(mark.hidden);
      return;
    }
    if (this.#tags.isOpen) this.#tellTags();
    if (kind === unitClass.letter || kind === unitClass.digit || kind === unitClass.run) {
      this.#addLetter(info, start, end);
    } else if (kind === unitClass.apostrophe && this.#word.length > 0) {
      this.#segment.count(mark.quote);
    } else {
      this.#addSign(unit, kind, end);
    }
    this.#before = kind;
  }

  #feedSurrogate(unit: number, start: number, end: number) {
    if (unit < 0xdc00) {
      this.#high = unit;
      return;
    }
    const code = this.#high === 0 ? unit : 0x10000 + ((this.#high - 0xd800) << 10) + (unit - 0xdc00);
    this.#high = 0;
    if (this.#tags.take(code, start - 1)) {
      if (this.#tags.isFull) this.#tellTags();
      this.#segment.count(mark.tagged);
      return;
    }
    const isRegional = code >= 0x1f1e6 && code <= 0x1f1ff;
    const plain = isRegional
      ? code - 0x1f1e6 + 0x61
      : String.fromCodePoint(code).normalize("NFKC").charCodeAt(0);
    const isSurrogate = plain >= 0xd800 && plain <= 0xdfff;
    if (isSurrogate) this.#addSign(0xfffd, unitClass.other, end);
    else this.#feed(plain, start - 1, end);
  }

  #addLetter(info: number, start: number, end: number) {
    const segment = this.#segment;
    const word = this.#word;
    if (word.length >= wordLettersMax) this.#endWord();
    if (segment.unitCount >= segmentUnitsMax) {
      this.#endWord();
      this.#cut(start);
    }
    if (word.length === 0) word.start = start;
    segment.units[segment.unitCount++] = info;
    word.hash = hashStep(word.hash, info & 0xffff);
    if (++word.length === keyLength) word.key = word.hash;
    word.scripts |= (info >>> 20) & 31;
    word.upper += (info & upperBit) >>> 25;
    word.end = end;
  }

  #addSign(unit: number, kind: number, end: number) {
    const segment = this.#segment;
    this.#endWord();
    this.#words.sign(unit, end);
    const isBlank = kind === unitClass.space || kind === unitClass.newline;
    if (kind === unitClass.newline) segment.count(mark.newline);
    if (kind === unitClass.stop) segment.count(mark.stop);
    if (!isBlank) segment.count(signMarks[unit] as number);
    segment.addSign(isBlank ? (kind === unitClass.newline ? 0x0a : 0x20) : unit);
    if (segment.isFinished(unit, kind, this.#before)) this.#cut(end);
  }

  #endWord() {
    const word = this.#word;
    if (word.length === 0) return;
    if (word.length < keyLength) word.key = word.hash;
    this.#words.end(word);
    word.hash = hashStart;
    word.length = 0;
    word.scripts = 0;
    word.upper = 0;
  }
}
