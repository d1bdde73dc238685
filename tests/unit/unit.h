/* The suites of the unit tests, one per file. */
#ifndef KINAMO_UNIT_H
#define KINAMO_UNIT_H

#include <check.h>

<<<<<<< HEAD
Suite *networks_suite(void);
=======
Suite *pop3_capa_suite(void);
>>>>>>> 5ab3fc3 (login: CAPA announces the smallest EXPIRE before login)
Suite *record_suite(void);
Suite *settings_suite(void);
Suite *tls_policy_suite(void);

#endif
