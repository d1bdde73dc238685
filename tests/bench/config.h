/* Lines of dovecot.conf that parts share: a stock Dovecot with single plugins of ours. */
#ifndef KINAMO_BENCH_CONFIG_H
#define KINAMO_BENCH_CONFIG_H

/* For .dovecot_2_3 and .dovecot_2_4 of options with .stock. */
#define BENCH_POP3_2_3                                                                             \
    "mail_plugins = kinamo_policy\n"                                                               \
    "protocol pop3 {\n  mail_plugins = $mail_plugins pop3_kinamo_policy\n}\n"
#define BENCH_POP3_2_4                                                                             \
    "mail_plugins {\n  kinamo_policy = yes\n}\n"                                                   \
    "protocol pop3 {\n  mail_plugins {\n    pop3_kinamo_policy = yes\n  }\n}\n"

#endif
