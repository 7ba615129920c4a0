// The text of src/faults/index.ts, as it follows from the folders: faults/THEME/NAME.ts exports the fault `name.…`.

import { readdirSync } from "node:fs";
import type { ControlName } from "../../src/core/controls.ts";
import type { Fault } from "../../src/core/fault.ts";

/** Folders and files in order of their names; `parts` holds what faults share. */
export function faultFiles(folder: string): { readonly theme: string; readonly file: string }[] {
  const themes = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return themes
    .map(({ name }) => name)
    .filter((name) => name !== "parts")
    .sort()
    .flatMap((theme) =>
      readdirSync(`${folder}/${theme}`)
        .filter((name) => name.endsWith(".ts"))
        .sort()
        .map((name) => ({ theme, file: name.replace(/\.ts$/, "") })),
    );
}

/** `network-latency` → `networkLatency`. */
function exportOf(file: string): string {
  return file.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

export function faultsIndexText(folder: string): string {
  const files = faultFiles(folder);
  return `// The table of faults. Written by \`npm run generate\` from the folders beside it; do not edit.

import type { Fault } from "../core/fault.ts";
${files.map(({ theme, file }) => `import { ${exportOf(file)} } from "./${theme}/${file}.ts";`).join("\n")}

/** Every fault that an intent may name, in the order in which they are listed. */
export const faults: readonly Fault[] = Object.values({
${files.map(({ file }) => `  ${exportOf(file)},`).join("\n")}
});
`;
}

const ofClusters: readonly ControlName[] = ["nodes", "managers", "rollouts"];

/** Faults of what only a cluster has: they are tried on one, by test/contract/swarm*.test.ts. */
export function isOfClusters({ needs }: Pick<Fault, "needs">): boolean {
  return needs.some((control) => ofClusters.includes(control));
}

const ofContainers: readonly ControlName[] = ["networks", "quotas", "memory", "engine", "events", "disks", "releases"];

/** Faults that no stack of processes can be given. */
export function isOfContainers({ needs }: Pick<Fault, "needs">): boolean {
  return isOfClusters({ needs }) || needs.some((control) => ofContainers.includes(control));
}
