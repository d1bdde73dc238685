/* PLAIN, LOGIN and CRAM-MD5, as relays. */
#include <string.h>

#include "plugin/sasl/mechanisms.h"

static int ask_for(struct mechanism_io *io, const char *prompt)
{
    io->output = (struct kinamo_span){prompt, strlen(prompt)};
    return SASL_CONTINUE;
}

/* RFC 4616: what goes to the auth service is the message with an authzid that says nothing. */
static int verify_password(struct exchange *exchange, const struct kinamo_span *user,
                           const struct kinamo_span *password, sasl_server_params_t *params,
                           sasl_out_params_t *out)
{
    char message[KINAMO_SASL_MAX_MESSAGE];
    struct kinamo_span response = {message, user->length + password->length + 2};

    message[0] = '\0';
    memcpy(message + 1, user->text, user->length);
    message[user->length + 1] = '\0';
    memcpy(message + user->length + 2, password->text, password->length);
    exchange_begin(exchange, "PLAIN", &response);
    explicit_bzero(message, sizeof(message));
    return exchange_conclude(exchange, params, out);
}

int plain_step(struct exchange *exchange, sasl_server_params_t *params, struct mechanism_io *io,
               sasl_out_params_t *out)
{
    struct kinamo_span authzid;
    struct kinamo_span user;
    struct kinamo_span password;
    enum kinamo_sasl_fault fault;
    int code;

    if (io->input.text == NULL && exchange->step == 0) {
        return ask_for(io, "");
    }
    fault = kinamo_sasl_parse_plain(io->input.text, io->input.length, &authzid, &user, &password);
    exchange_set_user(exchange, &user);
    if (fault == KINAMO_SASL_GOOD) {
        fault = kinamo_sasl_check_authzid(&authzid, &user);
    }
    if (fault != KINAMO_SASL_GOOD) {
        return exchange_fault(exchange, fault);
    }
    code = exchange_admit(exchange, &user);
    return code == SASL_OK ? verify_password(exchange, &user, &password, params, out) : code;
}

static int login_user(struct exchange *exchange, const struct kinamo_span *user,
                      struct mechanism_io *io)
{
    enum kinamo_sasl_fault fault = kinamo_sasl_check_user(user, exchange->module->require_address);

    exchange_set_user(exchange, user);
    /* An earlier no than after the password, so that no password is sent in vain. */
    return fault == KINAMO_SASL_GOOD ? ask_for(io, "Password:") : exchange_fault(exchange, fault);
}

static int login_password(struct exchange *exchange, const struct kinamo_span *password,
                          sasl_server_params_t *params, sasl_out_params_t *out)
{
    struct kinamo_span user = {exchange->user, strlen(exchange->user)};
    int code;

    if (password->length == 0) {
        return exchange_fault(exchange, KINAMO_SASL_NO_PASSWORD);
    }
    if (password->length > KINAMO_SASL_MAX_PASSWORD) {
        return exchange_fault(exchange, KINAMO_SASL_TOO_LONG);
    }
    if (memchr(password->text, '\0', password->length) != NULL) {
        return exchange_fault(exchange, KINAMO_SASL_MALFORMED);
    }
    code = exchange_admit(exchange, &user);
    return code == SASL_OK ? verify_password(exchange, &user, password, params, out) : code;
}

/* draft-murchison-sasl-login-00; some clients send the user with the command. */
int login_step(struct exchange *exchange, sasl_server_params_t *params, struct mechanism_io *io,
               sasl_out_params_t *out)
{
    if (exchange->step == 0 && io->input.length == 0) {
        return ask_for(io, "Username:");
    }
    if (exchange->user[0] == '\0') {
        return login_user(exchange, &io->input, io);
    }
    return login_password(exchange, &io->input, params, out);
}

static int cram_challenge(struct exchange *exchange, sasl_server_params_t *params,
                          struct mechanism_io *io, sasl_out_params_t *out)
{
    exchange_begin(exchange, "CRAM-MD5", NULL);
    if (exchange->answer.result != RELAY_CONTINUE) {
        return exchange_conclude(exchange, params, out);
    }
    io->output.text = (const char *)exchange->answer.challenge;
    io->output.length = exchange->answer.challenge_length;
    return SASL_CONTINUE;
}

int cram_md5_step(struct exchange *exchange, sasl_server_params_t *params, struct mechanism_io *io,
                  sasl_out_params_t *out)
{
    struct kinamo_span user;
    enum kinamo_sasl_fault fault;
    int code;

    if (exchange->step == 0) {
        return cram_challenge(exchange, params, io, out);
    }
    fault = kinamo_sasl_parse_cram(io->input.text, io->input.length, &user);
    exchange_set_user(exchange, &user);
    if (fault != KINAMO_SASL_GOOD) {
        return exchange_fault(exchange, fault);
    }
    code = exchange_admit(exchange, &user);
    if (code == SASL_OK) {
        exchange_continue(exchange, &io->input);
        code = exchange_conclude(exchange, params, out);
    }
    return code;
}
