/* USER and SASL in the answer to CAPA before login: only where they may be used. Dovecot would
   leave a SASL without mechanisms. */
#include "login-common.h"
#include "client-common.h"
#include "module-context.h"

#include "kinamo/pop3-capa.h"
#include "plugin/login/capa-auth.h"
#include "plugin/login/login-tls.h"

#define CAPA_AUTH(client) MODULE_CONTEXT_REQUIRE(client, capa_auth_module)

struct capa_auth {
    union login_client_module_context module_ctx;
};

static MODULE_CONTEXT_DEFINE_INIT(capa_auth_module, &login_module_register);

static void capa_auth_send_raw_data(struct client *client, const void *data, size_t size)
{
    static const char *const names[] = {"USER", "SASL", NULL};
    struct capa_auth *capa = CAPA_AUTH(client);

    if (!login_tls_refuses(client)) {
        capa->module_ctx.super.send_raw_data(client, data, size);
        return;
    }
    T_BEGIN
    {
        char *buffer = t_malloc_no0(size);
        size_t length = kinamo_pop3_capa_drop(data, size, names, buffer);

        if (length > 0) {
            capa->module_ctx.super.send_raw_data(client, buffer, length);
        } else {
            capa->module_ctx.super.send_raw_data(client, data, size);
        }
    }
    T_END;
}

void kinamo_capa_auth_client_allocated(struct client *client)
{
    struct capa_auth *capa;

    if (strcmp(login_binary->protocol, "pop3") != 0) {
        return;
    }
    capa = p_new(client->pool, struct capa_auth, 1);
    capa->module_ctx.super = client->v;
    client->v.send_raw_data = capa_auth_send_raw_data;
    MODULE_CONTEXT_SET(client, capa_auth_module, capa);
}
