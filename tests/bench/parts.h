/* The parts of the bench, and what its own files need of each other. */
#ifndef KINAMO_BENCH_PARTS_H
#define KINAMO_BENCH_PARTS_H

#include "bench.h"

void bench_part_memory(void);
void bench_part_mixed(void);
void bench_part_pop3(void);
void bench_part_pop3_many(void);
void bench_part_quota_crossing(void);
void bench_part_quota_imap(void);
void bench_part_quota_lmtp(void);
void bench_part_sasl(void);
void bench_part_sasl_cram(void);
void bench_part_sasl_crypt(void);
void bench_part_sasl_failure(void);
void bench_part_sasl_process(void);
void bench_part_sasl_smtpd(void);
void bench_part_tls(void);

/* Seconds of CPU that Dovecot and Postfix have used since they started: all processes below their
   masters, those that have ended included. Waits until they are idle. */
double bench_servers_cpu(void);
/* Seconds of CPU of this process and of the children it waited for. */
double bench_own_cpu(void);

/* Where bench_sample() adds to. The values are to be freed. */
struct bench_samples {
    double *values;
    int count;
};
void bench_samples_use(struct bench_samples *samples);

/* How many rounds this run has. */
int bench_rounds(void);
/* Count a goal that was missed; how many there are. */
void bench_miss(void);
int bench_missed(void);

#endif
