// A provider of OpenID Connect that takes the standard at its word; its arguments are a port and its clients as JSON.
//
// The person in PUT /person is signed in without being asked, as in a browser that has a session there already.
import Provider, { errors } from "oidc-provider";

const [port, clients] = process.argv.slice(2).map((given) => JSON.parse(given));
let person;

const provider = new Provider(`http://localhost:${port}`, {
  clients,
  acrValues: ["phr", "urn:example:two-factor"],
  claims: {
    openid: ["sub", "amr"],
    profile: ["given_name", "family_name", "preferred_username", "groups"],
    email: ["email", "email_verified"],
  },
  cookies: { keys: ["only for tests"] },
  features: { devInteractions: { enabled: false } },
  findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => person.claims }),
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  async loadExistingGrant(ctx) {
    const { client, params, session } = ctx.oidc;
    const grant = new ctx.oidc.provider.Grant({ accountId: session.accountId, clientId: client.clientId });
    grant.addOIDCScope(params.scope);
    await grant.save();
    return grant;
  },
  pkce: { required: () => true },
});

provider.use(async (ctx, next) => {
  if (ctx.path === "/person" && ctx.method === "PUT") {
    const sent = [];
    for await (const part of ctx.req) sent.push(part);
    person = JSON.parse(Buffer.concat(sent));
    ctx.status = 204;
  } else if (ctx.path.startsWith("/interaction/")) {
    const { prompt } = await provider.interactionDetails(ctx.req, ctx.res);
    if (prompt.name !== "login") throw new Error(`nobody answers ${prompt.name}`);
    await provider.interactionFinished(ctx.req, ctx.res, {
      login: { accountId: person.claims.sub, acr: person.acr, amr: person.amr },
    });
    ctx.respond = false;
  } else if (ctx.path === "/auth" && !ctx.query.nonce) {
    throw new errors.InvalidRequest("missing nonce");
  } else if (ctx.path === "/token" && !ctx.headers.authorization) {
    // Ory Hydra and Authelia take the secret only in the way that the client is registered with.
    ctx.status = 401;
    ctx.body = { error: "invalid_client" };
  } else {
    await next();
  }
});

provider.listen(port, "127.0.0.1", () => console.log("ready"));
