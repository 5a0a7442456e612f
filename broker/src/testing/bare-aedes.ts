import { createServer, type AddressInfo } from "node:net";
import { Aedes } from "aedes";

/** Child process: the broker library alone, as it comes, without rights, limits or disk. */
const broker = new Aedes();
await broker.listen();
const server = createServer({ noDelay: true }, (socket) => void broker.handle(socket));
server.listen(0, "127.0.0.1", () => {
  // A listening TCP server has an address with a port.
  process.send?.({ type: "ready", ports: { mqtt: (server.address() as AddressInfo).port } });
});
process.once("disconnect", () => process.exit(0));
