import { publicApi } from "./client";
import { signedOut } from "./session";

/** The page forgets the session even where the server cannot be told: its tokens end by themselves. */
export async function signOut(): Promise<void> {
  try {
    // No body: the refresh token is in the cookie.
    await publicApi.POST("/api/v1/auth/logout");
  } catch {
    // Nobody answered; see above.
  }
  signedOut();
}
