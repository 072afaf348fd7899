import { Link } from "@tanstack/react-router";
import { useState } from "react";

import { enter, useSession } from "@/shared/api/session";

import { AuthHeading, authLinkClass } from "./ui/AuthHeading";
import { PasswordForm } from "./ui/PasswordForm";
import { SecondStepForm } from "./ui/SecondStepForm";

/** `to` is where one is sent after it: the guard of the routes does so as soon as there is a session. */
export function SignInPage({ to }: { to: string | undefined }) {
  const session = useSession();
  const [challenge, setChallenge] = useState<string | null>(null);
  const ended = session.status === "signed-out" && session.because === "ended";
  if (challenge !== null) {
    return (
      <>
        <AuthHeading title="One more step">
          Type the six digits that your authenticator app shows, or one of your recovery codes.
        </AuthHeading>
        <SecondStepForm challenge={challenge} onSession={enter} onAgain={() => setChallenge(null)} />
      </>
    );
  }
  return (
    <>
      <AuthHeading title="Sign in">
        New here?{" "}
        <Link to="/sign-up" search={to === undefined ? {} : { to }} className={authLinkClass}>
          Make an account
        </Link>
      </AuthHeading>
      {ended ? (
        <p role="status" className="mb-5 rounded-xl border border-line bg-sunken px-4 py-3 text-sm">
          Your session has ended. Sign in, and you are back where you were.
        </p>
      ) : null}
      <PasswordForm onSession={enter} onChallenge={setChallenge} />
    </>
  );
}
