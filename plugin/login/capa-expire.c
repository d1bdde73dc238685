/* EXPIRE in the answer to CAPA before login: the smallest value that any user has (RFC 2449 6.7).
 */
#include "login-common.h"
#include "client-common.h"
#include "module-context.h"

#include "kinamo/pop3-capa.h"
#include "kinamo/settings.h"
#include "plugin/login/capa-expire.h"

#define CAPA_CLIENT(client) MODULE_CONTEXT_REQUIRE(client, capa_client_module)

struct capa_client {
    union login_client_module_context module_ctx;
    uint64_t expire;
};

static MODULE_CONTEXT_DEFINE_INIT(capa_client_module, &login_module_register);

/* No other answer of more than one line exists before login. */
static void capa_send_raw_data(struct client *client, const void *data, size_t size)
{
    struct capa_client *capa = CAPA_CLIENT(client);

    T_BEGIN
    {
        char *buffer = t_malloc_no0(size + KINAMO_POP3_CAPA_ROOM);
        size_t length = kinamo_pop3_capa_expire(data, size, capa->expire, true, buffer,
                                                size + KINAMO_POP3_CAPA_ROOM);

        if (length > 0) {
            capa->module_ctx.super.send_raw_data(client, buffer, length);
        } else {
            capa->module_ctx.super.send_raw_data(client, data, size);
        }
    }
    T_END;
}

void kinamo_capa_expire_client_allocated(struct client *client,
                                         const struct kinamo_settings *settings)
{
    uint64_t expire = kinamo_settings_number(settings, KINAMO_SETTING_POP3_EXPIRE_MIN);
    struct capa_client *capa;

    if (strcmp(login_binary->protocol, "pop3") != 0 || expire == KINAMO_EXPIRE_UNSET) {
        return;
    }
    capa = p_new(client->pool, struct capa_client, 1);
    capa->expire = expire;
    capa->module_ctx.super = client->v;
    client->v.send_raw_data = capa_send_raw_data;
    MODULE_CONTEXT_SET(client, capa_client_module, capa);
}
