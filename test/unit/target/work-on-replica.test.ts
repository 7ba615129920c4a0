// Where operators ask for work on a replica: the URL says of which replica and which work.
import { expect, it } from "vitest";
import { changed, problems, sound } from "./lint-cases.ts";

const start = "  start_replica: http://127.0.0.1:{port:front}/replicas/{replica}/start\n";
const withWork = (path: string): string =>
  `${start}  work_on_replica: http://127.0.0.1:{port:front}${path}\n  works: [tidy]\n`;

it("is taken when replica and work are filled in", () => {
  expect(problems(changed(start, withWork("/replicas/{replica}/{work}")))).toEqual([]);
});

it.each(["/replicas/{replica}/tidy", "/work/{work}"])(
  "%s is refused at its place, since replica or work would not be said",
  (path) => {
    expect(sound).not.toContain("work_on_replica");
    const found = problems(changed(start, withWork(path)));
    expect(found).toEqual([expect.stringMatching(/^29:\d+ "http:/)]);
  },
);

it("is refused without the works that may be asked for, as these are without it", () => {
  const url = withWork("/replicas/{replica}/{work}").replace("  works: [tidy]\n", "");
  expect(problems(changed(start, url))).toEqual([expect.stringMatching(/^29:\d+ work_on_replica without works/)]);
  expect(problems(changed(start, `${start}  works: [tidy]\n`))).toEqual([
    expect.stringMatching(/^29:\d+ works without work_on_replica/),
  ]);
});
