// Starts fauxqs on a free port of the loopback address, prints its URL, and ends when
// standard input does: with the test that started it, however that one ends.
import net from "node:net";

// fauxqs listens on all addresses and has no option for it.
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (options, ...rest) {
  return listen.call(this, { ...options, host: "127.0.0.1" }, ...rest);
};

const { startFauxqs } = await import("fauxqs");
const server = await startFauxqs({ port: 0, logger: false });
console.log(`http://127.0.0.1:${server.port}`);
process.stdin.on("end", () => process.exit()).resume();
