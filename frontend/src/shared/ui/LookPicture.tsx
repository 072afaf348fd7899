// A picture of a shop's front for each look, drawn for Souk, as files: the Content-Security-Policy takes no `data:`.
import astra from "@/shared/pictures/astra.svg";
import electronics from "@/shared/pictures/electronics.svg";
import fashion from "@/shared/pictures/fashion.svg";
import minimal from "@/shared/pictures/minimal.svg";
import storefront from "@/shared/pictures/storefront.svg";

const PICTURES: Readonly<Record<string, string>> = { fashion, electronics, minimal, astra, storefront };

/** The look is the theme, where the engine has themes; else that of the catalogue. */
export function lookOf(store: { theme?: string | null; catalog: string }): string {
  return store.theme ?? store.catalog;
}

export function LookPicture({ look, className = "" }: { look: string; className?: string }) {
  return (
    <img
      src={PICTURES[look] ?? minimal}
      alt=""
      width={640}
      height={400}
      decoding="async"
      className={`aspect-[16/10] w-full object-cover ${className}`}
    />
  );
}
