// A registry of three versions for the stacks that faults are tried on: which is stable, which is tried out, and whose
// turn it is to answer. Plain JavaScript, so that it runs without a build.

const known = ["usual", "candidate", "other"];

/** Answers what concerns versions; undefined: nothing of that was asked. `isOperator` is asked for changes alone. */
export function createRegistry(isOperator) {
  let serving = { stable: "usual", candidate: null };
  let turn = 0;
  const served = (next) => ((serving = next), [200, { serving }]);
  return ({ request, url, body }) => {
    if (url.pathname === "/models" && request.method === "GET") return [200, { serving }];
    if (url.pathname === "/answer") {
      turn += 1;
      const { candidate } = serving;
      const isTried =
        candidate !== null && Math.floor(turn * candidate.share) > Math.floor((turn - 1) * candidate.share);
      return [200, { model: isTried ? candidate.version : serving.stable }];
    }
    if (!url.pathname.startsWith("/models/")) return undefined;
    if (!isOperator(request)) return [401, {}];
    if (url.pathname === "/models/serving") return served(body);
    if (!known.includes(body.version)) return [404, {}];
    if (url.pathname === "/models/promote") {
      return serving.candidate?.version === body.version
        ? served({ stable: body.version, candidate: null })
        : [409, {}];
    }
    return served({ ...serving, candidate: { version: body.version, share: body.share } });
  };
}
