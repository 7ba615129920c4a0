import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { Registry, Counter, Gauge, Histogram } from "prom-client";
import { formatOf, MalformedPage, parseMetricPage } from "../../../../src/probes/metrics/prometheus-text.ts";

const text = (page: string) => parseMetricPage(page, "text");
const open = (page: string) => parseMetricPage(page, "openmetrics");

describe("the reader of Prometheus' text formats", () => {
  it("reads names, labels, escapes, numbers and time stamps as Prometheus does", () => {
    const page = text(
      [
        "# HELP http_requests_total What came # and more",
        "# TYPE http_requests_total counter",
        'http_requests_total{method="post",code="200",} 1027 1395066363000',
        '  http_requests_total {method = "get" , code="400"}\t3 -5',
        "# just a remark",
        "",
        'paths{p="C:\\\\d\\n\\"q\\" \\x}#,"} 1.458255915e9',
        "odd:name_1 +Inf",
        "odd:name_1{} -inf",
        'odd:name_1{a=""} NaN',
        "half .5",
        '{"quoted.name",a="b"} 0',
      ].join("\n"),
    );
    expect(page.samples("http_requests_total")).toEqual([
      { name: "http_requests_total", labels: { method: "post", code: "200" }, value: 1027, written: "1027" },
      { name: "http_requests_total", labels: { method: "get", code: "400" }, value: 3, written: "3" },
    ]);
    expect(page.samples("paths")[0]).toMatchObject({ labels: { p: 'C:\\d\n"q" \\x}#,' }, value: 1_458_255_915 });
    expect(page.samples("odd:name_1").map(({ value }) => value)).toEqual([Infinity, -Infinity, Number.NaN]);
    expect(page.samples("half")[0]?.value).toBe(0.5);
    expect(page.samples("quoted.name")[0]?.labels).toEqual({ a: "b" });
    expect(page.samples("not_there")).toEqual([]);
  });

  it.each([
    ["a label value without quotes", "decode_time_by_batch_size_mean{batch_size=1} 0.5", "line 1, column 43"],
    ["a login page", "<html>login</html>", "line 1, column 1"],
    ["prose", "x 1\nthis is no metric at all", "line 2, column 6"],
    ["JSON", '{"iter": 3}', "line 1, column 8"],
    ["no value", "x", "line 1, column 2"],
    ["a word as value", "x abc", "line 1, column 3"],
    ["half a line", 'x{a="1', "line 1, column 5"],
    ["the same label twice", 'x{a="1",a="2"} 1', "line 1"],
    ["a number too great", "x 1e999", "line 1"],
    ["a carriage return", "x 1\r\ny 2", "line 1"],
    ["a fourth word", "x 1 2 3", "line 1, column 7"],
    ["a time stamp that is not whole", "x 1 2.5", "line 1, column 6"],
    ["an exemplar outside OpenMetrics", 'x 1 # {a="b"} 1', "line 1, column 5"],
    ["an unknown type", "# TYPE x guage", "line 1"],
    ["value and braces grown together", "x1{}2a", "line 1"],
  ])("refuses the whole page for %s, and says where", (_, page, place) => {
    expect(() => text(page)).toThrow(MalformedPage);
    expect(() => text(page)).toThrow(place);
  });

  it("asks OpenMetrics for its end, and reads its exemplars and time stamps", () => {
    const page = '# TYPE a counter\n# UNIT a seconds\na_total{x="y"} 1 1.5 # {trace_id="q"} 0.5 12.25\n# EOF\n';
    expect(open(page).samples("a_total")[0]).toMatchObject({ labels: { x: "y" }, value: 1 });
    expect(() => open(page.replace("# EOF\n", ""))).toThrow("does not end with # EOF");
    expect(() => open(`${page}b 1\n`)).toThrow("after # EOF");
    for (const stray of ["\n", "# a remark\n", " a_total 1\n"]) {
      expect(() => open(stray + page), stray).toThrow("line 1, column 1");
      if (!stray.startsWith(" ")) expect(() => text(stray + "b 1\n")).not.toThrow();
    }
  });

  it("takes the Content-Types that Prometheus takes", () => {
    expect(formatOf("text/plain; version=0.0.4; charset=utf-8")).toBe("text");
    expect(formatOf("text/plain")).toBe("text");
    expect(formatOf("application/openmetrics-text; version=1.0.0; escaping=underscores")).toBe("openmetrics");
    for (const other of ["application/json", "text/html; charset=utf-8", "", undefined]) {
      expect(formatOf(other)).toBeUndefined();
    }
  });

  it("gives back what prom-client wrote, whatever the labels hold", async () => {
    const value = fc.double({ noNaN: true });
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.string(), value), { maxLength: 5 }), finite, async (labelled, one) => {
        const registry = new Registry();
        const gauge = new Gauge({ name: "g", help: 'h\n"x', labelNames: ["a"], registers: [registry] });
        const kept = new Map(labelled);
        for (const [label, size] of kept) gauge.set({ a: label }, size);
        new Counter({ name: "c_total", help: "c", registers: [registry] }).inc(Math.abs(one) % 1e6 || 0);
        new Histogram({ name: "h", help: "h", buckets: [0.1, 1], registers: [registry] }).observe(one);
        const page = text(await registry.metrics());
        const seen = page.samples("g").map(({ labels, value: size }) => [labels["a"], size]);
        expect(seen).toEqual([...kept].map(([label, size]) => [label, size === 0 ? 0 : size]));
        expect(page.samples("h_bucket").map(({ labels }) => labels["le"])).toEqual(["0.1", "1", "+Inf"]);
      }),
      { numRuns: 100 },
    );
  });

  it("either reads a page or names a line, and nothing else ever comes of it", () => {
    const piece = fc.constantFrom(
      "a",
      "_total",
      "{",
      "}",
      '"',
      "=",
      ",",
      " ",
      "1",
      ".5",
      "#",
      "\n",
      "\\",
      "e",
      "# EOF",
      "é",
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 30 }),
        fc.constantFrom("text" as const, "openmetrics" as const),
        (bits, format) => {
          try {
            parseMetricPage(bits.join(""), format);
          } catch (error) {
            expect(error).toBeInstanceOf(MalformedPage);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});
