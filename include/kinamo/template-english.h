/* The English templates, built in: they go out when a file is missing or wrong. */
#ifndef KINAMO_TEMPLATE_ENGLISH_H
#define KINAMO_TEMPLATE_ENGLISH_H

/* The template of a notice, word for word that of conf.d/templates/en; NULL if there is none. */
const char *kinamo_template_english(const char *notice);

#endif
