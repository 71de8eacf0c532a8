import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hideSecretLines, hideSecrets } from '#dialects/hide-secrets.ts'

/** Lines with their secret in guillemets, which hiding must take out, and nothing else. */
const marked = (lines: readonly string[]) => ({
  given: lines.map((line) => line.replaceAll(/[«»]/g, '')),
  expected: lines.map((line) => line.replaceAll(/«[^»]*»/g, '<hidden>')),
})

const hidden: Record<string, readonly string[]> = {
  'the rarer places': [
    'crypto keyring K',
    '  pre-shared-key address 192.0.2.1 key «ikeword»',
    '  pre-shared-key hostname peer.example.net key 6 «ikeword»',
    'failover key hex «failword»',
    'key config-key password-encrypt «masterword»',
    ' key-octet-string 7 «keyword»',
    'snmp-server host 192.0.2.9 traps version 2c encrypted «snmpword»',
    ' exec /usr/bin/TerminAttr -ingestauth=key,«ingestword» -smashexcludes=ale',
    'banner motd ^C the password is «bannerword» ^C',
    'set system login user ada authentication plain-text-password-value «plainword»',
    'set snmp v3 snmp-community x community-name «snmpword»',
    'set deviceconfig system snmp-setting access-setting version v2c snmp-community-string «snmpword»',
    'set network ike gateway g authentication pre-shared-key key «ikeword»',
    'pre-shared-key {',
    '  key «ikeword»;',
    '}',
    '<phash>«phashword»</phash><key>«keyword»</key>',
    '/snmp community set 0 name=«snmpword»',
    '/system ntp key add key-id=1 key=«ntpword»',
    '/routing bgp connection add name=up tcp-md5-key=«bgpword»',
    '/container envs',
    'add key=TOKEN name=app value=«tokenword»',
    'snmpv3 user ada auth «authword» priv «privword»',
    'snmpv3 user ada auth sha auth-pass ciphertext «authword» priv aes priv-pass ciphertext «privword»',
    'radius-server host 192.0.2.1 key ciphertext «radiusword»',
    'sntp authentication key-id 1 authentication-mode md5 key-value "«ntpword»"',
    'ntp-service authentication-keyid 1 authentication-mode md5 «ntpword»',
    ' ospf authentication-mode md5 1 plain «ospfword»',
    ' vrrp vrid 1 authentication-mode md5 «vrrpword»',
    ' primary authentication 192.0.2.1 key simple «radiusword»',
    'config system snmp user',
    '        set priv-pwd «privword»',
    '    set api-key «apiword»',
  ],
  'Cisco IOS and IOS-XE': [
    'enable secret 9 «$9$abc.def/ghi»',
    'enable password level 15 7 «0822455D0A16»',
    'username ada privilege 15 secret 5 «$1$abcd$efgh»',
    'username bob password 0 «open sesame»',
    'snmp-server community «c0mmun1ty» RO 10',
    'snmp-server host 192.0.2.9 vrf Mgmt informs version 2c «c0mmun1ty» bfd',
    'snmp-server host 192.0.2.9 «c0mmun1ty»',
    'snmp-server user u g v3 auth sha «authword» priv aes 128 «privword»',
    'tacacs-server host 192.0.2.1 key 7 «0822455D»',
    'radius-server key «radiusword»',
    ' server-private 192.0.2.1 timeout 5 key 7 «0822455D»',
    'tacacs server ISE',
    ' address ipv4 192.0.2.1',
    ' key 7 «0822455D»',
    'key chain OSPF',
    ' key 1',
    '  key-string 7 «0822455D»',
    'crypto isakmp key «ikeword» address 192.0.2.2',
    'interface Vlan10',
    ' ip ospf message-digest-key 1 md5 7 «0822455D»',
    ' ip ospf authentication-key 7 «0822455D»',
    ' standby 1 authentication «hsrpword»',
    ' standby 1 authentication md5 key-string 7 «0822455D»',
    ' vrrp 1 authentication text «vrrpword»',
    ' ip nhrp authentication «nhrpword»',
    ' isis password «isisword» level-2',
    'router bgp 65000',
    ' neighbor 192.0.2.3 password 7 «0822455D»',
    'ntp authentication-key 1 md5 «0822455D» 7',
    'ip ftp password 7 «0822455D»',
    'archive',
    ' path ftp://backup:«ftpword»@192.0.2.4/cfg',
  ],
  'NX-OS, IOS-XR, EOS, ASA': [
    'username admin password 5 «$5$abcdef$ghij»  role network-admin',
    'snmp-server user admin network-admin auth md5 «0xabc» priv aes-128 «0xdef» localizedkey',
    ' secret 10 «$6$abcdef$ghij»',
    '   neighbor 192.0.2.1 password 7 «AbCdEf==»',
    'service unsupported-transceiver Someone «a1b2c3d4»',
    'passwd «2KFQnbNIdI.2KYOU» encrypted',
    'enable password «$sha512$5000$abc==$def==» pbkdf2',
    'aaa-server ISE (inside) host 192.0.2.1',
    ' key «asaword»',
    'tunnel-group 192.0.2.2 ipsec-attributes',
    ' ikev1 pre-shared-key «ikeword»',
    ' ldap-login-password «ldapword»',
  ],
  'Junos OS': [
    'system {',
    '    root-authentication {',
    '        encrypted-password "«$6$abc$def»"; ## SECRET-DATA',
    '    tacplus-server {',
    '        192.0.2.1 secret "«$9$abcdefg»"; ## SECRET-DATA',
    'snmp {',
    '    community «c0mmun1ty» {',
    '        authorization read-only;',
    '    }',
    '}',
    'set system root-authentication encrypted-password "«$6$abc$def»"',
    'set snmp community «c0mmun1ty» authorization read-only',
    'set protocols bgp group x neighbor 192.0.2.1 authentication-key "«$9$abcdefg»"',
  ],
  'FortiOS and PAN-OS': [
    'config system admin',
    '        set password ENC «SH2abcdef==»',
    '        set psksecret ENC «abc»',
    '        set passphrase «"wifi word"»'.replace('«"wifi word"»', '"«wifi word»"'),
    'config system snmp community',
    '        set name "«c0mmun1ty»"',
    'config user tacacs+',
    '        set key ENC «abc»',
    '        phash «$1$abcdefgh$ijkl»;',
    '          secret «-AQ==abcdefg=»;',
  ],
  RouterOS: [
    '/interface wireless security-profiles',
    'add name=home wpa2-pre-shared-key=«wifiword» wpa-pre-shared-key="«wifi word»"',
    '/ppp secret',
    'add name=ada password=«pppword» service=l2tp',
    '/interface wireguard',
    'add name=wg0 private-key="«abcdef+/=»"',
    '/snmp community',
    'set [ find default=yes ] name=«c0mmun1ty»',
    '/ip ipsec identity',
    'add peer=x secret=«ipsecword»',
  ],
  'ProCurve, Comware, VRP': [
    'password manager user-name "admin" sha1 "«8db6741fec»"',
    'snmp-server community "«c0mmun1ty»" operator',
    'radius-server host 192.0.2.1 key "«radiusword»"',
    'snmpv3 user "u" auth md5 "«authword»" priv aes "«privword»"',
    ' password hash «$h$6$abc$def»',
    ' key authentication cipher «$c$3$abc»',
    'snmp-agent community read cipher «%^%#abc def%^%#» mib-view x'.replace('«%^%#abc def%^%#»', '«abcdef»'),
    ' local-user a password irreversible-cipher «abcdef»',
    ' hwtacacs-server shared-key cipher «abcdef»',
    ' gre key cipher «abcdef»',
    ' set authentication password cipher «abcdef»',
    '  security wpa2 psk pass-phrase «abcdef» aes',
  ],
}

