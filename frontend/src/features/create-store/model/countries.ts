// Where a store may sell: the countries of ISO 3166-1 by their two letters; browsers know their names.

export const CURRENCIES = ["EUR", "USD", "GBP"] as const;
export type Currency = (typeof CURRENCIES)[number];

const CODES =
  "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW".split(
    " ",
  );
const DOLLAR = new Set("US PR GU AS VI MP UM EC SV TL FM MH PW TC VG IO BQ".split(" "));
const POUND = new Set("GB IM JE GG GS".split(" "));

export type Country = { code: string; name: string };

export function countries(): Country[] {
  const names = new Intl.DisplayNames("en", { type: "region" });
  return CODES.map((code) => ({ code, name: names.of(code) ?? code })).sort((a, b) => a.name.localeCompare(b.name, "en"));
}

export function countryName(code: string): string {
  return new Intl.DisplayNames("en", { type: "region" }).of(code) ?? code;
}

/** What the form proposes; the catalogues have prices in three currencies. */
export function usualCurrency(country: string): Currency {
  if (DOLLAR.has(country)) return "USD";
  return POUND.has(country) ? "GBP" : "EUR";
}

/** Where this browser's user seems to be; Germany where nobody can say. */
export function likelyCountry(languages: readonly string[]): string {
  for (const language of languages) {
    const region = language.split("-").find((part) => /^[A-Z]{2}$/.test(part));
    if (region !== undefined && CODES.includes(region)) return region;
  }
  return "DE";
}
