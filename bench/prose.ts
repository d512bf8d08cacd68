// Owns prose as agents and people write it, no two texts the same: names, dates, amounts, addresses of pages.
// Nobody's personal data and no secrets stand in it, unless they are asked for. Knows no request.

import type { Random } from "../mock/prose.ts";

const list = (text: string): readonly string[] => text.split("|");

const fillings: Readonly<Record<string, readonly string[]>> = {
  first: list("Anna|James|Priya|Chen|Fatima|Oluwaseun|Marta|Dmitri|Yuki|Carlos|Léa|Søren|Ingrid|Tariq|Emily"),
  last: list(
    "Novak|O'Brien|Patel|Wei|Haddad|Adeyemi|Kowalska|Petrov|Tanaka|García|Dubois|Jensen|Müller|Reed",
  ),
  firm: list(
    "Northwind|Contoso|Harbour Freight Ltd|Blue Fjord AS|Acme GmbH|Lumen & Sons|Kestrel Labs|Oakline",
  ),
  city: list("Lisbon|Rotterdam|São Paulo|Austin|Kraków|Nairobi|Osaka|Montréal|Leeds|Zürich|Tallinn|Pune"),
  month: list("January|February|March|April|May|June|July|August|September|October|November|December"),
  weekday: list("Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"),
  thing: list(
    "invoice|shipment|pull request|contract|dashboard|migration|refund|data set|release|audit|backup",
  ),
  part: list(
    "billing service|login page|search index|export job|checkout|message queue|mobile app|night batch",
  ),
  did: list("reviewed|postponed|approved|sent back|rewrote|measured|closed|archived|compared|signed off"),
  how: list("slow|incomplete|fine|late|twice as large|unclear|ready|blocked|out of date|hard to reproduce"),
  site: list(
    "docs.example.com|www.iso.org|status.kestrel-labs.io|github.com|en.wikipedia.org|intranet.acme.de",
  ),
  topic: list(
    "onboarding|retry-policy|q3-report|rate_limits|getting-started|api/v2/orders|issues|wiki/Release",
  ),
  code: list("retryCount += 1|SELECT id FROM orders|npm run build|await fetch(url)|git rebase -i|x = y ?? 0"),
  unit: list("ms|MB|GB|km|kg|%|rows|hours|pages|seats|EUR|USD"),
};

/** In braces: one of the fillings above, or a number. */
const plain: readonly string[] = [
  "I'd rather not: it's {how}, isn't it?",
  "Nobody on the team knows why the {part} is {how}, but {first} thinks that the cache is to blame.",
  "If the {thing} is {how}, tell the customer what happens next, and never promise more than we can keep.",
  "The new {part} should feel familiar to anyone who has used the old one, even where a step is gone.",
  "Could you write a short, friendly reply that explains why the {thing} was {did}?",
  "Most of it can wait; what can't is the {thing}, since the people in {city} need it to go on.",
  "My first idea was to split the {part} in two, so that one half could fail without the other.",
  "Thanks! That helped: the {thing} is {how} now, and the {part} has been quiet all morning.",
  "Summarise what {firm} wants from us in three sentences, and leave out everything about the {thing}.",
];

/**
 * So large a part of sentences is plain: some 30 numbers come to stand in 4 KB. In public prompts there are
 * 10 to 25, in documents too, and more in what tools give back.
 */
const plainShare = 0.7;

const numbered: readonly string[] = [
  "{first} {last} {did} the {thing} on {d} {month} 20{yy} and asked whether it was {how}.",
  "The {part} was {how} again: {n} requests took more than {n} {unit}.",
  "Please compare ticket #{n} with the notes at https://{site}/{topic}/{n} before you answer.",
  "On {weekday}, 20{yy}-{mm}-{dd}, {firm} in {city} moved {n} {unit} to the new {part}.",
  "We paid {n}.{yy} {unit} for the {thing}; the rest ({d} %) is due in {month}.",
  "What would you change about the {thing} if it had to be {how} by {hh}:{dd} on {weekday}?",
  "Version {d}.{d}.{n} fixes it, see {site}/{topic}?page={d}&sort=asc#section-{d} for the details.",
  '"It is {how}," said {first}, "and nobody has {did} it since {weekday}."',
  "Then call `{code}` in the {part} and tell me what it prints.",
  "\n\n## {month}: the {part}\n\n",
  "\n- {first} {did} {d} of {n} files ({how})\n- the {thing} is {how}\n",
  "In {city} the {part} handles about {n},{n3} orders a day, {d} of them by phone.",
  "Rule {d}: answer in plain words, quote the {thing} you rely on, and say so where something is {how}.",
  "However, the {thing} that {first} {last} {did} last {month} still names {firm} as its owner.",
  "\n| {thing} | {n} | {d}.{yy} {unit} | {how} |\n",
  "{first} can't open order {n}-{n3}; the error is E{n}: {thing} not found ({hh}:{dd} UTC).",
  "For {firm} the {part} is worth {n} {unit} more than in {month} 20{yy}, as {last} writes.",
];

/** Of typography beyond Latin-1: V8 keeps such a text in another form. */
const typographic = "For example, {firm}’s {thing} — the one from {city} — was {how} for {d} days…";
const typographicShare = 1 / 200;

const personal: readonly string[] = [
  "You can reach {first} at {user}{n}@kestrel-mail.com.",
  "Her number is +44 20 7946 0{n3}, after {hh}:{dd}.",
  "The server at 203.0.113.{d} belongs to {first} {last}.",
];

/** Sentences until there are `units` of them; the last one is cut. */
export function writeProse(random: Random, units: number): string {
  let text = "";
  while (text.length < units) text += `${fill(pickSentence(random), random)} `;
  return text.slice(0, units);
}

/** A sentence with somebody's address or number. */
export function writePersonal(random: Random): string {
  return `${fill(pick(personal, random), random)} `;
}

function pickSentence(random: Random): string {
  if (random() < typographicShare) return typographic;
  return pick(random() < plainShare ? plain : numbered, random);
}

function fill(sentence: string, random: Random): string {
  return sentence.replace(/\{([a-z0-9]+)\}/g, (_, name: string) => {
    const words = fillings[name];
    return words === undefined ? numberOf(name, random) : pick(words, random);
  });
}

function numberOf(name: string, random: Random): string {
  const below = (most: number): number => Math.floor(random() * most);
  const two = (value: number): string => String(value).padStart(2, "0");
  switch (name) {
    case "d":
      return String(1 + below(28));
    case "dd":
      return two(1 + below(28));
    case "hh":
      return two(below(24));
    case "mm":
      return two(1 + below(12));
    case "yy":
      return two(10 + below(16));
    case "n3":
      return String(100 + below(900));
    case "user":
      return below(36 ** 6).toString(36);
    default:
      return String(2 + below(5_000));
  }
}

function pick(words: readonly string[], random: Random): string {
  return words[Math.floor(random() * words.length)] ?? "";
}
