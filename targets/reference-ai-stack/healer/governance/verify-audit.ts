// `node verify-audit.js FILE`: is the audit's chain whole? Exit 0 when it is, 1 with the first broken record, 3 without
// a file.
import { messageOf } from "../../common/log.ts";
import { verifyAudit } from "./audit-chain.ts";

function main(file: string | undefined): number {
  if (file === undefined) {
    console.error("usage: verify-audit FILE");
    return 3;
  }
  try {
    const check = verifyAudit(file);
    if (check.ok) console.log(`whole: ${check.records} records, the last hash is ${check.lastHash}`);
    else console.error(`broken at seq ${check.brokenSeq}: ${check.says}`);
    return check.ok ? 0 : 1;
  } catch (thrown) {
    console.error(`cannot read ${file}: ${messageOf(thrown)}`);
    return 3;
  }
}

process.exitCode = main(process.argv[2]);
