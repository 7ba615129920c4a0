// A rule of the linter for files of tests: as `max-lines-per-function`, but `describe` may be as long as its file. What
// stands in it are functions of their own, each held to the budget.

/** Lines of a text that are neither empty nor comments only. */
function countLines(lines, isComment, { start, end }) {
  let count = 0;
  for (let number = start.line; number <= end.line; number += 1) {
    if ((lines[number - 1] ?? "").trim() !== "" && !isComment(number)) count += 1;
  }
  return count;
}

/** Line numbers, from 1, on which nothing stands but a comment. */
function commentLines({ lines, comments }) {
  const found = new Set();
  for (const { loc } of comments) {
    const before = (lines[loc.start.line - 1] ?? "").slice(0, loc.start.column).trim();
    const after = (lines[loc.end.line - 1] ?? "").slice(loc.end.column).trim();
    for (let number = loc.start.line; number <= loc.end.line; number += 1) {
      if (number === loc.start.line && before !== "") continue;
      if (number === loc.end.line && after !== "") continue;
      found.add(number);
    }
  }
  return found;
}

/** `describe`, `describe.each(…)`, `test.describe`: what only groups. */
function groups(callee) {
  if (callee.type === "Identifier") return callee.name === "describe";
  if (callee.type === "CallExpression" || callee.type === "TaggedTemplateExpression")
    return groups(callee.callee ?? callee.tag);
  return callee.type === "MemberExpression" && (groups(callee.object) || groups(callee.property));
}

const maxLinesPerFunction = {
  meta: { schema: [{ type: "integer" }] },
  create(context) {
    const [max] = context.options;
    const comments = commentLines({ lines: context.sourceCode.lines, comments: context.sourceCode.getAllComments() });
    function check(node) {
      const { parent } = node;
      if (parent?.type === "CallExpression" && parent.arguments.includes(node) && groups(parent.callee)) return;
      const count = countLines(context.sourceCode.lines, (number) => comments.has(number), node.loc);
      if (count > max)
        context.report({ node, message: `The function has too many lines (${count}). Maximum allowed is ${max}.` });
    }
    return { FunctionDeclaration: check, FunctionExpression: check, ArrowFunctionExpression: check };
  },
};

export default { meta: { name: "tests" }, rules: { "max-lines-per-function": maxLinesPerFunction } };
