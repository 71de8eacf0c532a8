import type { GenericOAuthConfig } from 'better-auth/plugins'
import type { Config } from '#config.ts'
import type { OidcProvider } from '#config-schema.ts'
import { attempts } from '#features/access/auth-attempt.ts'
import type { JsonObject } from '#kernel/json.ts'
import { roles } from '#model/actor.ts'
import type { Role } from '#model/actor.ts'

/** The configured providers as better-auth wants them: discovery, PKCE, and a verified id_token or nothing. */
export const oauthConfigs = ({ oidc, registration }: Config['access']): GenericOAuthConfig[] =>
  oidc.map((provider) => ({
    providerId: provider.name,
    name: provider.title ?? provider.name,
    discoveryUrl: `${provider.issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`,
    requireIdTokenVerification: true,
    clientId: provider.clientId,
    ...(provider.clientSecret === undefined
      ? { tokenEndpointAuth: { method: 'none' } }
      : { clientSecret: provider.clientSecret }),
    scopes: provider.scopes,
    pkce: true,
    disableSignUp: registration === 'none',
    disableProviderLogout: true,
    mapProfileToUser(profile) {
      const attempt = attempts.getStore()
      if (attempt) attempt.claims = { provider: provider.name, profile: profile as JsonObject }
      return { name: profile.name || profile.email || String(profile.sub) }
    },
  }))

/** The highest role that the provider's claim gives; undefined when the provider doesn't decide about roles. */
export function claimedRole(provider: OidcProvider, profile: JsonObject): Role | undefined {
  if (provider.roleClaim === undefined) return undefined
  const claim = profile[provider.roleClaim]
  const values = (Array.isArray(claim) ? claim : [claim]).map(String)
  const given = values.flatMap((value) =>
    Object.hasOwn(provider.roles, value) ? [provider.roles[value]!] : [],
  )
  return roles.findLast((role) => given.includes(role)) ?? provider.role
}
