/* The one table of settings. */
#ifndef KINAMO_SETTINGS_TABLE_H
#define KINAMO_SETTINGS_TABLE_H

/* Everything that knows a setting is generated from, or checked against,
   these rows: the parser, Dovecot 2.4's typed settings, Dovecot 2.3's check of plugin { }, the
   options of the SASL module, the manual.

   KINAMO_SETTING(id, name, type, policy, scope, unit, default, allowed, min, max, doc)

   id       KINAMO_SETTING_<id> is the index of the row
   name     as the operator writes it; the same on every host
   type     KINAMO_TYPE_<type>, see kinamo/settings.h
   policy   KINAMO_POLICY_<policy>: whose mode falls back when this value is bad for one user
   scope    USER: may be overridden by a userdb (TLS: also passdb) field; GLOBAL: it may not
   unit     for the reader, "" if none
   default  what an absent setting means; parsed like any other value
   allowed  WORDS and MODE: the permitted words, separated by one space; else "" or, for the types
            that may be left empty, "empty"
   min, max limits of the number in the type's base unit (seconds, bytes, days)
   doc      one sentence for the manual and for "doveadm kinamo explain" */

/* clang-format off */
#define KINAMO_QUOTA_SETTINGS(KINAMO_SETTING)                                                       \
    KINAMO_SETTING(QUOTA_MODE, kinamo_quota_mode, MODE, QUOTA, USER, "", "observe",                 \
        "off observe warn", 0, 0,                                                                   \
        "Whether the user is told that the mailbox is getting full.")                               \
    KINAMO_SETTING(QUOTA_THRESHOLDS, kinamo_quota_thresholds, PERCENTS, QUOTA, USER, "percent",     \
        "80 90 95 100", "", 1, 100,                                                                 \
        "At which percentages of the storage and of the message limit the user is told.")           \
    KINAMO_SETTING(QUOTA_MIN_FREE, kinamo_quota_min_free, SIZE, QUOTA, USER, "bytes", "0",          \
        "", 0, UINT64_C(1) << 60,                                                                   \
        "The user is also told when less than this much storage is left; 0: no such threshold.")    \
    KINAMO_SETTING(QUOTA_REPEAT, kinamo_quota_repeat, DURATION, QUOTA, USER, "time", "24h",         \
        "", 0, 31536000,                                                                            \
        "After which time the user is reminded while the threshold is still exceeded; 0: never.")   \
    KINAMO_SETTING(QUOTA_REARM, kinamo_quota_rearm, COUNT, QUOTA, USER, "percent", "2",             \
        "", 0, 50,                                                                                  \
        "How far below a threshold the mailbox must fall before its warning can come again.")       \
    KINAMO_SETTING(QUOTA_CHECK_INTERVAL, kinamo_quota_check_interval, DURATION, QUOTA, USER, "time",\
        "60s", "", 1, 86400,                                                                        \
        "How often an open IMAP session looks at the quota at most.")                               \
    KINAMO_SETTING(QUOTA_CHANNELS, kinamo_quota_channels, FLAGS, QUOTA, USER, "", "imap mail",      \
        "imap mail", 0, 0,                                                                          \
        "How the user is told: an ALERT in the IMAP session, a message in the inbox.")

#define KINAMO_NOTICE_SETTINGS(KINAMO_SETTING)                                                      \
    KINAMO_SETTING(LANGUAGE, kinamo_language, NAME, NOTICE, USER, "", "en",                         \
        "", 2, 16,                                                                                  \
        "Language of what the user reads: a folder below kinamo_template_dir (en, nl, fr, de).")    \
    KINAMO_SETTING(TEMPLATE_DIR, kinamo_template_dir, TEXT, NOTICE, USER,   "path", "",             \
        "empty", 0, 255,                                                                            \
        "Folder of the message templates; empty: those that were installed with the plugins.")      \
    KINAMO_SETTING(SENDER, kinamo_sender, TEXT, NOTICE, USER, "address", "",                        \
        "empty", 0, 255,                                                                            \
        "Sender of messages to the user; empty: postmaster at the domain of the user.")             \
    KINAMO_SETTING(STATE, kinamo_state, DICT, NOTICE, USER,   "dict",                               \
        "file:~/.kinamo-policy:lock=fcntl", "", 1, 1024,                                            \
        "Dovecot dict that remembers what the user was told; shared if several servers are used.")

