/* The suites of the live tests, one per file. */
#ifndef KINAMO_SUITES_H
#define KINAMO_SUITES_H

#include <check.h>

Suite *basics_suite(void);
Suite *quota_imap_suite(void);
Suite *quota_mail_suite(void);
Suite *quota_shared_suite(void);
Suite *pop3_removal_suite(void);
Suite *settings_suite(void);

#endif
