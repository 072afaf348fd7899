import { Monitor, Moon, Sun } from "lucide-react";

import { chooseTheme, type ThemeChoice, useThemeChoice } from "@/shared/lib/theme";
import { Segmented } from "@/shared/ui/Segmented";

const CHOICES = [
  { value: "light", label: "Light", icon: Sun },
  { value: "dark", label: "Dark", icon: Moon },
  { value: "system", label: "As the system", icon: Monitor },
] as const satisfies readonly { value: ThemeChoice; label: string; icon: typeof Sun }[];

export function ThemeMenu() {
  return <Segmented label="Theme" value={useThemeChoice()} choices={CHOICES} onChange={chooseTheme} compact />;
}
