/* The TLS gate: IMAP logins with the login plugin and without. The plugin is all that differs, and
   the client is on a trusted network: no TLS handshake hides the cost. */
#include "kinamo-config.h"

#include "parts.h"

static const struct {
    const char *name, *dovecot_2_3, *dovecot_2_4;
    double goal;
} services[] = {
    {"IMAP logins, a login process for each", "service imap-login {\n  service_count = 1\n}\n",
     "service imap-login {\n  restart_request_count = 1\n}\n", 1.15},
    {"IMAP logins, login processes reused", "service imap-login {\n  service_count = 0\n}\n",
     "service imap-login {\n  restart_request_count = unlimited\n}\n", 1.00},
};

static void login(void)
{
    talk_once("imap", "S: * OK *\nC: 1 LOGIN " LIVE_JAN " " LIVE_JAN_PASSWORD
                      "\nS* 1 OK *\nC: 2 LOGOUT\nS* 2 OK *\nEOF\n");
}

/* The first login creates the mailbox. */
static void prepare(const struct bench_variant *variant, int units)
{
    (void)variant;
    (void)units;
    login();
}

static void load(const struct bench_variant *variant, int units)
{
    (void)variant;
    for (int i = 0; i < units; i++) {
        login();
    }
}

static void compare(const char *name, const char *service, double goal)
{
    const struct bench_variant variants[] = {
        {.name = "stock", .options = {.stock = true, .dovecot = service}},
        {.name = "login plugin, enforce",
         .options = {.stock = true,
                     .dovecot = service,
                     .settings = {{"kinamo_tls_mode", "enforce"},
                                  {"kinamo_tls_trusted_networks", "127.0.0.0/8"}},
                     .dovecot_2_3 = "login_plugins = login_kinamo_policy\n",
                     .dovecot_2_4 = "login_plugins {\n  login_kinamo_policy = yes\n}\n"},
         .goal = goal},
        {0},
    };

    bench_compare(&(struct bench_comparison){
        .name = name,
        .unit = "login",
        .units = bench_size(200),
        .services = "imap-login imap",
        .variants = variants,
        .prepare = prepare,
        .load = load,
    });
}

void bench_part_tls(void)
{
    for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
        compare(services[i].name, live_is_2_4() ? services[i].dovecot_2_4 : services[i].dovecot_2_3,
                services[i].goal);
    }
}
