// Owns the proof of the detector of secrets: what it finds, what it leaves alone, in any pieces, at any
// length. Knows no vendor's service: all values are made up.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { secretsDetector, secretTypes } from "../../../core/guards/secrets.ts";
import {
  expectCutsAlike,
  expectLinear,
  expectUnitsAlike,
  guardOf,
  readAll,
  textsOf,
  told,
} from "./readings.ts";

const guard = guardOf(secretsDetector, { exceptTypes: ["home_path"] });

/** Put together here, so that no scanner of this repository finds them. */
const made = {
  github: `ghp_${"x7Kd93LmQpZ0aB4cT6vR8wE2yU1iO5sJ9hGf"}`,
  aws: `AKIA${"Q3EGVJ7XWT5NMB2R"}`,
  awsSecret: "k9Jd7Lq2Zx8Cv4Bn6Mw1Qe3Rt5Yu7Io9Pa0Ss/dF",
  slack: `xoxb-${"123456789012"}-${"210987654321"}-${"aBcD3fGh1jKlMn0pQrSt"}`,
  stripe: `sk_live_${"4eC39HqLyjWDarjtT1zdp7dc"}`,
  anthropic: `sk-ant-api03-${"Zk3_".repeat(23)}9AA`,
  openai: `sk-proj-${"aB3dE5fG7h".repeat(6)}T3BlbkFJ${"Zy9Xw8Vu7T".repeat(6)}`,
  jwt: [
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
    "eyJzdWIiOiI0MiIsImV4cCI6MTc5OTk5OTk5OX0",
    "q4Zl8x_Tn2Vw7Rk0Jc5Hs9Bm1Ey3Ug6",
  ].join("."),
};
const base64Line = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDndJt7NaG8T64/";
const pem = (body: string): string => `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----`;

describe("finds", () => {
  const cases: readonly (readonly [text: string, ...told: string[]])[] = [
    [`push with ${made.github} please`, `github_token: ${made.github}`],
    [`"env":"A\\n${made.github}\\n"`, `github_token: ${made.github}`],
    [`https://x.test/?q%3D${made.github}`, `github_token: ${made.github}`],
    [`id ${made.aws}, done`, `aws_access_key: ${made.aws}`],
    [`AWS_SECRET_ACCESS_KEY = "${made.awsSecret}"`, `aws_secret_key: ${made.awsSecret}`],
    [`bot ${made.slack}`, `slack_token: ${made.slack}`],
    [`${made.stripe}.`, `stripe_key: ${made.stripe}`],
    [made.anthropic, `anthropic_key: ${made.anthropic}`],
    [`key=${made.openai}`, `openai_key: ${made.openai}`],
    [`Cookie: s=${made.jwt}; a=b`, `jwt: ${made.jwt}`],
    [`Authorization: Bearer ${"h4Kf8Zq1Lw9Xc3Vb7Nm5"}`, "authorization_header: h4Kf8Zq1Lw9Xc3Vb7Nm5"],
    ["Authorization: Basic dXNlcjpodW50ZXIy", "authorization_header: dXNlcjpodW50ZXIy"],
    ["use the bearer h4Kf8Zq1Lw9Xc3Vb7Nm5 here", "authorization_header: h4Kf8Zq1Lw9Xc3Vb7Nm5"],
    ["password = Tr0ub4dor&3", "password: Tr0ub4dor&3"],
    ['{"db": {"password": "m42ploz2wd"}}', "password: m42ploz2wd"],
    ['{\\"password\\": \\"m42ploz2wd\\"}', "password: m42ploz2wd"],
    ["<dbPassword>m42ploz2wd</dbPassword>", "password: m42ploz2wd"],
    ["password (prod): m42ploz2wd", "password: m42ploz2wd"],
    ["Hi, my password for the server is Tr0ub4dor&3, thanks", "password: Tr0ub4dor&3"],
    ["mysqldump --password strong7P@ss db", "password: strong7P@ss"],
    ["api_key: 9f8e7d6c5b4a39281706f5e4d3c2b1a0", "generic_secret: 9f8e7d6c5b4a39281706f5e4d3c2b1a0"],
    ["the API key is 9f8e7d6c5b4a39281706f5e4d3c2b1a0.", "generic_secret: 9f8e7d6c5b4a39281706f5e4d3c2b1a0"],
    ['setenv("API_KEY", "9f8e7d6c5b4a39281706f5e4d3c2")', "generic_secret: 9f8e7d6c5b4a39281706f5e4d3c2"],
    ["?access_token=Zk3x9Lw2Qp7Rt5Vb&x=1", "generic_secret: Zk3x9Lw2Qp7Rt5Vb"],
    ["algolia: 6be0576ff61c053d5f9a3225e2a90f76", "algolia_secret: 6be0576ff61c053d5f9a3225e2a90f76"],
    ["postgres://app:s3cretPw@db:5432/x", "connection_string: app:s3cretPw"],
    ["see https://bob:hunter2@host.test/a", "url_credentials: bob:hunter2"],
    ["curl -s -u bob:hunter22 https://host.test", "basic_auth: bob:hunter22"],
    [pem(base64Line), `private_key: ${pem(base64Line)}`],
  ];

  it.each(cases)("%s", (text, ...expected) => {
    expect(told(guard, text)).toEqual(expected);
    expectUnitsAlike(guard, text);
  });
});

