// Owns numbers of passports and driving licences: a form that some country has, and a word near it. Knows no
// country, no other kind.

import type { DocumentForms } from "./documents.ts";
import { compact } from "./form.ts";
import { leftEdge, rightEdge } from "./groups.ts";
import type { Match, PiiType, Sight, Verdict } from "./match.ts";
import { kind } from "./words.ts";

interface Kind {
  readonly type: PiiType & ("passport" | "driving_licence");
  readonly forms: DocumentForms;
  /** Whether words of these kinds name it. */
  isNamed(kinds: number): boolean;
  /** A word that may name it, where it stands right before. */
  readonly hint: number;
}

const hintUnitsMax = 14;

export const passport = (forms: DocumentForms) =>
  find({ type: "passport", forms, isNamed: (kinds) => (kinds & kind.passport) !== 0, hint: 0 });

/** `license` alone may be a program's; beside it stands a driver. */
export const drivingLicence = (forms: DocumentForms) =>
  find({
    type: "driving_licence",
    forms,
    isNamed: (kinds) =>
      (kinds & kind.licence) !== 0 || ((kinds & kind.driver) !== 0 && (kinds & kind.licenceHint) !== 0),
    hint: kind.licenceHint,
  });

function find({ type, forms, isNamed, hint }: Kind): (sight: Sight) => Verdict {
  return (sight) => {
    const { text, groups, nearby } = sight;
    for (let used = forms.reach(groups); used > 0; used--) {
      const fitting = forms.get(groups, used);
      if (fitting === undefined) continue;
      if (groups.isOpen && used >= groups.count - 1) return "wait";
      const signs = compact(text, groups, 0, used);
      const known = fitting.filter(({ pattern }) => pattern.test(signs));
      if (known.length === 0) continue;
      const start = groups.startOf(0);
      const end = groups.endOf(used - 1);
      const right = rightEdge(text, end, sight);
      if (right === "wait") return "wait";
      if (leftEdge(text, start) === "tied" || right === "tied") continue;
      const found = (score: number): Match => ({ type, start, end, score, method: "pattern" });
      const before = nearby.before(start);
      if (isNamed(before.kinds)) return found(0.8);
      if ((before.nearest & hint) !== 0 && before.distance <= hintUnitsMax) return found(0.5);
      if (known.some(({ isTelling }) => isTelling)) return found(0.6);
      const after = nearby.after(end);
      if (after.isWait) return "wait";
      return found(isNamed(after.kinds) ? 0.75 : 0.1);
    }
    return undefined;
  };
}
