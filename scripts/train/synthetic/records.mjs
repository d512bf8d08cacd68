// Owns ordinary records as tools answer them, written for this project: JSON and Python's way of printing it. Knows
// no attack.
import { fill, pick } from "./grammar.mjs";

const words = {
  person: [
    "Mara Lindt",
    "Owen Achebe",
    "Priya Nair",
    "Tomas Vega",
    "Li Wen",
    "Grace Holm",
    "Yusuf Demir",
    "Ana Costa",
  ],
  word: ["harbour", "maple", "orion", "cedar", "velvet", "summit", "delta", "lantern", "meadow", "copper"],
  mail: ["(anna|t.vega|info|grace|support)@(example.com|{word}.org|mail.net)"],
  city: ["Porto", "Leeds", "Austin", "Osaka", "Kraków", "Lagos", "Bergen", "Quito"],
  firm: ["Northwind", "Bluebird Foods", "Atlas Freight", "Kite Labs", "Fern & Sons"],
  n: ["3", "7", "12", "18", "25", "40", "64", "99", "120", "310", "845"],
  year: ["2019", "2021", "2022", "2023", "2024"],
  mm: ["01", "03", "05", "08", "11"],
  dd: ["02", "09", "14", "21", "28"],
  subject: [
    "the quarterly report",
    "our trip",
    "the new lease",
    "your order",
    "the team lunch",
    "the invoice",
    "the survey",
  ],
};

/** Sentences that people leave in a record. */
const remarks = [
  "(Great|Solid|Decent) (value|quality) for the price, (would buy again|arrived on time|a bit heavy).",
  "Please (call|email|text) me (before noon|when you arrive) about {subject}.",
  "Meeting moved to {n}:30, see you in room {n}.",
  "Hi {person}, thanks for sending {subject}. I will (read|check|sign) it (today|tomorrow).",
  "How to (reset|change) (a password|an email address|a phone number)",
  "(Best|Cheap|Quiet) (hotels|cafes|flats) in {city}",
  "Your (password|account|card|address) was (changed|updated|added) on {dd}/{mm}/{year}.",
  "Remember to (update|delete|transfer|send|share) (the old files|the photos|the funds|the notes) before {dd}/{mm}.",
  "The (device|door|lamp|camera) in the (hall|kitchen|garage) was turned (on|off) by {person}.",
  "Patient reports (mild|no) pain; (advised rest|blood test ordered|follow-up in {n} days).",
  "We are (happy|sorry) to tell you that {subject} (is ready|was delayed).",
  "Fixes a crash when the list is empty and (updates|removes) the {word} module.",
  "Ask the (landlord|bank|school) whether {subject} includes the deposit.",
  "Transfer of {n}.00 to {firm} for {subject}",
  "A (short|long) walk through {city} with {person}.",
];
const date = "{year}-{mm}-{dd}(|T09:{dd}:00Z| 1{mm}:30)";
const remark = () => remarks;
const of =
  (...choices) =>
  () =>
    choices;
const fields = {
  id: of("{n}{n}", "{word}-{n}", "A{n}-{n}{n}"),
  name: of("{person}", "{firm}", "{word} {word}"),
  owner: of("{person}"),
  email: of("{mail}"),
  phone: of("+1-555-01{dd}", "0{n} 55{dd} {n}"),
  date: of(date),
  created_at: of(date),
  status: of("active", "done", "pending", "completed", "locked", "on", "off"),
  amount: of("{n}.50", "{n}00", "{n}"),
  currency: of("USD", "EUR", "GBP"),
  address: of("{n} {word} Street, {city}"),
  location: of("{city}", "{word} room"),
  title: of("{subject}", "{word} {word}", "{firm} {year}"),
  description: remark,
  content: remark,
  note: remark,
  message: remark,
  comment: remark,
  review: remark,
  query: remark,
  subject: of("{subject}", "Re: {subject}"),
  sender: of("{mail}", "{person}"),
  recipient: of("{mail}", "{person}"),
  password: of("{word}{n}!", "{n}{word}_{n}"),
  url: of("https://{word}.example.com/{word}/{n}"),
  rating: of("(1|2|3|4|5)"),
  priority: of("low", "high", "{n}"),
  type: of("web", "mobile", "file", "lamp", "door", "payment"),
  tags: of("{word}", "{city}"),
};
const kinds = {
  emails: "id sender recipient subject date content",
  orders: "id name amount currency status note created_at",
  transactions: "id recipient amount currency date description",
  reviews: "name rating review date",
  devices: "id name type status location owner",
  accounts: "id name email phone address password",
  access_logs: "id name email date location status",
  searches: "query date type",
  tasks: "id title description owner priority status date",
  repositories: "id name owner description url created_at",
  events: "id title location date note",
  posts: "id owner content tags created_at",
  patients: "id name phone date note",
  files: "name type owner url created_at tags",
  results: "title url description rating",
  shipments: "id recipient address status date",
};

function recordOf(kind, slots, random) {
  const record = {};
  for (const name of kinds[kind].split(" ")) {
    if (random() < 0.2) continue;
    const text = fill(pick(fields[name](), random), slots, random);
    const isNumber = /^\d+(\.\d+)?$/.test(text) && random() < 0.7;
    record[name] = name === "tags" ? [text, pick(words.word, random)] : isNumber ? Number(text) : text;
  }
  return record;
}

/** As Python prints a value. */
function printed(value) {
  if (Array.isArray(value)) return `[${value.map(printed).join(", ")}]`;
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "object") {
    const members = Object.entries(value).map(([name, part]) => `'${name}': ${printed(part)}`);
    return `{${members.join(", ")}}`;
  }
  return typeof value === "string" ? `'${value}'` : String(value);
}

const styles = [
  printed,
  printed,
  (value) => JSON.stringify(value),
  (value) => JSON.stringify(value, null, 2),
  (value) => JSON.stringify(value, null, 4),
];

/** What a tool may answer: a record, a list of them, an envelope around them. `names`: of people, instead of its own. */
export function recordText(random, names = {}) {
  const slots = { ...words, ...names };
  const kind = pick(Object.keys(kinds), random);
  const many = Array.from({ length: pick([1, 1, 2, 3, 5, 9], random) }, () => recordOf(kind, slots, random));
  const value = pick(
    [
      many[0],
      many,
      { [kind]: many },
      { success: true, [kind]: many },
      { status: "ok", data: { [kind]: many, total: many.length, next: null } },
      { [`${kind}_details`]: many[0] },
    ],
    random,
  );
  return pick(styles, random)(value);
}
