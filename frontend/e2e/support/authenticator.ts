import { Secret, TOTP } from "otpauth";

const PERIOD_S = 30;
/** So near to its end a code before the present one may be too old by the time it arrives. */
const MARGIN_S = 5;

/**
 * An authenticator app that waits for nothing: Souk takes each code once, and those of the half minutes before and
 * after. This one begins with the one before, so it has three codes at any moment.
 */
export class Authenticator {
  readonly #totp: TOTP;
  #last: number | null = null;

  constructor(secret: string) {
    this.#totp = new TOTP({ secret: Secret.fromBase32(secret.replace(/\s/g, "")), digits: 6, period: PERIOD_S });
  }

  next(): string {
    const now = Date.now() / 1000;
    const present = Math.floor(now / PERIOD_S);
    const first = PERIOD_S - (now % PERIOD_S) > MARGIN_S ? present - 1 : present;
    this.#last = this.#last === null ? first : Math.max(this.#last + 1, first);
    return this.#totp.generate({ timestamp: this.#last * PERIOD_S * 1000 });
  }

  /** Six digits that are none of those. */
  static wrongCode(right: string): string {
    return String((Number(right) + 1) % 1_000_000).padStart(6, "0");
  }
}
