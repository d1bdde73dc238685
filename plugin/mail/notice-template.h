/* The templates of notices, in the user's language. */
#ifndef KINAMO_NOTICE_TEMPLATE_H
#define KINAMO_NOTICE_TEMPLATE_H

#include "plugin/mail/kinamo-notice.h"

#define KINAMO_SUBJECT_SIZE 400
#define KINAMO_BODY_SIZE    16384

struct kinamo_notice_template {
    enum kinamo_notice notice;
    const char *text;
    const char *language;
    char decimal_mark;
    char unit[8]; /* of sizes: "B", in French "o" */
};

/* Read the template; if there is none for the user's language, that is logged and it is the
   built-in English one. What it points to lies on the data stack. */
void kinamo_notice_template_open(struct mail_user *user, enum kinamo_notice notice,
                                 struct kinamo_notice_template *template_r);

/* The domain that the user's mail is addressed to. */
const char *kinamo_notice_domain(const struct mail_user *user);

/* Expand a field, or the body for a NULL field, with the given variables (may be NULL) and those
   that every notice has. Uses the data stack. An error in the template is logged and the template
   becomes the built-in English one, which is then expanded. False if the template has no such
   field. */
bool kinamo_notice_template_expand(struct mail_user *user, struct kinamo_notice_template *template,
                                   const char *field, const struct kinamo_variable *variables,
                                   char *out, size_t size);

#endif