describe("leaves alone", () => {
  const clean = [
    "password = <your-password>",
    "password: $" + "{DB_PASSWORD}",
    "api_key=xxxxxxxxxxxxxxxxxxxxxxxx",
    "api_key: YOUR_API_KEY_1234567890",
    "OPENAI_API_KEY=sk-...",
    "aws_access_key_id=AKIAIOSFODNN7EXAMPLE",
    "aws_secret_access_key=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "const token = tokens[index1];",
    "password = config.dbPassword2",
    "apiKey: process.env.OPENAI_API_KEY_2",
    "max_tokens: 4096, total_tokens=8192000000",
    "password_hash: 9f8e7d6c5b4a39281706f5e4d3c2b1a0",
    "public_key = 9Cnzj4p4WGeKLs1Pt8QuKUpRKfFLfRYC9AIKjbJTWit",
    "commit 9f8e7d6c5b4a39281706f5e4d3c2b1a0d9e8f7a6",
    "image@sha256:eaaa7b11777babe28e6133a8b19ff71cea687e0d7f05158dee95a71f76ce3d00",
    "The password policy: at least 12 characters, 1 digit.",
    "My password is not good enough, it was found in 2 lists",
    "The password is case-sensitive. The password is 12 characters long.",
    "Please reset my password; my token expired on 2024-01-15T10:00:00Z.",
    "https://example.com/a/b?page_token=Zk3x9Lw2Qp7Rt5Vb",
    "docker run -u 1000:1000 image",
    "postgres://user:$" + "{PASSWORD}@db/x",
    "mongodb://mongodb:mongodb@localhost/x",
    pem("...").replaceAll("\n", "\\n"),
    pem(base64Line).replaceAll("PRIVATE KEY", "CERTIFICATE"),
    "/Users/alice/projects",
  ];

  it.each(clean)("%s", (text) => {
    expect(told(guard, text)).toEqual([]);
    expectUnitsAlike(guard, text);
  });
});

describe("private keys", () => {
  const body = `${base64Line}\n`.repeat(30);

  it.each([
    ["in lines", pem(body.trimEnd())],
    ["in one line, its ends escaped", pem(body.trimEnd()).replaceAll("\n", "\\n")],
    [
      "with headers",
      pem(`Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0123456789ABCDEF\n\n${body.trimEnd()}`),
    ],
    ["joined by a program", pem(body.trimEnd()).replaceAll("\n", '\\n" +\n  "')],
  ])("%s", (_how, key) => {
    const text = `before "${key}" after the key`;
    expect(told(guard, text)).toEqual([`private_key: ${key}`]);
    for (const size of [1, 7, 64]) {
      expectCutsAlike(
        guard,
        text,
        Array.from({ length: Math.ceil(text.length / size) }, (_, at) => at * size),
      );
    }
  });

  it("end where they are cut off, and what is said then is not theirs", () => {
    const text = `-----BEGIN RSA PRIVATE KEY-----\n${body}MIIEvQ\nThat is all I know, it was cut.`;
    expect(told(guard, text)).toEqual([`private_key: ${text.slice(0, text.indexOf("\nThat"))}`]);
  });
});

