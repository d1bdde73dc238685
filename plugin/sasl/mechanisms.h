/* The steps of the mechanisms. */
#ifndef KINAMO_MECHANISMS_H
#define KINAMO_MECHANISMS_H

#include "plugin/sasl/exchange.h"

/* What the client said (text is NULL if it said nothing yet), and what it is told. */
struct mechanism_io {
    struct kinamo_span input;
    struct kinamo_span output; /* valid until the next step */
};

/* One step of an exchange. Returns SASL_CONTINUE, or the end of the exchange. */
typedef int mechanism_step_t(struct exchange *exchange, sasl_server_params_t *params,
                             struct mechanism_io *io, sasl_out_params_t *out);

mechanism_step_t plain_step;
mechanism_step_t login_step;
mechanism_step_t cram_md5_step;

#endif
