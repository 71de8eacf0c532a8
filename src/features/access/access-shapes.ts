import { z } from 'zod'
import { maximumPassword, minimumPassword } from '#features/access/password.ts'
import { permissions, roles } from '#model/actor.ts'

/** What the operations of access take and give. */
export const RoleName = z.enum(roles)
export const PermissionName = z.enum(permissions)
export const TagNames = z.array(z.string().min(1).max(100)).max(100)
export const Email = z.email().max(254).describe('An e-mail address; it is what one signs in with.')
export const PersonName = z.string().trim().min(1).max(200)
export const PersonId = z.string().min(1).max(254).describe('Id or e-mail address.')
export const NewPassword = z
  .string()
  .min(minimumPassword)
  .max(maximumPassword)
  .meta({ secret: true })
  .describe(`At least ${minimumPassword} characters.`)
export const LinkToken = z
  .string()
  .min(1)
  .max(200)
  .meta({ secret: true })
  .describe('What stands behind the # of the link.')

export const UserShape = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role: RoleName,
  tags: z.array(z.string()).nullable().describe('Only devices with one of these are seen; null for all.'),
  disabledAt: z.string().nullable(),
  twoFactor: z.boolean(),
  hasPassword: z
    .boolean()
    .describe('False until the invitation is followed, and for people who come through OIDC.'),
  createdAt: z.string(),
  version: z.number().int(),
})

export const LinkShape = z.object({
  url: z.string().describe('To be opened once, by the person it is for.'),
  expiresAt: z.string(),
})

export const TokenShape = z.object({
  id: z.number().int(),
  name: z.string(),
  prefix: z.string().describe('How its secret begins.'),
  user: z.string().nullable().describe('Whose it is; null for one that belongs to the installation.'),
  createdBy: z.string(),
  role: RoleName,
  permissions: z.array(PermissionName).nullable().describe('Only these of the role; null for all.'),
  tags: z.array(z.string()).nullable(),
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
  lastUsedAt: z.string().nullable().describe('To the hour.'),
  revokedAt: z.string().nullable(),
})

export const SessionShape = z.object({
  id: z.string(),
  user: z.string(),
  address: z.string().nullable(),
  userAgent: z.string().nullable(),
  createdAt: z.string(),
  expiresAt: z.string(),
  current: z.boolean().describe('The session that asks.'),
})
