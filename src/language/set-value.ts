// Changes one value of a YAML text and leaves the rest as it was written, comments too.

import { isMap, parseDocument } from "yaml";
import { HarnessError } from "../core/errors.ts";
import { nodeAt, type DataPath } from "./yaml-nodes.ts";

/**
 * The text with another value at the path; maps are made where there are none. `gone`: what is
 * taken out besides. Throws HarnessError "bad-input" where
 * the value stands in a part that other places share (an anchor, a merge key): changing it would change those, too.
 */
export function withValue(text: string, path: DataPath, value: unknown, gone?: DataPath): string {
  const document = parseDocument(text, { merge: true, stringKeys: false, keepSourceTokens: true });
  for (let length = 1; length < path.length; length += 1) {
    const part = path.slice(0, length);
    const [own, meant] = [document.getIn(part, true), nodeAt(document, part)];
    const isShared = own !== meant || (isMap(own) && own.anchor !== undefined);
    if (!isShared) continue;
    throw new HarnessError("bad-input", `${part.join(".")} is shared with other places of the file`, {
      hint: "write it out there, without the anchor or alias, so that it can be changed alone",
    });
  }
  document.setIn(path, value);
  if (gone !== undefined) document.deleteIn(gone);
  return document.toString({ lineWidth: 0 });
}
