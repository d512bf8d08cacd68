// Owns the proof of which messages are angry enough, and which are not. Knows no signal.

import { describe, expect, it } from "vitest";
import { sentimentOf } from "../../../../core/filters/escalation/sentiment.ts";
import { wordsOf } from "../../../../core/filters/escalation/words.ts";

const mood = (text: string) => sentimentOf(wordsOf(text));

describe("a message below -0.7", () => {
  it.each([
    "This is terrible, I hate your service!",
    "Absolutely unacceptable. You people are useless and incompetent.",
    "I'm furious. This is the worst company I have ever dealt with.",
    "You stole my money, you liars! This is fraud!",
    "what a fucking joke, this shit never works",
    "Das ist eine Unverschämtheit, einfach furchtbar! Ich bin wütend.",
    "C'est inadmissible, un service honteux et nul",
    "Es una vergüenza, un servicio pésimo y horrible",
  ])("%s", (text) => expect(mood(text)).toBeLessThan(-0.7));
});

describe("a message that is not", () => {
  it.each([
    "My order is late, can you check it?",
    "I have a problem with my invoice.",
    "There is an error in line 3 of my code and it fails, what is wrong?",
    "Unfortunately the package was damaged, please send a new one. Thank you!",
    "This is not bad at all",
    "Thanks, that was great!",
    "What is the weather like?",
    "",
  ])("%s", (text) => expect(mood(text)).toBeGreaterThan(-0.7));

  it("a long report of a bad thing", () => {
    const sentence =
      "The court heard how the fraud was found by auditors in spring, when the accounts were read. ";
    const report = sentence.repeat(15);
    expect(mood(`Please summarise the following news story for me. ${report}`)).toBeGreaterThan(-0.7);
  });
});

it("is turned by a negation, made stronger and weaker by the words before", () => {
  expect(mood("I am not happy")).toBeLessThan(0);
  expect(mood("I am happy")).toBeGreaterThan(0);
  expect(mood("very bad")).toBeLessThan(mood("bad"));
  expect(mood("slightly bad")).toBeGreaterThan(mood("bad"));
  expect(mood("bad!!!")).toBeLessThan(mood("bad"));
  expect(mood("bad".repeat(100_000))).toBe(0);
});

it("is never beyond 1 either way", () => {
  expect(mood("worst horrible terrible ".repeat(60))).toBeGreaterThanOrEqual(-1);
  expect(mood("great wonderful ".repeat(60))).toBeLessThanOrEqual(1);
});
