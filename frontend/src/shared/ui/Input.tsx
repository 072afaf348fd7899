import { Eye, EyeOff } from "lucide-react";
import { type ComponentProps, useState } from "react";

import { controlClass } from "./controlClass";

type InputProps = Omit<ComponentProps<"input">, "className"> & { className?: string };

export function Input({ className = "", ...rest }: InputProps) {
  return <input {...rest} className={`${controlClass} h-10 ${className}`} />;
}

/** Shows what was typed for as long as its user wants. */
export function PasswordInput({ className = "", ...rest }: Omit<InputProps, "type">) {
  const [shown, setShown] = useState(false);
  const Icon = shown ? EyeOff : Eye;
  return (
    <div className="relative">
      <Input {...rest} type={shown ? "text" : "password"} className={`pr-11 ${className}`} spellCheck={false} />
      <button
        type="button"
        className="absolute inset-y-1 right-1 inline-flex w-8 items-center justify-center rounded-md text-ink-faint hover:bg-sunken hover:text-ink"
        aria-label={shown ? "Hide the password" : "Show the password"}
        aria-pressed={shown}
        onClick={() => setShown(!shown)}
      >
        <Icon aria-hidden className="size-4" />
      </button>
    </div>
  );
}
