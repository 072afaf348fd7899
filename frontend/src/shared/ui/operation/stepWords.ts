// What Souk's steps are to somebody who does not know Kubernetes.

type StepWords = { title: string; what: string };

const STEPS: Readonly<Record<string, StepWords>> = {
  namespace: { title: "A place of its own", what: "Walls off a part of the cluster for this store alone." },
  secrets: { title: "Passwords and keys", what: "Draws them at random and locks them away." },
  release: { title: "Shop and database", what: "Installs the programs that the shop is made of." },
  rollout: { title: "Starting up", what: "Waits until every program of the shop runs." },
  setup: { title: "Shelves and prices", what: "Fills in the catalogue, the currency and your sign-in." },
  verify: { title: "A first visit", what: "Lists the products and signs in to the admin, as people will." },
  publish: { title: "Opening", what: "Hands you the keys." },
  drain: { title: "Stopping work", what: "Waits until nothing is at work on the store." },
  uninstall: { title: "Taking the shop down", what: "Removes the programs and the database." },
  purge: { title: "Clearing the place", what: "Removes everything that is left, and checks that it is gone." },
};

export function stepWords(name: string): StepWords {
  return STEPS[name] ?? { title: name, what: "" };
}
