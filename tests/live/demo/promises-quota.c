/* The promises about a mailbox that fills up and about the user's language. */
#include "kinamo-config.h"

#include <stdlib.h>
#include <string.h>

#include "../quota.h"
#include "demo.h"

#define NL "nl@klant.example"
#define FR "fr@klant.example"

static char *users_of_both_languages(void)
{
    char *dutch = quota_user(NL, 100000, "userdb_kinamo_language=nl");
    char *french = quota_user(FR, 100000, "userdb_kinamo_language=fr");
    char *both = live_must("printf '%%s\\n' '%s' '%s'", dutch, french);

    free(dutch);
    free(french);
    return both;
}

START_TEST(told_in_time)
{
    char *users = users_of_both_languages();
    struct live *live = live_start(&(struct live_options){.users = users});
    struct talk *imap;
    const char *line;

    quota_deliver(NL, 82500);
    ck_assert_int_eq(quota_warnings(NL), 1);
    imap = talk_open("imaps");
    talk(imap, "S: * OK *\nC: 1 LOGIN " NL " " QUOTA_PASSWORD "\nS* 1 OK *\nC: 2 NOOP\n");
    line = talk_line(imap);
    ck_assert_msg(line != NULL && strncmp(line, "* OK [ALERT] ", 13) == 0, "got %s", line);
    evidence("at 82%% of the limit a letter lies in INBOX and the session hears %s", line);
    talk_close(imap);
    live_stop(live);
    free(users);
}
END_TEST

/* The sentence of a warning that says how full the mailbox is, and begins a paragraph. */
static char *sentence(const char *user, const char *begin)
{
    char *text = live_must("doveadm fetch -u '%s' text.utf8 mailbox INBOX header Auto-Submitted "
                           "auto-generated | tr -d '\\r' | "
                           "awk -v RS= '{ gsub(/\\n/, \" \"); sub(/\\. .*/, \".\"); print }'",
                           user);
    char *line = line_with(text, begin);

    ck_assert_msg(*line != '\0', "%s: no \"%s\" in %s", user, begin, text);
    free(text);
    return line;
}

START_TEST(own_language)
{
    char *users = users_of_both_languages();
    struct live *live = live_start(&(struct live_options){.users = users});
    char *dutch;
    char *french;

    quota_deliver(NL, 82500);
    quota_deliver(FR, 82500);
    dutch = sentence(NL, "Uw mailbox " NL);
    french = sentence(FR, "lettres " FR);
    evidence("Dutch: %s French: %s", dutch, french);
    free(dutch);
    free(french);
    live_stop(live);
    free(users);
}
END_TEST

const TTest *demo_c3(void)
{
    return told_in_time;
}

const TTest *demo_c11(void)
{
    return own_language;
}
