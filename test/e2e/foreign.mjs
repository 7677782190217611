// An OpenID provider that Claviger's authors did not write: the certified
// oidc-provider. A public client with a loopback redirect on any port,
// rotation of refresh tokens, and a groups claim. Prints its issuer.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import http from "node:http";
import path from "node:path";

const require = createRequire(path.join(process.env.CLAVIGER_NPM, "index.js"));
const { Provider } = await import(pathToFileURL(require.resolve("oidc-provider")));

const person = (id) => ({
  sub: id, name: "Nadia Foreign", preferred_username: id, email: `${id}@foreign.example`,
  email_verified: true, groups: ["harbour", "lighthouse"],
});

const server = http.createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{
      client_id: "claviger-e2e", application_type: "native", token_endpoint_auth_method: "none",
      redirect_uris: ["http://127.0.0.1/callback/harbour"], response_types: ["code"],
      grant_types: ["authorization_code", "refresh_token"],
    }],
    pkce: { required: () => true },
    claims: {
      openid: ["sub"], profile: ["name", "preferred_username"], email: ["email", "email_verified"],
      groups: ["groups"],
    },
    scopes: ["openid", "offline_access", "profile", "email", "groups"],
    rotateRefreshToken: true,
    ttl: { AccessToken: () => Number(process.env.ACCESS_TTL ?? 300), IdToken: 300, RefreshToken: 3600, Session: 3600, Grant: 3600, Interaction: 600 },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: true }, revocation: { enabled: true } },
    findAccount: (_, id) => ({ accountId: id, claims: async () => person(id) }),
  });
  server.on("request", provider.callback());
  console.log(issuer);
});
