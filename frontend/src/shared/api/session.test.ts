import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { Session } from "./schema.gen";

const SESSION: Session = {
  access_token: "token-1",
  account_id: "acc_1",
  expires_in: 900,
  refresh_expires_in: 2_592_000,
  role: "merchant",
  session_id: "ses_1",
  token_type: "Bearer",
  user_id: "usr_1",
};

/** Tabs of earlier tests must not hear what later ones say. */
const channels: BroadcastChannel[] = [];
class Channel extends BroadcastChannel {
  constructor(name: string) {
    super(name);
    channels.push(this);
  }
}

const fetched = vi.fn<(input: RequestInfo | URL, init?: RequestInit) => Promise<Response>>();

/** A tab of its own: the module keeps the token in its memory. */
async function tab() {
  vi.resetModules();
  return { session: await import("./session"), client: await import("./client") };
}

function answers(...all: (Response | Error)[]) {
  for (const each of all) {
    if (each instanceof Error) fetched.mockRejectedValueOnce(each);
    else fetched.mockResolvedValueOnce(each);
  }
}

const renewed = (token: string) => Response.json({ ...SESSION, access_token: token });
const refused = () => Response.json({ code: "auth.token_expired", title: "t", status: 401 }, { status: 401 });
const authorizations = () =>
  fetched.mock.calls.flatMap(([input]) => (input instanceof Request ? [input.headers.get("Authorization")] : []));

beforeEach(() => {
  vi.stubGlobal("fetch", fetched);
  vi.stubGlobal("BroadcastChannel", Channel);
  fetched.mockReset();
  localStorage.clear();
});
afterEach(() => {
  for (const channel of channels.splice(0)) channel.close();
  vi.unstubAllGlobals();
});

test("a visitor who was never signed in asks for no token", async () => {
  const { session } = await tab();
  expect(await session.resume()).toBe("signed-out");
  expect(fetched).not.toHaveBeenCalled();
});

test("whoever was signed in comes back by the cookie, and no storage holds a token", async () => {
  localStorage.setItem("souk.signed-in", "1");
  const { session } = await tab();
  answers(renewed("token-2"));
  expect(await session.resume()).toBe("renewed");
  expect(session.presentToken()).toBe("token-2");
  expect(JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)])).not.toContain("token-");
});

test("all requests of a tab that meet an old token share one renewal", async () => {
  const { session, client } = await tab();
  session.enter(SESSION);
  let renewals = 0;
  fetched.mockImplementation((input) => {
    if (!(input instanceof Request)) {
      renewals += 1;
      return Promise.resolve(renewed("token-2"));
    }
    const isNew = input.headers.get("Authorization") === "Bearer token-2";
    return Promise.resolve(isNew ? Response.json({ ok: true }) : refused());
  });
  const both = await Promise.all(
    ["/a", "/b"].map((path) => client.authorizedFetch(new Request(`http://localhost${path}`))),
  );
  expect(both.map((response) => response.status)).toEqual([200, 200]);
  expect(renewals).toBe(1);
});

test("a request is sent again once, and not for ever", async () => {
  const { session, client } = await tab();
  session.enter(SESSION);
  answers(refused(), renewed("token-2"), refused());
  const response = await client.authorizedFetch(new Request("http://localhost/a"));
  expect(response.status).toBe(401);
  expect(authorizations()).toEqual(["Bearer token-1", "Bearer token-2"]);
});

test("a refusal that comes late, when there is a new token already, asks for no third one", async () => {
  const { session, client } = await tab();
  session.enter(SESSION);
  let refuse: (answer: Response) => void = () => undefined;
  fetched.mockReturnValueOnce(new Promise((resolve) => (refuse = resolve)));
  const late = client.authorizedFetch(new Request("http://localhost/late"));
  await vi.waitFor(() => expect(fetched).toHaveBeenCalledTimes(1));
  answers(renewed("token-2"), Response.json({}));
  await session.renew();
  refuse(refused());
  expect((await late).status).toBe(200);
  expect(authorizations()).toEqual(["Bearer token-1", "Bearer token-2"]);
});

test("a token that is about to end is renewed before it is sent", async () => {
  const { session, client } = await tab();
  session.enter({ ...SESSION, expires_in: 5 });
  answers(renewed("token-2"), Response.json({}));
  await client.authorizedFetch(new Request("http://localhost/a"));
  expect(authorizations()).toEqual(["Bearer token-2"]);
});

test("a refused renewal ends the session; one without an answer does not", async () => {
  const { session } = await tab();
  session.enter(SESSION);
  answers(new TypeError("network"), new Response(null, { status: 503 }), refused());
  expect(await session.renew()).toBe("unreachable");
  expect(await session.renew()).toBe("unreachable");
  expect(session.sessionState.get().status).toBe("signed-in");
  expect(await session.renew()).toBe("signed-out");
  expect(session.sessionState.get()).toEqual({ status: "signed-out", because: "ended" });
  expect(session.presentToken()).toBeNull();
});

test("signing out in one tab signs out the others", async () => {
  const first = await tab();
  const second = await tab();
  first.session.enter(SESSION);
  second.session.enter(SESSION);
  first.session.signedOut();
  await vi.waitFor(() => expect(second.session.sessionState.get()).toEqual({ status: "signed-out", because: "left" }));
  expect(second.session.presentToken()).toBeNull();
});
