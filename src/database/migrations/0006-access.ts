import type { Migration } from '#database/migration.ts'

/** People, sessions, tokens and one-time links. The first six tables are those of better-auth 1.7 under our names. */
export const access: Migration = {
  up: (t) => [
    `create table users (
      id ${t.text} primary key,
      name ${t.text} not null,
      email ${t.text} not null unique,
      email_verified ${t.boolean} not null,
      image ${t.text},
      two_factor_enabled ${t.boolean},
      role ${t.text} not null check (role in ('viewer', 'operator', 'admin')),
      tags ${t.json},
      disabled_at ${t.text},
      created_at ${t.text} not null,
      updated_at ${t.text} not null,
      version ${t.integer} not null
    )`,
    'create index users_role on users (role)',
    `create table sessions (
      id ${t.text} primary key,
      token ${t.text} not null unique,
      user_id ${t.text} not null references users (id) on delete cascade,
      expires_at ${t.text} not null,
      ip_address ${t.text},
      user_agent ${t.text},
      created_at ${t.text} not null,
      updated_at ${t.text} not null
    )`,
    'create index sessions_user on sessions (user_id)',
    'create index sessions_expires on sessions (expires_at)',
    `create table accounts (
      id ${t.text} primary key,
      account_id ${t.text} not null,
      provider_id ${t.text} not null,
      user_id ${t.text} not null references users (id) on delete cascade,
      access_token ${t.text},
      refresh_token ${t.text},
      id_token ${t.text},
      access_token_expires_at ${t.text},
      refresh_token_expires_at ${t.text},
      scope ${t.text},
      password ${t.text},
      created_at ${t.text} not null,
      updated_at ${t.text} not null,
      unique (provider_id, account_id)
    )`,
    'create index accounts_user on accounts (user_id)',
    `create table verifications (
      id ${t.text} primary key,
      identifier ${t.text} not null,
      value ${t.text} not null,
      expires_at ${t.text} not null,
      created_at ${t.text} not null,
      updated_at ${t.text} not null
    )`,
    'create index verifications_identifier on verifications (identifier)',
    'create index verifications_expires on verifications (expires_at)',
    `create table two_factors (
      id ${t.text} primary key,
      secret ${t.text} not null,
      backup_codes ${t.text} not null,
      user_id ${t.text} not null references users (id) on delete cascade,
      verified ${t.boolean},
      failed_verification_count ${t.integer},
      locked_until ${t.text}
    )`,
    'create index two_factors_user on two_factors (user_id)',
    `create table sign_in_limits (
      key ${t.text} primary key,
      count ${t.integer} not null,
      window_start ${t.text} not null
    )`,
    'create index sign_in_limits_window on sign_in_limits (window_start)',
    `create table api_tokens (
      id ${t.id},
      name ${t.text} not null,
      hash ${t.text} not null unique,
      prefix ${t.text} not null,
      user_id ${t.text} references users (id) on delete cascade,
      created_by ${t.text} not null,
      role ${t.text} not null check (role in ('viewer', 'operator', 'admin')),
      permissions ${t.json},
      tags ${t.json},
      created_at ${t.text} not null,
      expires_at ${t.text},
      last_used_at ${t.text},
      revoked_at ${t.text},
      revoked_by ${t.text}
    )`,
    'create index api_tokens_user on api_tokens (user_id)',
    `create table setup_links (
      id ${t.id},
      hash ${t.text} not null unique,
      purpose ${t.text} not null check (purpose in ('setup', 'invite')),
      user_id ${t.text} references users (id) on delete cascade,
      created_by ${t.text} not null,
      created_at ${t.text} not null,
      expires_at ${t.text} not null
    )`,
    'create index setup_links_user on setup_links (user_id)',
    'create index setup_links_expires on setup_links (expires_at)',
    `create table access_secrets (
      name ${t.text} primary key,
      sealed ${t.text} not null,
      created_at ${t.text} not null
    )`,
  ],
  down: () => [
    'drop table access_secrets',
    'drop table setup_links',
    'drop table api_tokens',
    'drop table sign_in_limits',
    'drop table two_factors',
    'drop table verifications',
    'drop table accounts',
    'drop table sessions',
    'drop table users',
  ],
}
