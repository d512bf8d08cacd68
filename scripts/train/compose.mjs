// Owns rows made of other rows: attacks put into documents and tool results, attacks dressed up, and the addresses that
// attacks name in ordinary records. Knows no feature.
import { Buffer } from "node:buffer";
import { pick } from "./synthetic/grammar.mjs";
import { recordText } from "./synthetic/records.mjs";

/** Between two lines, two sentences, two words, or inside a string of a JSON document. */
function insert(container, payload, random) {
  const strings = [...container.matchAll(/(["'])([^"'\n]{12,})\1/g)];
  if (strings.length > 0 && random() < 0.6) {
    const { index, 0: whole, 1: quote, 2: inner } = pick(strings, random);
    const words = payload.replaceAll(/["'\n]/g, " ");
    const value = pick([words, `${inner} ${words}`, `${words} ${inner}`], random);
    return container.slice(0, index) + quote + value + quote + container.slice(index + whole.length);
  }
  const joint = pick(["\n\n", "\n", " ", "\n\n\n"], random);
  const places = [...container.matchAll(/\n+|[.!?] /g)].map(({ index, 0: sign }) => index + sign.length);
  const turn = random();
  if (turn < 0.3 || places.length === 0) return container + joint + payload;
  if (turn < 0.5) return payload + joint + container;
  const place = pick(places, random);
  return container.slice(0, place) + joint + payload + joint + container.slice(place);
}

/** Attacks and orders of a user's, put where no order belongs. */
export function embedded(rows, { count, random }) {
  const containers = rows.filter((row) => !row.isAttack && row.voice === "foreign" && row.text.length > 60);
  const strong = rows.filter(
    (row) => row.isAttack && row.text.length < 400 && row.source.startsWith("synthetic/"),
  );
  const borrowed = rows.filter((row) => row.isAttack && row.kind === "direct" && row.text.length < 300);
  const orders = rows.filter(
    (row) =>
      !row.isAttack &&
      row.voice === "user" &&
      row.kind !== "document_task" &&
      row.text.length < 160 &&
      /^[a-z]/i.test(row.text),
  );
  const of = (source, payloads, share) => {
    if (payloads.length === 0 || containers.length === 0) return [];
    const bySource = [...Map.groupBy(payloads, ({ source }) => source).values()];
    const homes = [...Map.groupBy(containers, ({ source }) => source).values()];
    return Array.from({ length: Math.round(count * share) }, () => {
      const container = pick(pick(homes, random), random).text.slice(0, 4_000);
      const text = insert(container, pick(pick(bySource, random), random).text, random);
      return {
        text,
        isAttack: true,
        label: "composed",
        source,
        kind: "composed",
        group: "composed",
        voice: "foreign",
        isOnlyForeign: source === "composed/order",
      };
    });
  };
  return [
    ...of("composed/attack", strong, 0.5),
    ...of("composed/borrowed", borrowed, 0.2),
    ...of("composed/order", orders, 0.3),
  ];
}

const dress = {
  upper: (text) => text.toUpperCase(),
  lower: (text) => text.toLowerCase(),
  spaced: (text) => [...text].join(" "),
  dotted: (text) =>
    text
      .split(" ")
      .map((word) => [...word].join("."))
      .join("  "),
  hidden: (text) => [...text].join("\u200b"),
  leet: (text) =>
    text.replaceAll(/[aeiost]/g, (letter) => ({ a: "4", e: "3", i: "1", o: "0", s: "5", t: "7" })[letter]),
  typos: (text, random) => text.replaceAll(/([a-z])([a-z])/g, (all, a, b) => (random() < 0.06 ? b + a : all)),
  base64: (text) => Buffer.from(text).toString("base64"),
  dashed: (text) => text.replaceAll(" ", "-"),
  doubled: (text) => text.replaceAll(" ", "   "),
  wide: (text) => text.replaceAll(/[!-~]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0)),
};
const harmless = new Set(["upper", "lower", "typos", "doubled", "dashed"]);

/** Attacks written otherwise; benign texts too, so that no dress is an attack by itself. */
export function dressed(rows, { count, random }) {
  const short = rows.filter(({ text, source }) => text.length < 500 && !source.startsWith("composed/"));
  const pools = [short.filter(({ isAttack }) => isAttack), short.filter(({ isAttack }) => !isAttack)];
  const byPool = pools.map((pool) => [...Map.groupBy(pool, ({ source }) => source).values()]);
  return Array.from({ length: count }, () => {
    const isAttack = random() < 0.5;
    const names = Object.keys(dress).filter((name) => isAttack || harmless.has(name) || random() < 0.35);
    const row = pick(pick(byPool[isAttack ? 0 : 1], random), random);
    const name = pick(names, random);
    return {
      ...row,
      text: dress[name](row.text, random),
      source: `dressed/${isAttack ? "attack" : "benign"}`,
      label: "dressed",
      kind: "dressed",
    };
  });
}

const address = /[\w+-]+(?:\.[\w+-]+)*@[\w-]+(?:\.[\w-]+)+/g;

/** "amy.watson@mail.net" is Amy Watson. */
function ownerOf(mail) {
  const parts = mail.slice(0, mail.indexOf("@")).split(/[._]/);
  const isName = parts.length === 2 && parts.every((part) => /^[a-z]{2,}$/.test(part));
  return isName ? parts.map((part) => part[0].toUpperCase() + part.slice(1)).join(" ") : undefined;
}

/** Ordinary records about those whom attacks name: nobody's address is an attack. */
export function aboutNamed(rows, { count, random }) {
  const texts = rows.filter(({ isAttack }) => isAttack).map(({ text }) => text);
  // As often as attacks name them.
  const mail = texts.flatMap((text) => text.match(address) ?? []);
  const person = mail.map(ownerOf).filter(Boolean);
  if (person.length === 0) return [];
  return Array.from({ length: count }, () => ({
    text: recordText(random, { mail, person }),
    isAttack: false,
    label: "composed",
    source: "composed/named",
    kind: "composed",
    group: "composed/named",
    voice: "foreign",
  }));
}
