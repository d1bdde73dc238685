/* What doveconf says. */
#ifndef KINAMO_DOVECONF_H
#define KINAMO_DOVECONF_H

#include "lib.h"

/* Ask doveconf what the configuration file in use says of these settings (NULL behind the last) for
   a protocol. Returns the lines of its answer without indentation, "name = value" among them, with
   NULL behind the last; or NULL, with the reason. Both are in the data stack. Blocks "local" and
   "remote" are not seen. */
const char *const *kinamo_doveconf_ask(const char *protocol, const char *const *names,
                                       const char **error_r);

#endif
