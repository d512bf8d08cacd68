// Owns filling templates: `{name}` is one of the slot's words, `(a|b|)` one of its parts. Knows no template.

/** A generator of numbers from 0 to 1; the same seed gives the same row. */
export function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export const pick = (list, random) => list[Math.floor(random() * list.length)];

/** Fills a template, slots in slots too. */
export function fill(template, slots, random) {
  let text = template;
  for (let round = 0; round < 40; round++) {
    const before = text;
    text = text.replace(/\(([^()]*\|[^()]*)\)/, (_all, parts) => pick(parts.split("|"), random));
    text = text.replace(/\{([a-z]+)\}/, (all, name) => (name in slots ? pick(slots[name], random) : all));
    if (text === before) break;
  }
  return text.replaceAll(/ {2,}/g, " ").trim();
}
