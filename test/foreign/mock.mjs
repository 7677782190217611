// oauth2-mock-server, which misbehaves once on an order from standard input.
// Prints its issuer, then "ok" for each order.
import { createInterface } from "node:readline";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import path from "node:path";

const require = createRequire(path.join(process.env.CLAVIGER_NPM, "index.js"));
const { OAuth2Server, Events } = await import(pathToFileURL(require.resolve("oauth2-mock-server")));

const server = new OAuth2Server();
await server.issuer.keys.generate("RS256");
await server.start(0, "127.0.0.1");
const { service } = server;

service.on(Events.BeforeUserinfo, ({ body }) => Object.assign(body, {
  name: "John Doe", preferred_username: "johndoe", email: "john@mock.example", groups: ["crew"],
}));

// The next ID token: the access token is signed first and has no aud.
const nextIDToken = (change) => {
  const hook = (token) => {
    if (token.payload.aud === undefined) return;
    service.off(Events.BeforeTokenSigning, hook);
    change(token);
  };
  service.on(Events.BeforeTokenSigning, hook);
};
const nextAnswer = (change) => service.once(Events.BeforeResponse, change);
const refusal = (statusCode, body) => nextAnswer((answer) => Object.assign(answer, { statusCode, body }));

const orders = {
  nonce: () => nextIDToken((t) => { t.payload.nonce = "another"; }),
  "no nonce": () => nextIDToken((t) => { delete t.payload.nonce; }),
  audience: () => nextIDToken((t) => { t.payload.aud = "somebody-else"; }),
  issuer: () => nextIDToken((t) => { t.payload.iss = "https://evil.example"; }),
  expired: () => nextIDToken((t) => { t.payload.exp = t.payload.iat - 3600; t.payload.iat -= 7200; t.payload.nbf = t.payload.iat; }),
  subject: () => nextIDToken((t) => { t.payload.sub = "janedoe"; }),
  "no id token": () => nextAnswer(({ body }) => { delete body.id_token; }),
  "no access token": () => nextAnswer(({ body }) => { delete body.access_token; }),
  "mac token": () => nextAnswer(({ body }) => { body.token_type = "mac"; }),
  "invalid_grant": () => refusal(400, { error: "invalid_grant" }),
  "invalid_client": () => refusal(401, { error: "invalid_client", error_description: "no such client" }),
  "broken": () => refusal(503, { message: "down for a moment" }),
  "userinfo of another": () => service.once(Events.BeforeUserinfo, ({ body }) => { body.sub = "janedoe"; }),
  "userinfo refused": () => service.once(Events.BeforeUserinfo, (answer) => Object.assign(answer, { statusCode: 401, body: { error: "invalid_token" } })),
  "revocation refused": () => service.once(Events.BeforeRevoke, (answer) => { answer.statusCode = 418; }),
  "foreign iss": () => service.once(Events.BeforeAuthorizeRedirect, ({ url }) => url.searchParams.set("iss", "https://evil.example")),
  "wrong state": () => service.once(Events.BeforeAuthorizeRedirect, ({ url }) => url.searchParams.set("state", "guessed")),
  "denied": () => service.once(Events.BeforeAuthorizeRedirect, ({ url }) => { url.searchParams.delete("code"); url.searchParams.set("error", "access_denied"); }),
};

console.log(server.issuer.url);
for await (const line of createInterface({ input: process.stdin })) {
  if (!orders[line]) process.exit(1);
  orders[line]();
  console.log("ok");
}
process.exit(0); // never outlives the test
