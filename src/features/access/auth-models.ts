import type { BetterAuthOptions } from 'better-auth'
import { twoFactor } from 'better-auth/plugins'

const times = { createdAt: 'created_at', updatedAt: 'updated_at' }

/** better-auth's models under the names of our tables and columns (migration 0006). */
export const authModels = {
  user: {
    modelName: 'users',
    fields: { emailVerified: 'email_verified', ...times },
    // `input: false`: nobody can set these by asking the library.
    additionalFields: {
      role: { type: 'string', required: true, input: false, defaultValue: 'viewer' },
      tags: { type: 'string', required: false, input: false },
      disabledAt: { type: 'date', required: false, input: false, fieldName: 'disabled_at' },
      version: { type: 'number', required: true, input: false, returned: false, defaultValue: 1 },
    },
  },
  session: {
    modelName: 'sessions',
    fields: {
      userId: 'user_id',
      expiresAt: 'expires_at',
      ipAddress: 'ip_address',
      userAgent: 'user_agent',
      ...times,
    },
  },
  account: {
    modelName: 'accounts',
    fields: {
      accountId: 'account_id',
      providerId: 'provider_id',
      userId: 'user_id',
      accessToken: 'access_token',
      refreshToken: 'refresh_token',
      idToken: 'id_token',
      accessTokenExpiresAt: 'access_token_expires_at',
      refreshTokenExpiresAt: 'refresh_token_expires_at',
      ...times,
    },
  },
  verification: { modelName: 'verifications', fields: { expiresAt: 'expires_at', ...times } },
} as const satisfies Pick<BetterAuthOptions, 'user' | 'session' | 'account' | 'verification'>

/** The second factor: codes of an authenticator app, and backup codes; both kept encrypted. */
export const twoFactorPlugin = () =>
  twoFactor({
    issuer: 'Rollcall',
    schema: {
      user: { fields: { twoFactorEnabled: 'two_factor_enabled' } },
      twoFactor: {
        modelName: 'two_factors',
        fields: {
          backupCodes: 'backup_codes',
          userId: 'user_id',
          failedVerificationCount: 'failed_verification_count',
          lockedUntil: 'locked_until',
        },
      },
    },
  })
