// Which files are targets, and what the target in one is called.

const own = "target.yaml";
const ending = `.${own}`;

/** `target.yaml` of a folder of its own, or `NAME.target.yaml` beside others. `file`: the last part of a path. */
export function isTargetName(file: string): boolean {
  return file === own || (file.endsWith(ending) && file.length > ending.length);
}

/** What the target in a file is called: as its folder, or as the file before `.target.yaml`. */
export function targetNameOf(file: string, folder: string): string {
  return file.endsWith(ending) ? file.slice(0, -ending.length) : folder;
}
