/** Where a line stands: the last line at the left edge, and the open braces. */
export interface LineContext {
  header: string
  line: string
  path: string
}

/** A pattern with two groups: `before` and the secret itself, `value`. Some hold within certain blocks only. */
export interface SecretRule {
  pattern: RegExp
  within?: ((context: LineContext) => boolean) | undefined
}

/** Words between the name of a secret and the secret: its kind of encryption. */
const marks =
  '(?:(?:\\d{1,2}|cipher|ciphertext|simple|hash|irreversible-cipher|encrypted|clear|clear-text|plaintext|ascii-text|ascii|hexadecimal|hex|ENC|sha1|sha256|sha512|md5|hmac-md5|hmac-sha-1|type \\d|level \\d+|mschap|pbkdf2|ikev\\d|local|remote|is)\\s+)*'
const value = '(?<value>"(?:[^"\\\\]|\\\\.)*"|[^\\s;]+)'

/** After `password` these mean a setting about passwords, not one. */
const settings =
  '(?!(?:min-length|minimum|minimum-length|recovery|encryption|policy|policies|history|expiration|expire|aging|ageing|strength|strength-check|complexity|composition|length|lifetime|control|prompt|change|change-interval|manager|operator|configuration|storage|authentication|required|enable|disable|enabled|disabled|retry|attempts|none|any|permit|deny|maximum|lockout|alert|user-name|removed>|hidden>|secure-mode|rule|days|yes|no|set-key|pass-phrase|default)\\b|(?:address|hostname|key)\\s|\\{)'

const words = [
  '(?:password|passwd|passphrase|pass-phrase|pwd|authpwd|privpwd)',
  'secret',
  'passcode',
  'pre-shared-key',
  'shared-key',
  'presharedkey',
  'psksecret',
  'psk',
  'key-string',
  'keystring',
  'key-chain-string',
  'authentication-key',
  'auth-key',
  'authkey',
  'encryption-key',
  'private-key',
  'secondary-key',
  'tertiary-key',
  'server-key',
  'set-key',
  'message-digest-key \\d+',
  'phash',
  'auth-code',
  'wpa-psk',
  'wep-key',
  'bkup-passwords',
  'authenticator',
  'api-key',
  'auth-pass',
  'priv-pass',
  'community-name',
  'community-string',
  'config-key password-encrypt',
  'key-octet-string',
  'key-value',
  'master-key',
  'plain-text-password-value',
  'sae-password',
].join('|')

const rule = (before: string, after = '', flags = 'i'): RegExp =>
  new RegExp(`(?<before>${before})${value}${after}`, flags)

const isKeyOfServer = ({ header, path }: LineContext): boolean =>
  /\b(tacacs|radius|aaa-server|hwtacacs|ldap|server-private|ntp)/i.test(`${header} ${path}`)

const startsWith =
  (menu: string) =>
  ({ header, line }: LineContext): boolean =>
    (line.startsWith('/') ? line : header).startsWith(menu)
const isNtpKey = startsWith('/system ntp key')
const isContainerValue = startsWith('/container envs')