for (const [language, lines] of Object.entries(hidden)) {
  test(`the secrets of ${language} are hidden, and nothing else`, () => {
    const { given, expected } = marked(lines)
    assert.deepEqual(hideSecretLines(given), expected)
  })
}

test('what only sounds like a secret stays', () => {
  const lines = [
    'service password-encryption',
    'security passwords min-length 8',
    'password-recovery enable',
    'no enable password',
    'aaa authentication login default group tacacs+ local',
    'ip ssh server algorithm encryption aes256-ctr',
    'community-set INTERNAL',
    '  65000:1,',
    'route-policy X',
    '  if community matches-any INTERNAL then',
    'ip community-list standard X permit 65000:1',
    ' set community 65000:1 additive',
    'policy-options {',
    '    community INTERNAL members 65000:1;',
    '}',
    'key chain OSPF',
    ' key 1',
    'crypto key generate rsa modulus 2048',
    'username ada ssh-key ssh-rsa AAAAB3NzaC1yc2EAAAADAQAB',
    ' authentication mode md5',
    'user-interface con 0',
    ' authentication-mode password',
    'ssh server cipher aes256_ctr aes128_ctr',
    'set allowaccess ping https ssh',
    '    certificate "-----BEGIN CERTIFICATE-----',
    'snmp-server host 192.0.2.1 traps',
    'snmp-server location "Room 5, key in reception"',
    'http://192.0.2.1:8080/path@x',
    'add action=accept comment="defconf: accept ICMP" name=web',
  ]

  assert.deepEqual(hideSecretLines(lines), lines)
})

test('a private key is hidden from its first line to its last', () => {
  const lines = [
    'set private-key "-----BEGIN ENCRYPTED PRIVATE KEY-----',
    'MIIFHDBOBgkq',
    '-----END ENCRYPTED PRIVATE KEY-----"',
    'set comment "x"',
  ]

  assert.deepEqual(hideSecretLines(lines), [
    'set private-key "-----BEGIN ENCRYPTED PRIVATE KEY-----<hidden>',
    '<hidden>',
    '-----END ENCRYPTED PRIVATE KEY-----"',
    'set comment "x"',
  ])
})

test('a secret that RouterOS broke over two lines is hidden on both', () => {
  const text = [
    'add name=a password=\\',
    '    hunter2 service=l2tp',
    'add name=b secret="long \\',
    '    word" comment=x',
    'add name=c private-key=\\',
    '    "abc=" mtu=1420',
    'add name=d password=abc\\',
    '    def disabled=yes',
    'set interface=ether1',
  ].join('\n')

  const shown = hideSecrets(text)

  assert.doesNotMatch(shown, /hunter2|long|word"|abc|def/)
  assert.match(shown, /service=l2tp[\s\S]*comment=x[\s\S]*mtu=1420[\s\S]*disabled=yes\nset interface=ether1$/)
  assert.equal(shown.split('\n').length, text.split('\n').length)
})

test('hiding takes no longer than its text is long, whatever stands in it', () => {
  const awkward = [
    `${'tacacs key '.repeat(900)}`,
    'password '.repeat(100_000),
    '"'.repeat(9_000),
    'a://'.repeat(2_400),
    `${'a-'.repeat(4_900)}key`,
    `${'secret'.padStart(9_900, 'a')}\\`,
  ]
  const started = performance.now()

  for (const line of awkward) hideSecrets(line)

  assert.ok(performance.now() - started < 1_000)
})
