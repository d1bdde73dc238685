/* Lines of dovecot.conf that parts share: a stock Dovecot with single plugins of ours. */
#ifndef KINAMO_BENCH_CONFIG_H
#define KINAMO_BENCH_CONFIG_H

/* The quota of the shipped file, with further plugins for all processes and for imap. */
#define BENCH_QUOTA_AND_2_3(mail, imap)                                                            \
    "mail_plugins = quota" mail "\n"                                                               \
    "protocol imap {\n  mail_plugins = $mail_plugins imap_quota" imap "\n}\n"                      \
    "plugin {\n  quota = count:User quota\n  quota_vsizes = yes\n"                                 \
    "  quota_rule = *:storage=1G\n  quota_rule2 = Trash:storage=+100M\n  quota_grace = 10%%\n}\n"
#define BENCH_QUOTA_AND_2_4(mail, imap)                                                            \
    "mail_plugins {\n  quota = yes\n" mail "}\n"                                                   \
    "protocol imap {\n  mail_plugins {\n    imap_quota = yes\n" imap "  }\n}\n"                    \
    "quota \"User quota\" {\n  driver = count\n}\n"                                                \
    "quota_storage_size = 1G\nquota_storage_grace = 10M\n"                                         \
    "namespace inbox {\n  mailbox Trash {\n    quota_storage_extra = 100M\n  }\n}\n"

/* The same without anything of ours. */
#define BENCH_QUOTA_2_3 BENCH_QUOTA_AND_2_3("", "")
#define BENCH_QUOTA_2_4 BENCH_QUOTA_AND_2_4("", "")

/* Login processes serve many sessions. */
#define BENCH_REUSED_LOGIN_2_3                                                                     \
    "service imap-login {\n  service_count = 0\n}\nservice pop3-login {\n  service_count = 0\n}\n"
#define BENCH_REUSED_LOGIN_2_4                                                                     \
    "service imap-login {\n  restart_request_count = unlimited\n}\n"                               \
    "service pop3-login {\n  restart_request_count = unlimited\n}\n"

/* POP3 removal alone. For .dovecot_2_3 and .dovecot_2_4 of options with .stock. */
#define BENCH_POP3_2_3                                                                             \
    "mail_plugins = kinamo_policy\n"                                                               \
    "protocol pop3 {\n  mail_plugins = $mail_plugins pop3_kinamo_policy\n}\n"
#define BENCH_POP3_2_4                                                                             \
    "mail_plugins {\n  kinamo_policy = yes\n}\n"                                                   \
    "protocol pop3 {\n  mail_plugins {\n    pop3_kinamo_policy = yes\n  }\n}\n"

#endif
