// Owns what the secrets of vendors look like that have no prefix: they are told by the vendor's name beside
// them. Knows no text.

export interface Vendor {
  readonly type: string;
  readonly shape: RegExp;
  /** All of its secrets have this shape, and always had: a value of another is none. */
  readonly isOnly: boolean;
}

const uuid = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}";
const alnum = (...lengths: readonly number[]): string =>
  lengths.map((length) => `[A-Za-z0-9]{${length}}`).join("|");
const word = (...lengths: readonly number[]): string =>
  lengths.map((length) => `[\\w=-]{${length}}`).join("|");
const hex = (...lengths: readonly number[]): string =>
  lengths.map((length) => `[0-9a-f]{${length}}`).join("|");

/** Name as in identifiers, in small letters and without separators → shape. Sources: see forms. */
const shapes: readonly (readonly [name: string, shape: string, isOnly?: "only"])[] = [
  ["adafruit", word(32)],
  ["adobe", hex(32)],
  ["airtable", alnum(17)],
  ["algolia", alnum(32)],
  ["alibaba", alnum(30)],
  ["asana", alnum(32)],
  ["atlassian", "[a-z0-9]{20}[a-f0-9]{4}"],
  ["beamer", "b_[\\w=-]{44}"],
  ["bitbucket", `${alnum(32)}|${word(64)}`],
  ["bittrex", alnum(32)],
  ["cloudflare", `${word(40)}|${hex(37)}`],
  ["codecov", alnum(32)],
  ["cohere", alnum(40)],
  ["coinbase", word(64)],
  ["confluence", "[a-z0-9]{20}[a-f0-9]{4}"],
  ["confluent", alnum(16, 64)],
  ["contentful", word(43)],
  ["datadog", alnum(32, 40)],
  ["discord", `${hex(64)}|${word(32)}`],
  ["droneci", alnum(32)],
  ["dropbox", alnum(15)],
  ["etsy", alnum(24)],
  ["facebook", hex(32)],
  ["fastly", word(32)],
  ["finicity", `${hex(32)}|${alnum(20)}`],
  ["finnhub", alnum(20)],
  ["flickr", alnum(32)],
  ["freshbooks", alnum(64)],
  ["gitter", word(40)],
  ["gocardless", "live_[\\w=-]{40}"],
  ["heroku", uuid],
  ["hubspot", uuid],
  ["intercom", word(60)],
  ["artifactory", alnum(64, 73)],
  ["bintray", alnum(64, 73)],
  ["jfrog", alnum(64, 73)],
  ["jira", "[a-z0-9]{20}[a-f0-9]{4}"],
  ["kraken", "[A-Za-z0-9/=_+-]{80,90}"],
  ["kucoin", `${hex(24)}|${uuid}`],
  ["launchdarkly", word(40)],
  ["linkedin", alnum(16)],
  ["lob", "(?:live|test)_(?:pub_)?[a-f0-9]{31,35}"],
  ["looker", alnum(24)],
  ["mailchimp", "[a-f0-9]{32}-us\\d\\d"],
  ["mattermost", alnum(26)],
  ["maxmind", "[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk"],
  ["meraki", hex(40), "only"],
  ["messagebird", `${alnum(25)}|${uuid}`],
  ["netlify", "[\\w=-]{40,46}"],
  ["newrelic", alnum(64)],
  ["newyorktimes", word(32)],
  ["nytimes", word(32)],
  ["okta", "00[\\w=-]{40}"],
  ["plaid", alnum(24, 30)],
  ["privateai", alnum(32)],
  ["rapidapi", "[\\w-]{50}"],
  ["sendbird", `${hex(40)}|${uuid}`],
  ["sentry", hex(64)],
  ["snyk", uuid],
  ["sonar", "(?:sq[upa]_)?[\\w=-]{40}"],
  ["sourcegraph", "[a-fA-F0-9]{40}"],
  ["squarespace", uuid],
  ["sumo", `su[a-zA-Z0-9]{12}|${alnum(64)}`],
  ["sumologic", `su[a-zA-Z0-9]{12}|${alnum(64)}`],
  ["telegram", "\\d{5,16}:A[\\w-]{34}"],
  ["travis", alnum(22)],
  ["trello", `${hex(64)}|${hex(32)}|ATTA[0-9A-Fa-f]{72}`],
  ["twitch", alnum(30)],
  ["twitter", `${alnum(25, 35, 44, 45, 50)}|\\d{15,25}-[A-Za-z0-9]{20,40}|A{22}[a-zA-Z0-9%]{80,100}`],
  ["wandb", hex(40)],
  ["yandex", "YC[\\w-]{38}"],
  ["zendesk", alnum(40)],
];

const vendors: ReadonlyMap<string, Vendor> = new Map(
  shapes.map(([name, shape, isOnly]) => [
    name,
    { type: `${name}_secret`, shape: new RegExp(`^(?:${shape})$`), isOnly: isOnly === "only" },
  ]),
);

export const vendorTypes: readonly string[] = [...vendors.values()].map(({ type }) => type);

/** What a vendor's name begins with; most words are no vendor's. */
const beginnings: ReadonlySet<string> = new Set([...vendors.keys()].map((name) => name.slice(0, 3)));

/** The vendor that the words of a name name, if it has secrets without prefix. */
export function vendorIn(words: readonly string[]): Vendor | undefined {
  for (const [at, word] of words.entries()) {
    if (!beginnings.has((word + (words[at + 1] ?? "")).slice(0, 3))) continue;
    let name = "";
    for (const part of words.slice(at, at + 3)) {
      name += part;
      const found = vendors.get(name);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
