/* Composing the message of a notice. */
#ifndef KINAMO_NOTICE_MAIL_H
#define KINAMO_NOTICE_MAIL_H

#include <stddef.h>

struct kinamo_notice_template;
struct kinamo_variable;
struct mail_user;

/* Compose a message on the data stack. Returns its size, or 0 if it is too long. */
size_t kinamo_notice_compose(struct mail_user *user, struct kinamo_notice_template *template,
                             const struct kinamo_variable *variables, const char *guid,
                             const char **message_r);

#endif
