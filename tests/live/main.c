/* Runs the live tests. */
#include "fixture/live.h"
#include "suites.h"

int main(void)
{
    static Suite *(*const suites[])(void) = {
        basics_suite,
        quota_imap_suite,
        quota_mail_suite,
        quota_shared_suite,
        pop3_removal_suite,
        settings_suite,
        NULL,
    };

    return live_main(suites);
}
