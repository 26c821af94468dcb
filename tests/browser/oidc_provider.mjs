// A real OpenID provider on loopback: `node oidc_provider.mjs PORT CLIENT_ID CLIENT_SECRET CONSOLE_ADDRESS`.
// Whoever types a name is that person; `admin-…` has the role atesaki-admins.
// Roles and address stand in its userinfo only, as at providers with thin ID tokens.
import Provider from "../../manifest/node_modules/oidc-provider/lib/index.js";

const [port, clientId, clientSecret, address] = process.argv.slice(2);

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: clientId,
      client_secret: clientSecret,
      redirect_uris: [`${address}/console/sign-in/return`],
      post_logout_redirect_uris: [`${address}/console/signed-out`],
    },
  ],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "roles"] },
  cookies: { keys: ["a key for tests"] },
  pkce: { required: () => true },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      name: `${id} さん`,
      email: `${id}@hall.example`,
      email_verified: true,
      roles: id.startsWith("admin") ? ["atesaki-admins"] : [],
    }),
  }),
});

provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