#define KINAMO_DOVECOT_SETTINGS(KINAMO_SETTING)                                                     \
    KINAMO_SETTING(POP3_MODE, kinamo_pop3_mode, MODE, POP3, USER, "", "observe",                    \
        "off observe warn enforce", 0, 0,                                                           \
        "Whether messages that were downloaded over POP3 are removed at QUIT.")                     \
    KINAMO_SETTING(POP3_EXPIRE, kinamo_pop3_expire, EXPIRE, POP3, USER, "days", "0",                \
        "", 0, 36500,                                                                               \
        "How long a downloaded message stays (RFC 2449 EXPIRE): 0, a number of days, or never.")    \
    KINAMO_SETTING(POP3_DESTINATION, kinamo_pop3_destination, TEXT, POP3, USER, "mailbox", "",      \
        "empty", 0, 255,                                                                            \
        "Mailbox that receives what POP3 removes, but not what the client itself deletes by DELE; " \
        "empty: the message is expunged.")                                                          \
    KINAMO_SETTING(POP3_KEEP_FLAGGED, kinamo_pop3_keep_flagged, BOOL, POP3, USER, "", "no",         \
        "", 0, 0,                                                                                   \
        "Whether a message that carries \\Flagged is kept although it was downloaded.")             \
    KINAMO_SETTING(POP3_TOP, kinamo_pop3_top, WORDS, POP3, USER, "", "no",                          \
        "no whole", 0, 0,                                                                           \
        "Whether a TOP of at least a million lines, delivered to the end, counts as RETR.")         \
    KINAMO_SETTING(POP3_EXPIRE_MIN, kinamo_pop3_expire_min, EXPIRE, POP3, GLOBAL, "days", "",       \
        "empty", 0, 36500,                                                                          \
        "The EXPIRE value that CAPA announces before login (with USER); empty: none.")              \
    KINAMO_SETTING(TLS_MODE, kinamo_tls_mode, MODE, TLS, USER, "", "observe",                       \
        "off observe warn enforce", 0, 0,                                                           \
        "Whether a login without TLS is refused.")                                                  \
    KINAMO_SETTING(TLS_MIN_PROTOCOL, kinamo_tls_min_protocol, WORDS, TLS, GLOBAL, "", "",           \
        "empty TLSv1 TLSv1.1 TLSv1.2 TLSv1.3", 0, 0,                                                \
        "The oldest TLS version that counts as private; empty: any.")                               \
    KINAMO_SETTING(TLS_TRUSTED_NETWORKS, kinamo_tls_trusted_networks, NETWORKS, TLS, GLOBAL, "", "",\
        "empty", 0, 0,                                                                              \
        "Client networks whose sessions count as private without TLS, e.g. the own webmail.")       \
    KINAMO_SETTING(TLS_REPEAT, kinamo_tls_repeat, DURATION, TLS, USER, "time", "7d",                \
        "", 60, 31536000,                                                                           \
        "In warn, how long to wait before the same user is told again.")                            \
    KINAMO_SETTING(ADDRESS_MODE, kinamo_address_mode, MODE, ADDRESS, GLOBAL, "", "observe",         \
        "off observe enforce", 0, 0,                                                                \
        "Whether a username that is not a complete e-mail address is refused.")                     \
    KINAMO_QUOTA_SETTINGS(KINAMO_SETTING)                                                           \
    KINAMO_NOTICE_SETTINGS(KINAMO_SETTING)

#define KINAMO_SASL_SETTINGS(KINAMO_SETTING)                                                        \
    KINAMO_SETTING(AUTH_SOCKET, kinamo_auth_socket, TEXT, SASL, GLOBAL, "path", "private/auth",     \
        "", 1, 100,                                                                                 \
        "Socket of Dovecot's auth service; relative to Postfix's queue directory.")                 \
    KINAMO_SETTING(AUTH_TIMEOUT, kinamo_auth_timeout, DURATION, SASL, GLOBAL, "time", "25s",        \
        "", 1, 300,                                                                                 \
        "Deadline of every wait for the auth service.")                                             \
    KINAMO_SETTING(REQUIRE_TLS, kinamo_require_tls, BOOL, SASL, GLOBAL, "", "yes",                  \
        "", 0, 0,                                                                                   \
        "Whether authentication without TLS is refused in every step.")                             \
    KINAMO_SETTING(REQUIRE_ADDRESS, kinamo_require_address, BOOL, SASL, GLOBAL, "", "yes",          \
        "", 0, 0,                                                                                   \
        "Whether a username that is not a complete e-mail address is refused.")                     \
    KINAMO_SETTING(THROTTLE, kinamo_throttle, MODE, SASL, GLOBAL, "", "observe",                    \
        "off observe enforce", 0, 0,                                                                \
        "Whether who fails too often is slowed down and then refused for a time (454).")            \
    KINAMO_SETTING(THROTTLE_FILE, kinamo_throttle_file, TEXT, SASL, GLOBAL, "path",                 \
        "private/kinamo-throttle",                                                                  \
        "", 1, 255,                                                                                 \
        "Where failures are counted; relative to Postfix's queue directory.")                       \
    KINAMO_SETTING(THROTTLE_SIZE, kinamo_throttle_size, COUNT, SASL, GLOBAL, "entries", "65536",    \
        "", 1024, 16777216,                                                                         \
        "How many failing accounts and networks, and how many owners, are remembered.")             \
    KINAMO_SETTING(THROTTLE_ACCOUNT, kinamo_throttle_account, COUNT, SASL, GLOBAL, "failures", "10",\
        "", 2, 1000,                                                                                \
        "Failures for an account after which strangers are refused.")                               \
    KINAMO_SETTING(THROTTLE_NETWORK, kinamo_throttle_network, COUNT, SASL, GLOBAL, "failures", "50",\
        "", 2, 100000,                                                                              \
        "Failures from an IPv4 /24 or IPv6 /64 after which it is refused.")                         \
    KINAMO_SETTING(THROTTLE_DECAY, kinamo_throttle_decay, DURATION, SASL, GLOBAL, "time", "10m",    \
        "", 1, 86400,                                                                               \
        "After how much time one failure is forgiven.")

#define KINAMO_SETTINGS(KINAMO_SETTING)                                                             \
    KINAMO_DOVECOT_SETTINGS(KINAMO_SETTING)                                                         \
    KINAMO_SASL_SETTINGS(KINAMO_SETTING)
/* clang-format on */

#endif
