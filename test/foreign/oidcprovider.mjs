// The certified oidc-provider as a test wants it. The argument is JSON:
// client (of the one client), config (of the provider), and what JSON cannot say:
// algs (of ID tokens), deviceTTL, apis, dpop. Prints its issuer.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import http from "node:http";
import path from "node:path";

const require = createRequire(path.join(process.env.CLAVIGER_NPM, "index.js"));
const { Provider, errors } = await import(pathToFileURL(require.resolve("oidc-provider")));
const want = JSON.parse(process.argv[2]) ?? {};

const person = (id) => ({
  sub: id, name: "Nadia Foreign", preferred_username: id, email: `${id}@foreign.example`,
  email_verified: true, groups: ["harbour", "lighthouse"], roles: ["pilot"],
});

const key = (alg, type, options) =>
  ({ ...generateKeyPairSync(type, options).privateKey.export({ format: "jwk" }), alg, use: "sig", kid: alg.toLowerCase() });
const keys = {
  RS256: () => key("RS256", "rsa", { modulusLength: 2048 }),
  PS256: () => key("PS256", "rsa", { modulusLength: 2048 }),
  ES256: () => key("ES256", "ec", { namedCurve: "P-256" }),
  ES384: () => key("ES384", "ec", { namedCurve: "P-384" }),
  EdDSA: () => key("EdDSA", "ed25519"),
};
const algs = want.algs ?? ["RS256"];

// APIs that tokens can be for (RFC 8707), each with its scopes.
const resourceIndicators = (apis) => ({
  resourceIndicators: {
    enabled: true,
    getResourceServerInfo: (_, resource) => {
      if (!(resource in apis)) throw new errors.InvalidTarget();
      return { scope: apis[resource], audience: resource, accessTokenFormat: "jwt" };
    },
  },
});
const dPoP = (options) => ({
  dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => options.nonce === true, allowReplay: false },
});

const server = http.createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const { features, ...config } = want.config ?? {};
  const provider = new Provider(issuer, {
    clients: [{
      client_id: "claviger-foreign", application_type: "native", token_endpoint_auth_method: "none",
      redirect_uris: ["http://127.0.0.1/callback/harbour"], response_types: ["code"],
      grant_types: ["authorization_code", "refresh_token"], id_token_signed_response_alg: algs[0],
      ...want.client,
    }],
    jwks: { keys: algs.map((alg) => keys[alg]()) },
    enabledJWA: { idTokenSigningAlgValues: algs, userinfoSigningAlgValues: algs },
    cookies: { keys: ["only for a test"] },
    pkce: { required: () => true },
    claims: {
      openid: ["sub"], profile: ["name", "preferred_username"], email: ["email", "email_verified"],
      groups: ["groups", "roles"],
    },
    scopes: ["openid", "offline_access", "profile", "email", "groups"],
    rotateRefreshToken: true,
    ttl: {
      AccessToken: 300, AuthorizationCode: 60, IdToken: 300, RefreshToken: 3600, Session: 3600, Grant: 3600,
      Interaction: 600, DeviceCode: want.deviceTTL ?? 600,
    },
    features: { devInteractions: { enabled: true }, pushedAuthorizationRequests: { enabled: false }, revocation: { enabled: true }, rpInitiatedLogout: { enabled: true }, ...features,
      ...(want.apis && resourceIndicators(want.apis)), ...(want.dpop && dPoP(want.dpop)) },
    findAccount: (_, id) => ({ accountId: id, claims: async () => person(id) }),
    ...config,
  });
  for (const name of ["grant.revoked", "server_error", "grant.error", "authorization.error", "revocation.error"]) {
    provider.on(name, (_, err) => console.error(name, err?.error ?? "", err?.error_detail ?? ""));
  }
  server.on("request", provider.callback());
  console.log(issuer);
});
process.stdin.on("end", () => process.exit(0)).resume(); // never outlives the test
