/* The shipped file, linked as the README says, among the files that Debian installs. */
#include <stdlib.h>
#include <string.h>

#include "fixture/live.h"
#include "suites.h"

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))
#define STOCK         LIVE_DIR "/stock"
#define SHIPPED       LIVE_SHIPPED "/dovecot-"

static struct live *start_with_stock_files(void)
{
    struct live *live = live_start(NULL); /* for its certificates */

    free(live_must("rm -rf " STOCK " && mkdir " STOCK " && cp -r /usr/share/dovecot/dovecot.conf "
                   "/usr/share/dovecot/conf.d " STOCK " && sed -i 's|/etc/dovecot/private/"
                   "dovecot.pem|" LIVE_DIR
                   "/tls/server.pem|; s|/etc/dovecot/private/dovecot.key|" LIVE_DIR
                   "/tls/server.key|' " STOCK "/conf.d/10-ssl.conf && ln -s " SHIPPED
                   "%s/95-kinamo-policy.conf " STOCK "/conf.d",
                   live_is_2_4() ? "2.4" : "2.3"));
    return live;
}

START_TEST(no_warning)
{
    struct live *live = start_with_stock_files();
    char *output = live_must("doveconf -c " STOCK "/dovecot.conf -n 2>&1 >/dev/null");

    ck_assert_msg(*output == '\0', "doveconf says: %s", output);
    free(output);
    live_stop(live);
}
END_TEST

static const struct {
    const char *protocol, *plugins;
} loaded[] = {
    {"imap", "acl quota imap_quota kinamo_policy imap_kinamo_policy"},
    {"pop3", "acl quota kinamo_policy pop3_kinamo_policy"},
    {"lmtp", "acl quota kinamo_policy"},
    {"lda", "acl quota kinamo_policy"},
    {"doveadm", "quota kinamo_policy"},
};

/* Each protocol has plugins of the operator's already, where the stock files have the place for
   them. */
static void add_plugin_to_each_protocol(void)
{
    if (live_is_2_4()) {
        free(live_must("for p in imap pop3 lmtp lda; do printf 'protocol %%s {\n  mail_plugins {\n"
                       "    acl = yes\n  }\n}\n' $p; done >" STOCK "/conf.d/30-mine.conf"));
    } else {
        free(live_must("sed -i 's/^ *#mail_plugins = $mail_plugins$/mail_plugins = $mail_plugins "
                       "acl/' " STOCK "/conf.d/15-lda.conf " STOCK "/conf.d/20-*.conf"));
    }
}

START_TEST(each_protocol_loads_what_it_needs)
{
    struct live *live = start_with_stock_files();
    char *got;

    add_plugin_to_each_protocol();
    /* On 2.4 a protocol's list is what it adds to the global one. */
    free(live_must("conf='doveconf -c " STOCK "/dovecot.conf -h'; for plugin in %s; do { $conf -f "
                   "protocol=%s mail_plugins; %s; } 2>/dev/null | grep -qw $plugin || { echo "
                   "$plugin is missing; exit 1; }; done",
                   loaded[_i].plugins, loaded[_i].protocol,
                   live_is_2_4() ? "$conf mail_plugins" : ":"));
    got = live_must("doveconf -c " STOCK "/dovecot.conf -h login_plugins 2>/dev/null");
    ck_assert_msg(strstr(got, "login_kinamo_policy") != NULL, "login_plugins: %s", got);
    free(got);
    live_stop(live);
}
END_TEST

/* The grace folder, uncommented, takes nothing else of the file out of force. */
START_TEST(grace_folder)
{
    struct live *live = start_with_stock_files();
    char *got;

    free(live_must("cp --remove-destination " SHIPPED "%s/95-kinamo-policy.conf " STOCK
                   "/conf.d && sed -i '/^# The grace folder/,/^$/ { /^# [A-Za-z]/!s/^#// }' " STOCK
                   "/conf.d/95-kinamo-policy.conf",
                   live_is_2_4() ? "2.4" : "2.3"));
    got = live_must("doveconf -c " STOCK "/dovecot.conf -n");
    ck_assert_msg(strstr(got, "kinamo_pop3_destination = Fetched") != NULL, "got %s", got);
    ck_assert_msg(strstr(got, live_is_2_4() ? "quota_storage_extra = 100M"
                                            : "quota_rule2 = Trash:storage=+100M") != NULL,
                  "got %s", got);
    ck_assert_msg(strstr(got, live_is_2_4() ? "quota_ignore = yes" : "Fetched:ignore") != NULL,
                  "got %s", got);
    free(got);
    live_stop(live);
}
END_TEST

Suite *stock_suite(void)
{
    Suite *suite = suite_create("stock");
    TCase *tcase = tcase_create("stock");

    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, no_warning);
    tcase_add_loop_test(tcase, each_protocol_loads_what_it_needs, 0, LENGTH(loaded));
    tcase_add_test(tcase, grace_folder);
    suite_add_tcase(suite, tcase);
    return suite;
}
