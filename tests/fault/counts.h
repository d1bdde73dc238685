/* Between the program and what its parts count. */
#ifndef KINAMO_FAULT_COUNTS_H
#define KINAMO_FAULT_COUNTS_H

#include "tests/fault/fault.h"

struct fault_counts {
    int sessions;
    int injected[FAULT_MAX_KINDS]; /* by the part's kinds */
    int outcome[FAULT_OUTCOMES];
    int shown; /* lines on the output */
};

/* Where every fault and every outcome is logged; false if there is no such file. */
bool fault_open_log(const char *path);
/* A part begins: all counts are 0. */
const struct fault_counts *fault_begin(const struct fault_part *next);

/* Whether a list of names, separated by blanks, has this one, or what it begins with up to a "-".
   No list, or an empty one, has all. */
bool fault_is_chosen(const char *list, const char *name);

#endif
