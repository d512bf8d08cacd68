// Owns the proof that a form is read in one way, as clients write it, or not at all. Knows no field.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readForm } from "../../../core/text/form.ts";

const headers = { "content-type": "multipart/form-data; boundary=b" };
const field = (about: string, content = "x") => `--b\r\n${about}\r\n\r\n${content}\r\n`;
const named = 'Content-Disposition: form-data; name="a"';
const end = "--b--\r\n";

/** Name → content; undefined where it is not read. */
function read(body: Buffer | string, type = headers["content-type"]): [string, string][] | undefined {
  const bytes = Buffer.from(body);
  const fields = readForm(bytes, { "content-type": type });
  return fields?.map(({ name, start, end }) => [name, bytes.toString("latin1", start, end)]);
}

describe("a form", () => {
  it("is read as it is written by undici, whatever is in it", async () => {
    const anyText = fc.string({ unit: "binary" });
    const anyBytes = fc.uint8Array({ maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.string(), anyText)), anyBytes, async (texts, bytes) => {
        const form = new FormData();
        for (const [name, text] of texts) form.append(name.replaceAll("\\", "/"), text);
        form.append("file", new Blob([bytes], { type: "image/png" }), "a.png");
        const response = new Response(form);
        const type = response.headers.get("content-type") ?? "";
        const body = Buffer.from(await response.arrayBuffer());
        const fields = readForm(body, { "content-type": type }) ?? [];
        expect(fields.map(({ start, end }) => body.toString("utf8", start, end)).slice(0, -1)).toEqual(
          texts.map(([, text]) => text.toWellFormed().replaceAll(/\r\n|\r|\n/g, "\r\n")),
        );
        const last = fields.at(-1);
        expect(last).toMatchObject({ name: "file", isFile: true });
        expect(body.subarray(last?.start, last?.end).equals(bytes)).toBe(true);
      }),
    );
  });

  it.each([
    ["Python's", 'Content-Disposition: form-data; name="a"; filename="b.mp3"\r\nContent-Type: audio/mpeg'],
    ["Go's", 'Content-Disposition: form-data; name="a"\r\nContent-Type: application/octet-stream'],
    ["Java's", `${named}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 1`],
    [".NET's", "Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: form-data; name=a"],
    [".NET's of a file", "Content-Disposition: form-data; name=a; filename=b.c; filename*=utf-8''b.c"],
    [
      "curl's",
      'content-disposition: form-data; name="a"; filename="b c.mp3"\r\nContent-Transfer-Encoding: binary',
    ],
  ])("is read as %s", (_whose, about) => {
    expect(read(field(about) + end)).toEqual([["a", "x"]]);
    expect(read(`${field(about, "") + field(about, "\r\n--\r\n\n--a")}--b--`)).toEqual([
      ["a", ""],
      ["a", "\r\n--\r\n\n--a"],
    ]);
  });

  it("may have its boundary in quotes, and no field", () => {
    expect(read(end, 'Multipart/Form-Data; boundary="b"')).toEqual([]);
    expect(read("--a b--", 'multipart/form-data; boundary="a b"')).toBeUndefined();
  });

  it.each([
    ["nothing", ""],
    ["no end", field(named)],
    ["half an end", `${field(named)}--b-`],
    ["something before", `\r\n${field(named)}${end}`],
    ["something after", `${field(named)}${end}${field(named)}${end}`],
    ["lines that end otherwise", (field(named) + end).replaceAll("\r\n", "\n")],
    [
      "its boundary in a content",
      `${field(named, "\n--b\nContent-Disposition: form-data; name=model\n\nm\n")}${end}`,
    ],
    ["its boundary as a beginning", `${field(named)}--bb\r\n${named}\r\n\r\nx\r\n${end}`],
    ["space behind a boundary", `--b \r\n${named}\r\n\r\nx\r\n${end}`],
    ["no blank line", `--b\r\n${named}\r\n${end}`],
    ["a field without a name", field("Content-Type: text/plain") + end],
    ["a name that goes on", field('Content-Disposition: form-data;\r\n name="a"') + end],
    ["a name said twice", field(`${named}\r\ncontent-disposition: form-data; name="c"`) + end],
    ["a name with an escape", field('Content-Disposition: form-data; name="a\\"b"') + end],
    ["a name in another form", field("Content-Disposition: form-data; name*=utf-8''a") + end],
    ["an attachment", field('Content-Disposition: attachment; name="a"') + end],
    ["base64", field(`${named}\r\nContent-Transfer-Encoding: base64`) + end],
    ["another charset", field(`${named}\r\nContent-Type: text/plain; charset=utf-16`) + end],
    ["a head without end", field(`${named}\r\nX: ${"x".repeat(9_000)}`) + end],
    ["too many fields", field(named).repeat(1_001) + end],
  ])("is not read with %s", (_what, body) => {
    expect(read(body)).toBeUndefined();
  });

  it("is not read in bytes that are no text where a name should be", () => {
    expect(
      read(Buffer.from(field('Content-Disposition: form-data; name="\xff"') + end, "latin1")),
    ).toBeUndefined();
  });

  it.each([
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=b; charset=utf-16",
    "multipart/form-data; boundary=b; boundary=c",
    "multipart/mixed; boundary=b",
    "text/plain; boundary=b",
  ])("is not read as %s", (type) => {
    expect(read(field(named) + end, type)).toBeUndefined();
  });
});
