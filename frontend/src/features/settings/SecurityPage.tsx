import { SettingsFrame } from "./SettingsFrame";
import { PasswordCard } from "./ui/PasswordCard";
import { SecondFactorCard } from "./ui/SecondFactorCard";

export function SecurityPage() {
  return (
    <SettingsFrame title="Security">
      <div className="grid max-w-3xl gap-6">
        <SecondFactorCard />
        <PasswordCard />
      </div>
    </SettingsFrame>
  );
}
