/* The SASL module's lines in syslog. Postfix drops what a mechanism logs through libsasl2 below the
   level of a failure, and sasl_utils_t moves its log function between versions: hence syslog. */
#include <syslog.h>

#include "plugin/sasl/sasl-log.h"

void sasl_log(int priority, const char *text)
{
    syslog(LOG_MAIL | priority, "kinamo-sasl: %s", text);
}
