// Owns what the scores of texts not seen say: thresholds, calibration, shares. Knows no feature and no training.

export const sourcesOf = (labelled) => new Set(labelled.map(({ row }) => row.source));

/** The score that so small a share lies above. */
export function quantile(values, share) {
  const sorted = values.toSorted((a, b) => b - a);
  return sorted[Math.floor(sorted.length * share)] ?? 0;
}

/** Rules say nothing of an operator's own prompt, where the wire tells that it is one. */
export const isRuled = (one, view) => one.isRuled && !(view === "told" && one.row.isTrusted);

/** The lowest threshold that keeps both kinds of benign text within the share, rules included. */
export function thresholdFor(scores, { share, view, isOurs = () => true }) {
  const limits = ["benign", "hard_benign"].map((label) => {
    const ours = [...scores].filter(([one]) => one.row.label === label && isOurs(one));
    const values = ours.map(([one, told]) => (isRuled(one, view) ? Number.POSITIVE_INFINITY : told[view]));
    return values.length === 0 ? Number.NEGATIVE_INFINITY : quantile(values, share);
  });
  return Math.max(...limits);
}

/** Rows of one key: how many there are, and what share was found. */
export function sharesBy(scores, keyOf, isFound) {
  const groups = Map.groupBy(scores, ([one]) => keyOf(one));
  return [...groups].map(([key, members]) => ({
    key,
    count: members.length,
    isAttack: members[0][0].isAttack,
    found: members.filter(([one, told]) => isFound(one, told)).length / members.length,
  }));
}

/** What a voice's threshold says: nobody's calibration is better known than the score it is asked at. */
export const operatingPoint = 0.8;

/** Slope of a logistic line through the scores, rows of both kinds weighing the same. */
function slopeOf(pairs) {
  const attacks = pairs.filter(({ isAttack }) => isAttack).length;
  let [slope, offset] = [1, 0];
  for (let round = 0; round < 400; round++) {
    let [bySlope, byOffset] = [0, 0];
    for (const { raw, isAttack } of pairs) {
      const weight = isAttack ? 0.5 / attacks : 0.5 / (pairs.length - attacks);
      const error = (1 / (1 + Math.exp(-(slope * raw + offset))) - (isAttack ? 1 : 0)) * weight;
      bySlope += error * raw;
      byOffset += error;
    }
    slope -= 0.5 * bySlope;
    offset -= 0.5 * byOffset;
  }
  return slope;
}

/** How much stronger a sign the operator's own prompt needs: it speaks of rules and secrets by nature. */
const trustedMargin = 2.5;

/** Share of benign and of hard benign texts that may be flagged at the operating point. */
const sharesAllowed = { benign: 0.0098, hard_benign: 0.0098 };
/** Share of the benign texts of sources left out, of both labels together. */
const unseenAllowed = 0.0198;
const gridSteps = 120;

/** Scores that so many of a voice's benign rows lie above: what a threshold may sensibly be. */
function candidates(pairs) {
  const benign = pairs.filter(({ isAttack }) => !isAttack).map(({ raw }) => raw);
  return Array.from({ length: gridSteps }, (_, step) => quantile(benign, 0.0003 + step * 0.0003));
}

const judged = (scores) =>
  [...scores].map(([one, { told }]) => ({
    raw: one.row.isTrusted ? told - trustedMargin : told,
    isAttack: one.isAttack,
    label: one.row.label,
    voice: one.row.voice,
    isRuled: isRuled(one, "told"),
  }));

/**
 * The two thresholds, for a user's words and for others', that find the most attacks while both kinds of benign text
 * stay within their share, and those of sources left out too. What rules find counts.
 */
export function thresholdsOf(scores, unseen) {
  const rows = judged(scores);
  const strangers = judged(unseen).filter(({ isAttack }) => !isAttack);
  const byVoice = {
    user: rows.filter(({ voice }) => voice === "user"),
    foreign: rows.filter(({ voice }) => voice === "foreign"),
  };
  const flagged = (voice, threshold) => {
    const counts = { benign: 0, hard_benign: 0, attacks: 0 };
    for (const { raw, isAttack, label, isRuled } of byVoice[voice]) {
      if (raw >= threshold || isRuled) counts[isAttack ? "attacks" : label]++;
    }
    const isCounted = (row) => row.voice === voice && (row.raw >= threshold || row.isRuled);
    return { threshold, ...counts, strangers: strangers.filter(isCounted).length };
  };
  const totals = Object.fromEntries(
    Object.keys(sharesAllowed).map((label) => [label, rows.filter((row) => row.label === label).length]),
  );
  const [users, foreigners] = ["user", "foreign"].map((voice) =>
    candidates(byVoice[voice]).map((threshold) => flagged(voice, threshold)),
  );
  let best;
  for (const user of users) {
    for (const foreign of foreigners) {
      const isWithin =
        user.strangers + foreign.strangers <= unseenAllowed * strangers.length &&
        Object.entries(sharesAllowed).every(
          ([label, share]) => user[label] + foreign[label] <= share * totals[label],
        );
      const found = user.attacks + foreign.attacks;
      if (isWithin && found > (best?.found ?? -1))
        best = { found, user: user.threshold, foreign: foreign.threshold };
    }
  }
  return best ?? { user: users[0].threshold, foreign: foreigners[0].threshold };
}

/** For each voice a line that says 0.8 at its threshold. The operator's own prompt needs a stronger sign. */
export function calibrationOf(scores, unseen) {
  const { user, foreign } = thresholdsOf(scores, unseen);
  const pairs = [...scores].map(([{ isAttack }, { told }]) => ({ raw: told, isAttack }));
  const slope = slopeOf(pairs);
  const line = (threshold) => ({
    slope: Number(slope.toFixed(4)),
    offset: Number((Math.log(operatingPoint / (1 - operatingPoint)) - slope * threshold).toFixed(4)),
  });
  return {
    user: line(user),
    foreign: { ...line(foreign), isLoudestAlone: true },
    system: line(user + trustedMargin),
  };
}

/** Whether the row is flagged: by a rule, or by the model at the operating point. */
export function isFlagged(calibration, view, threshold = operatingPoint) {
  return (one, told) => {
    const voice = view === "untold" ? "user" : one.row.isTrusted ? "system" : one.row.voice;
    const { slope, offset } = calibration[voice];
    return isRuled(one, view) || 1 / (1 + Math.exp(-(slope * told[view] + offset))) >= threshold;
  };
}
