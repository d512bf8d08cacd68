// Owns the proof that docs/operate.md names every flag with its variable and default, and every metric.

import { readFileSync } from "node:fs";
import type { Option } from "commander";
import { describe, expect, it } from "vitest";
import { gatewayCommand } from "../../cli/gateway.ts";
import { sidecarCommand } from "../../cli/sidecar.ts";
import { Metrics } from "../../core/telemetry/metrics.ts";

const page = readFileSync(new URL("../../docs/operate.md", import.meta.url), "utf8");
const lines = page.split("\n");

/** What a line of a flag's table has to hold. */
function factsOf({ long, envVar, defaultValue, defaultValueDescription }: Option): readonly string[] {
  const isPlain = typeof defaultValue === "string" && defaultValueDescription === undefined;
  return [`\`${long} `, `\`${envVar}\``, ...(isPlain ? [`\`${defaultValue}\``] : [])];
}

function undocumented(options: readonly Option[]): readonly string[] {
  const isTold = (option: Option) =>
    lines.some((line) => factsOf(option).every((fact) => line.startsWith("|") && line.includes(fact)));
  return options.filter((option) => !isTold(option)).map(({ flags }) => flags);
}

async function metricNames(): Promise<readonly string[]> {
  const text = await new Metrics({ processMetrics: "off" }).scrape();
  return [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name ?? "");
}

describe("docs/operate.md", () => {
  it("has every flag of both programs, its variable and its default", () => {
    const options = [...gatewayCommand().options, ...sidecarCommand().options];
    expect(options.length).toBeGreaterThan(10);
    expect(undocumented(options)).toEqual([]);
  });

  it("would miss a flag it does not have", () => {
    const [option] = gatewayCommand().options;
    expect(undocumented([{ ...option, long: "--no-such-flag" } as Option])).toHaveLength(1);
  });

  it("has every metric", async () => {
    const names = await metricNames();
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});
