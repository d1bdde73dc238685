/* The names of the modes. */
#include "kinamo/mode.h"

const char *kinamo_mode_name(enum kinamo_mode mode)
{
    switch (mode) {
    case KINAMO_MODE_OFF:
        return "off";
    case KINAMO_MODE_OBSERVE:
        return "observe";
    case KINAMO_MODE_WARN:
        return "warn";
    case KINAMO_MODE_ENFORCE:
        return "enforce";
    }
    return "unknown";
}
