import { Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";

import { Input } from "./Input";

type SearchInputProps = {
  label: string;
  placeholder?: string;
  value: string;
  onChange: (value: string) => void;
  className?: string;
};

/** So long after the last key the search begins: each one asks the server. */
const SETTLE_MS = 250;

/** `value` may come from the address, and change there without a key. */
export function SearchInput({ label, placeholder, value, onChange, className = "" }: SearchInputProps) {
  const [text, setText] = useState(value);
  const [known, setKnown] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  if (known !== value) {
    setKnown(value);
    setText(value);
  }
  useEffect(() => () => clearTimeout(timer.current), []);
  const settle = (next: string, after: number) => {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      setKnown(next.trim());
      onChange(next.trim());
    }, after);
  };
  return (
    <div className={`relative ${className}`}>
      <Search aria-hidden className="pointer-events-none absolute top-3 left-3 size-4 text-ink-faint" />
      <Input
        type="search"
        aria-label={label}
        placeholder={placeholder ?? label}
        value={text}
        onChange={(event) => settle(event.target.value, SETTLE_MS)}
        onKeyDown={(event) => {
          if (event.key === "Escape" && text !== "") settle("", 0);
        }}
        className="pl-9 [&::-webkit-search-cancel-button]:appearance-none"
        spellCheck={false}
        autoComplete="off"
      />
    </div>
  );
}
