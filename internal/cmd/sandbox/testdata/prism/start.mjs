// Runs prism with the arguments given, and ends when standard input does: with the test
// that started it, however that one ends.
process.stdin.on("end", () => process.exit()).resume();
await import("@stoplight/prism-cli/dist/index.js");