/** The secrets of network devices' configurations, over all languages; each rule hides the secret and nothing else. */
export const secretRules: readonly SecretRule[] = [
  // The words that name a secret anywhere, followed by it.
  // What a person typed may have blanks: it goes to the end of the line, or to the next secret.
  {
    pattern:
      /(?<before>\b(?:password|secret|set-key (?:ascii|hex)) [07] )(?<value>\S.*?)(?=\s+secret \d\s|\s*$)/gi,
  },
  { pattern: rule(`(?:^|[\\s"'(-])(?:${words})[ =]+${marks}${settings}`, '', 'gi') },
  { pattern: rule('\\bpre-shared-key (?:(?:address|hostname) \\S+ (?:\\S+ )?)?key (?:[0678] )?') },
  { pattern: rule('^\\s*key ', '', ''), within: ({ path }) => /(^| )pre-shared-key( |$)/.test(path) },
  { pattern: rule('\\bfailover key (?:hex |[08] )?') },
  { pattern: rule('^\\s*set token ') },
  { pattern: rule('^logging .*\\btoken ') },
  { pattern: /(?<before>-(?:ingest|cv)auth=(?:key|token),)(?<value>[^\s,"]+)/g },
  // In elements of XML.
  {
    pattern:
      /(?<before><(?:[\w-]{0,30}(?:password|passwd|passphrase|phash|secret|community-string|community|pwd)|(?:[\w-]{0,30}-)?(?:private|shared|auth|secret|api)-key|key)>)(?<value>[^<>]+)(?=<\/)/gi,
  },
  // RouterOS: name=value.
  {
    pattern:
      /(?<before>(?:^|\s)[\w.-]*(?:password|secret|passphrase|private-key|shared-key|preshared-key|auth-key|authentication-key|encryption-key|md5-key|psk|pin|cak)[\w.-]*=)(?<value>"(?:[^"\\]|\\.)*"|[^\s\\]+)/gi,
  },
  {
    pattern: /(?<before>(?:^|\s)name=)(?<value>"(?:[^"\\]|\\.)*"|\S+)/,
    within: ({ header }) => header.startsWith('/snmp community'),
  },
  { pattern: rule('^/snmp community (?:set|add) (?:.* )?name=') },
  { pattern: rule('^(?:/system ntp key )?(?:add|set) (?:.* )?key='), within: isNtpKey },
  { pattern: rule('^(?:/container envs )?(?:add|set) (?:.* )?value='), within: isContainerValue },
  // SNMP communities, and users' keys.
  {
    pattern: rule(
      '^\\s*(?:set )?snmp-(?:server|agent) community (?:(?:read|write|ro|rw|RO|RW|cipher|simple|0|7|8|encrypted|clear) )*',
    ),
  },
  { pattern: rule('^\\s*set snmp community ') },
  { pattern: rule('^\\s*snmp-server mib community-map ') },
  { pattern: rule('^\\s*snmp-server host .*?\\bcommunity (?:[078] )?') },
  {
    pattern: rule(
      '^\\s*snmp-server host \\S+(?: (?:vrf|use-vrf) \\S+)?(?: (?:informs?|traps?))? version (?:1|2c|3 (?:no)?auth|3 priv) (?:(?:encrypted|clear) )?',
    ),
  },
  {
    pattern: rule(
      '^\\s*snmp-server host (?!.*(?:version|community))\\S+(?: vrf \\S+)?(?: (?:informs?|traps?))? (?!vrf\\b|use-vrf\\b|source-interface\\b|trap)',
    ),
  },
  { pattern: rule('^\\s*snmp-(?:server|agent) .*\\b(?:securityname|params securityname) (?:cipher )?') },
  { pattern: rule('^\\s*community ', '', ''), within: ({ path }) => /(^| )snmp( |$)/.test(path) },
  {
    pattern: /(?<before>^\s*set name )(?<value>"[^"]*"|\S+)/,
    within: ({ header }) => header.startsWith('config system snmp community'),
  },
  {
    pattern: rule(
      '\\b(?:snmp-server user|snmpv3 user|usm-user|snmp-server-user)\\b.*?\\b(?:auth|authentication-mode) (?:md5|sha|sha1|sha-?\\d+) (?:(?:cipher|encrypted|clear) )?(?!auth-pass\\b)',
    ),
  },
  {
    pattern: rule(
      '\\b(?:snmp-server user|snmpv3 user|usm-user)\\b.*\\b(?:priv|privacy-mode) (?!\\S+ priv-pass\\b)(?:(?:des|des56|3des|aes|aes-?\\d+) )?(?:(?:56|128|192|256) )?(?:(?:cipher|encrypted|clear) )?',
    ),
  },
  { pattern: rule('^\\s*snmpv3 user \\S+ auth (?!(?:md5|sha\\S*)\\s)') },
  { pattern: rule('\\blocalized \\S+ auth \\S+ ') },
  { pattern: rule('\\blocalized \\S+ .*\\bpriv \\S+ ') },
  // Keys that are one only by the line or the block they stand in.
  {
    pattern: rule(
      '\\b(?:tacacs|tacacs-server|radius|radius-server|hwtacacs-server|server-private|isakmp|ldap-server)\\b.*?\\b(?:key|encrypted-key)(?: (?:\\d|cipher|ciphertext|plaintext|simple|encrypted))?\\s+(?!address\\b|\\d\\s*$)',
    ),
  },
  {
    pattern: rule(
      '^\\s*(?:no )?key (?:[0-9*] |encrypted |authentication cipher |accounting cipher |authorization cipher )?',
    ),
    within: isKeyOfServer,
  },
  {
    pattern: rule('^\\s*set (?:key|secret) (?:ENC )?'),
    within: ({ header }) => header.startsWith('config '),
  },
  { pattern: rule('^\\s*key (?:authentication|accounting|authorization) (?:cipher|simple) ') },
  { pattern: rule('\\bkey (?:[6-9]|simple) ') },
  {
    pattern: rule(
      '\\bauthentication-mode (?:md5|simple|hmac-\\S+|sha-?\\d*) (?:\\d{1,3} )?(?:(?:plain|cipher|simple) )?(?!cipher\\b|plain\\b|privacy-mode\\b|key-value\\b)',
    ),
  },
  { pattern: rule('\\bntp authentication-key \\d+ md5 (?:\\d )?') },
  { pattern: rule('\\bauthentication-key \\d+ (?:md5|type \\S+|value) ') },
  {
    pattern: rule(
      '^\\s*(?:standby|vrrp)(?: \\d+)? authentication (?:(?:text|md5|key-string|\\d) )*(?!mode\\b|md5\\b|key-chain\\b|md5$)',
    ),
  },
  { pattern: rule('^\\s*authentication (?:text|md5 key-string)(?: \\d)? ') },
  { pattern: rule('\\bnhrp authentication (?:cipher |simple )?') },
  { pattern: rule('\\bisis (?:lsp-)?password ') },
  {
    pattern: rule(
      '\\b(?:cipher|irreversible-cipher) (?!aes|3?des|rc4|arcfour|chacha|suite|authentication-mode|sha|md5)',
      '',
      '',
    ),
  },
  { pattern: rule('\\bgre key (?:cipher |simple )') },
  { pattern: rule('\\b(?:esp|ah) \\d+ (?:hex )?.*?\\bcipher ') },
  { pattern: rule('\\bservice unsupported-transceiver \\S+ ') },
  { pattern: rule('\\bpassword manager .*\\b(?:plaintext|sha1|sha256) ') },
  { pattern: rule('\\bpassword (?:manager|operator)(?: user-name \\S+)? (?:plaintext|sha1|sha256) ') },
  { pattern: rule('\\bENC ', '', 'g') },
  // Junos says itself what is secret.
  { pattern: /(?<before>\s)(?<value>"[^"]*"|\S+)(?=;?\s*## SECRET-DATA)/ },
  // Texts that only encryption and hashing make, wherever they stand.
  { pattern: /(?<before>^|[\s"=])(?<value>\$(?:\d{1,2}|sha512|sha256|h|c|1a|1c|2[aby])\$[^\s";]{4,})/g },
  { pattern: /(?<before>)(?<value>%\^%#.*?%\^%#|%@%@.*?%@%@|-AQ==[\w+/=-]+)/g },
  // user:password@ in addresses.
  { pattern: /(?<before>(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,30}:\/\/[^/\s:@"]*:)(?<value>[^@\s"/]+)(?=@)/gi },
]
