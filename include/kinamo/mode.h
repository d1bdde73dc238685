/* The four modes through which every policy is rolled out. */
#ifndef KINAMO_MODE_H
#define KINAMO_MODE_H

/* Ordered from least to most consequence, so "at least warn" is a comparison. */
enum kinamo_mode {
    KINAMO_MODE_OFF,     /* nothing happens, nothing is hooked */
    KINAMO_MODE_OBSERVE, /* decisions are logged and counted, nobody notices */
    KINAMO_MODE_WARN,    /* the user is told, nothing is refused or removed */
    KINAMO_MODE_ENFORCE, /* the policy acts */
};

/* The mode's name as it is written in a configuration file. Never NULL. */
const char *kinamo_mode_name(enum kinamo_mode mode);

#endif