describe("settings", () => {
  it("tells only the types that are asked for", () => {
    const only = guardOf(secretsDetector, { types: ["github_token"], exceptTypes: [] });
    expect(told(only, `${made.github} ${made.aws}`)).toEqual([`github_token: ${made.github}`]);
    const except = guardOf(secretsDetector, { exceptTypes: ["github_token"] });
    expect(told(except, `${made.github} ${made.aws}`)).toEqual([`aws_access_key: ${made.aws}`]);
  });

  const homes =
    "cd /Users/alice/x, C:\\Users\\bob, /home/ubuntu, https://a.example/shop/home/garden, /home/run.py";

  it("tells home directories, and paths below them where they are asked for", () => {
    expect(told(guard, homes)).toEqual(["home_directory: \\Users\\bob"]);
    const all = guardOf(secretsDetector, { exceptTypes: [] });
    expect(told(all, homes)).toEqual(["home_path: /Users/alice", "home_directory: \\Users\\bob"]);
  });

  it("is not clear at a glance where one stands", () => {
    const source = { stage: "llm.request", role: "user", kind: "text" } as const;
    expect(guard.isClear?.(source, "It is in /home/alice")).toBe(false);
    expect(guard.isClear?.(source, "It is at home")).toBe(true);
    const without = guardOf(secretsDetector, { exceptTypes: ["home_directory", "home_path"] });
    expect(without.isClear?.(source, "It is in /home/alice")).toBe(true);
  });

  it("knows its types", () => {
    expect(new Set(secretTypes).size).toBe(secretTypes.length);
    expect(secretTypes.every((type) => /^[a-z][a-z0-9_]*$/.test(type))).toBe(true);
  });
});

describe("however the text is cut", () => {
  const parts = [
    ...Object.values(made),
    pem(base64Line),
    `-----BEGIN RSA PRIVATE KEY-----\\n${base64Line}`,
    "-----BEGIN CERTIFICATE-----",
    "password = ",
    'password": "',
    "Tr0ub4dor&3",
    "Authorization: Bearer ",
    "h4Kf8Zq1Lw9Xc3Vb7Nm5",
    "curl -u bob:hunter22",
    "https://bob:hunter2@host.test/a",
    "--token",
    "=",
    ":",
    "-u",
    "my password is ",
    "Password",
    "bQ8Q~",
    "日本語の文章です",
    "the quick brown fox jumps",
    "a".repeat(40),
    "/home/alice",
  ];
  const all = guardOf(secretsDetector, { exceptTypes: [] });

  it("the findings are the same", () => {
    fc.assert(
      fc.property(textsOf(parts), ([text, cuts]) => {
        expectCutsAlike(all, text, cuts);
        expectUnitsAlike(all, text);
      }),
      { numRuns: 300 },
    );
  });

  it("in a run of characters that is longer than any token, too", () => {
    const fillers = ["-eyJ".repeat(3_000), "Zk3".repeat(7_000), "Q~".repeat(5_000)];
    const run = [fillers[0], made.github, fillers[1], made.aws, fillers[2]].join("/");
    const text = `start ${run} end ${made.stripe}`;
    expect(readAll(all, text).map(({ type }) => type)).toEqual([
      "github_token",
      "aws_access_key",
      "stripe_key",
    ]);
    for (const size of [1_000, 4_096, 8_192]) {
      expectCutsAlike(
        all,
        text,
        Array.from({ length: Math.ceil(text.length / size) }, (_, at) => at * size),
      );
    }
  });

  it("prose flows on: all but the last word is decided", () => {
    const scanner = guard.scan({ stage: "llm.answer", role: "assistant", kind: "text" });
    const text = "It is all good: nothing of this is a secret, and the last word is unfini";
    expect(scanner?.push(text).decided).toBe(text.lastIndexOf(" ") + 1);
  });
});

describe("no text makes it slow", () => {
  const units = [
    "a",
    "=",
    ":",
    "-",
    "a:",
    "a=",
    "password=",
    "password: ",
    "-eyJ",
    "eyJ.",
    "eyJhbGciOiJIUzI1NiJ9.",
    "ghs_1_eyJ",
    "glpat-",
    "-glpat-",
    "hvs.",
    "pypi-AgEIcHlwaS5vcmc",
    "Q~",
    "1Q~",
    "https://",
    "https://a:",
    "a://a:a@",
    "curl -u a:b ",
    " -u ",
    "-----BEGIN ",
    "-----BEGIN PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\n",
    "Bearer aB3dE5fG7hI9jK1lM3nO ",
    "token aB3dE5fG7hI9jK1lM3nO5 ",
    'setenv("API_KEY", "',
    "/Users/",
    "password is ",
    "password a ",
    "x\\n",
    "日本",
  ];
  const all = guardOf(secretsDetector, { exceptTypes: [] });

  it.each(units)("%j, over and over", (unit) => {
    expectLinear(all, unit, 400_000);
  });

  it("the body of a key that never ends", () => {
    expectLinear(all, `-----BEGIN PRIVATE KEY-----\n${`${base64Line}\n`.repeat(2_000)}`);
  });
});
