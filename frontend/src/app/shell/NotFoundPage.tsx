import { Link } from "@tanstack/react-router";
import { Compass } from "lucide-react";

import { buttonClass } from "@/shared/ui/buttonClass";

import { StatusPage } from "./StatusPage";

/** Also what one sees at the address of somebody else's store: there is nothing to tell them apart. */
export function NotFoundPage() {
  return (
    <StatusPage
      icon={Compass}
      title="There is nothing here"
      actions={
        <Link to="/stores" className={buttonClass("primary")}>
          To my stores
        </Link>
      }
    >
      <p>The address may be mistyped, or what was here belongs to somebody else or is gone.</p>
    </StatusPage>
  );
}
