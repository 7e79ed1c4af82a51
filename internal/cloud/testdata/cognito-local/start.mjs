// Starts cognito-local on a free port of the loopback address, in a fresh folder,
// prints its URL, and ends when standard input does: with the test that started it, however
// that one ends.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
process.env.HOST = "127.0.0.1";
process.env.PORT = "0";
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "cognito-local-"));
process.on("exit", () => fs.rmSync(folder, { recursive: true, force: true }));
process.stdin.on("end", () => process.exit()).resume();

process.chdir(folder); // where it keeps its data
// By default user names would have to be e-mails.
fs.mkdirSync(".cognito");
fs.writeFileSync(".cognito/config.json", JSON.stringify({ UserPoolDefaults: { UsernameAttributes: [] } }));
const { createDefaultServer } = require("cognito-local");
const logger = require("pino")({ level: "silent" });
const server = await createDefaultServer(logger).then((s) => s.start());
console.log(`http://127.0.0.1:${server.address().port}`);
