// The cable between a browser and Souk, which a test can pull: what is under way breaks off in the middle, as it does
// in life, and what comes then finds nobody.
import { connect, createServer, type Server, type Socket } from "node:net";

import { ADDRESS } from "./address";

export class Cable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isWhole = true;

  private constructor() {
    const { hostname, port } = new URL(ADDRESS);
    this.#server = createServer((browser) => {
      if (!this.#isWhole) {
        browser.destroy();
        return;
      }
      const souk = connect(Number(port || "80"), hostname);
      this.#join(browser, souk);
      this.#join(souk, browser);
    });
  }

  static async laid(): Promise<Cable> {
    const cable = new Cable();
    await new Promise<void>((resolve) => cable.#server.listen(0, "127.0.0.1", resolve));
    return cable;
  }

  /** Where Souk is, by this cable. */
  get address(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("the cable is laid to nowhere");
    return `http://127.0.0.1:${address.port}`;
  }

  pull(): void {
    this.#isWhole = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  plugIn(): void {
    this.#isWhole = true;
  }

  async takeUp(): Promise<void> {
    this.pull();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.pipe(to);
    from.on("error", () => to.destroy());
    from.on("close", () => {
      this.#sockets.delete(from);
      to.destroy();
    });
  }
}
