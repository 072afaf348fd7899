// What the browser complains of: every word on its console that is more than information, every error that nobody
// caught, every thing that the Content-Security-Policy refused. None is right, but for those that a test brings about.
import type { BrowserContext, ConsoleMessage } from "@playwright/test";

type Complaint = { text: string; url: string };
type Expected = { what: string; fits: (complaint: Complaint) => boolean; isMet: boolean };

export class Complaints {
  readonly #origins: string[];
  readonly #contexts: BrowserContext[] = [];
  readonly #heard: Complaint[] = [];
  readonly #expected: Expected[] = [];

  constructor(origin: string) {
    this.#origins = [origin];
  }

  async listenTo(context: BrowserContext): Promise<void> {
    this.#contexts.push(context);
    context.on("console", (message) => this.#hear(message));
    context.on("weberror", (error) => {
      if (this.#isOurs(error.page()?.url())) this.#heard.push({ text: `uncaught: ${error.error().message}`, url: "" });
    });
    await context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, sample }) => {
        console.error(`The policy refused ${effectiveDirective} of ${blockedURI} ${sample}`);
      });
    });
  }

  /** Souk is there, too: by a way of the test's own. */
  alsoAt(origin: string): void {
    this.#origins.push(origin);
  }

  /** A refused request is on the browser's console, whatever the page makes of it. */
  expectStatus(status: number, path: RegExp): void {
    this.#expect(`an answer ${status} of ${path}`, ({ text, url }) => text.includes(`status of ${status} `) && path.test(url));
  }

  /** Requests without any answer, if there are any: what was asked for just then. */
  allowNoAnswer(): void {
    this.#expected.push({ what: "", fits: hasNoAnswer, isMet: true });
  }

  /** Requests without any answer. */
  expectNoAnswer(): void {
    this.#expect("a request without an answer", hasNoAnswer);
  }

  expectRefusal(directive: string): void {
    this.#expect(`a refusal of ${directive}`, ({ text }) => text.includes("olicy") && text.includes(directive));
  }

  /** What was complained of and not expected, and what was expected and never came. */
  async unanswered(): Promise<string[]> {
    await this.settle();
    const unexpected = this.#heard.filter((complaint) => !this.#isExpected(complaint));
    const missing = this.#expected.filter(({ isMet }) => !isMet);
    return [
      ...unexpected.map(({ text, url }) => (url === "" ? text : `${text} (${url})`)),
      ...missing.map(({ what }) => `expected, and it never came: ${what}`),
    ];
  }

  /** A word with each page: what it said before has come by then. */
  async settle(): Promise<void> {
    const pages = this.#contexts.flatMap((context) => context.pages());
    await Promise.allSettled(pages.map((page) => page.evaluate(() => document.readyState)));
  }

  #expect(what: string, fits: Expected["fits"]): void {
    this.#expected.push({ what, fits, isMet: false });
  }

  #isExpected(complaint: Complaint): boolean {
    const met = this.#expected.filter(({ fits }) => fits(complaint));
    for (const each of met) each.isMet = true;
    return met.length > 0;
  }

  #hear(message: ConsoleMessage): void {
    const isLoud = message.type() === "error" || message.type() === "warning" || message.type() === "assert";
    // The machine's own network came or went; nobody's page is to blame.
    if (message.text().includes("net::ERR_NETWORK_CHANGED")) return;
    if (isLoud && this.#isOurs(message.page()?.url())) {
      this.#heard.push({ text: `${message.type()}: ${message.text()}`, url: message.location().url });
    }
  }

  /** What a shop's own pages say is no matter of the dashboard. A page that has just closed counts. */
  #isOurs(url: string | undefined): boolean {
    return url === undefined || this.#origins.some((origin) => url.startsWith(origin)) || url === "about:blank";
  }
}

function hasNoAnswer({ text }: Complaint): boolean {
  return text.includes("net::ERR_");
}
