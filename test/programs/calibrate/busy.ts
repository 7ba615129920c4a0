// Keeps one core busy until its parent lets go of the channel, by will or by death, or the time (ms) in its first
// argument is over.

const sliceMs = 20;
const longestMs = Number(process.argv[2] ?? Infinity);

function burn(): void {
  const until = performance.now() + sliceMs;
  while (performance.now() < until);
  if (until > longestMs) process.exit(0);
  setImmediate(burn);
}

process.once("disconnect", () => process.exit(0));
if (process.connected) burn();
