// Owns what is planted into answers: personal data and secrets that are nobody's, and what has to stand in
// their place. Knows no detector's ways.

/** Put together here, so that no scanner of this repository finds them. */
export const planted = {
  email: `grace.hopper@${"navymail"}.com`,
  tagged: `ada.lovelace+billing@${"analytical-engines"}.co.uk`,
  card: `4111 1111 ${"1111"} 1111`,
  dashed: `5555-5555-${"5555"}-4444`,
  key: `sk-proj-${"aB3dE5fG7h".repeat(6)}T3BlbkFJ${"Zy9Xw8Vu7T".repeat(6)}`,
  token: `ghp_${"x7Kd93LmQpZ0aB4cT6vR8wE2yU1iO5sJ9hGf"}`,
} as const;

type Planted = Readonly<Record<keyof typeof planted, string>>;

export const markers: Planted = {
  email: "[EMAIL_REDACTED]",
  tagged: "[EMAIL_REDACTED]",
  card: "[CREDIT_CARD_REDACTED]",
  dashed: "[CREDIT_CARD_REDACTED]",
  key: "[OPENAI_KEY_REDACTED]",
  token: "[GITHUB_TOKEN_REDACTED]",
};

/** None of these may be told anywhere: the values, and parts by which they could be guessed. */
export const untold: readonly string[] = [
  ...Object.values(planted),
  "grace.hopper",
  "analytical-engines",
  "4111 1111",
  "5555-5555",
  planted.key.slice(8, 30),
  planted.token.slice(4, 20),
];

/** The longer it is, the more of it flows before it ends. */
const prose = "The harbour lies at the mouth of the river, and the ferry leaves at eight. ".repeat(12);

export function letter({ email, tagged, card, dashed, key, token }: Planted): string {
  return `${prose}Write to ${email} or <${tagged}>: "pay with ${card}, else (${dashed})".
The key is ${key}, and the token ${token}. ${prose}Süße Grüße 🌞 — that is all.`;
}

/** As a model may write them: with escapes, deep below, as a number. */
export function callArguments({ email, tagged, card, key }: Planted): object {
  return {
    city: `the one of ${email}`,
    unit: `say "${card}"\n\tor \\ ${tagged}`,
    days: [1, 2, 3],
    more: { headers: [{ name: "x-key", value: key }], note: "Süße Grüße 🌞" },
  };
}
