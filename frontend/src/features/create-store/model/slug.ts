// A store's name, proposed from its title: 3 to 30 of a-z, 0-9 and `-`, a letter first.

export const NAME_MIN = 3;
export const NAME_MAX = 30;
export const NAME_PATTERN = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** Letters that do not fall apart into a plain one and an accent. */
const SPELLED: Readonly<Record<string, string>> = {
  ß: "ss", æ: "ae", ø: "o", œ: "oe", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i",
};

/** Empty where the title has nothing that a name may hold. */
export function nameFromTitle(title: string): string {
  const plain = title
    .toLowerCase()
    .replace(/[ßæøœłđðþı]/g, (letter) => SPELLED[letter] ?? letter)
    .normalize("NFD")
    .replace(/\p{Mark}/gu, "")
    .replace(/['’]/g, "");
  return plain
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+/, "")
    .slice(0, NAME_MAX)
    .replace(/-+$/, "");
}
