/* The state of notices in a dict.

   The change from sequence n to n + 1 belongs to whoever wins the claim n. A claim is a counter:
   its first increment wins. A dict reports that in one of two ways: those that create the counter
   (Redis) show 1 afterwards, which nobody sees if two increments come before the first reading;
   the others report that it did not exist, and then adding it in the same transaction as a second
   increment tells the first from the second.

   A claim that nobody won, or whose winner died, must not block for ever. So each minute has a
   claim of its own, and nobody may win while the minute before or after has one: two servers whose
   clocks differ by less than a minute cannot both win.

   After a failure the dict is left alone for a minute: for this user, and, if we had to wait for
   the failure, for all users of the process. A delivery to many recipients must not cost the dict's
   timeout for each of them; but what fails at once (a record of one user that is broken, a home
   that cannot be written) keeps nothing from the others. */
#include "lib.h"
#include "dict.h"
#include "ioloop.h"
#include "module-context.h"
#include "time-util.h"
#include "mail-storage.h"
#include "mail-user.h"

#include "plugin/compat/host-dict.h"
#include "plugin/mail/kinamo-state.h"
#include "plugin/mail/kinamo-user.h"

#define KEY_PREFIX      DICT_PATH_PRIVATE "kinamo/"
#define CLAIM_SECONDS   60
#define PAUSE_SECONDS   60
#define SILENT_USECS    100000
#define CREATED_BY_DICT "1"
/* Any later value of a counter differs from the first one of the other kind of dict. */
#define CREATED_BY_US "2"

#define STATE_USER(user) MODULE_CONTEXT(user, state_user_module)

struct state_user {
    union mail_user_module_context module_ctx;
    struct dict *dict;
    time_t failed_at;
    uint64_t asked_at; /* microseconds */
};

static MODULE_CONTEXT_DEFINE_INIT(state_user_module, &mail_user_module_register);

static time_t silent_at; /* some dict, to this process */

static struct state_user *create_state_user(struct mail_user *user)
{
    struct state_user *suser = p_new(user->pool, struct state_user, 1);

    MODULE_CONTEXT_SET(user, state_user_module, suser);
    return suser;
}

static struct state_user *state_user(struct mail_user *user)
{
    struct state_user *suser = STATE_USER(user);

    return suser != NULL ? suser : create_state_user(user);
}

void kinamo_state_close(struct mail_user *user)
{
    struct state_user *suser = STATE_USER(user);

    if (suser != NULL && suser->dict != NULL) {
        dict_wait(suser->dict);
        dict_deinit(&suser->dict);
    }
}

static bool is_recent(time_t failed_at)
{
    return failed_at != 0 && ioloop_time - failed_at < PAUSE_SECONDS;
}

static enum kinamo_state_result failed(struct mail_user *user)
{
    struct state_user *suser = state_user(user);

    suser->failed_at = ioloop_time;
    if (i_microseconds() - suser->asked_at >= SILENT_USECS) {
        silent_at = ioloop_time;
    }
    return KINAMO_STATE_FAILED;
}

/* The dict, or NULL; *error_r is NULL during the pause after a failure. */
static struct dict *open_dict(struct mail_user *user, const char **error_r)
{
    struct state_user *suser = state_user(user);
    const char *value = kinamo_settings_text(kinamo_user_settings(user), KINAMO_SETTING_STATE);

    *error_r = NULL;
    if (is_recent(suser->failed_at) || is_recent(silent_at)) {
        return NULL;
    }
    suser->asked_at = i_microseconds();
    if (suser->dict == NULL && kinamo_host_dict_open(user, value, &suser->dict, error_r) < 0) {
        (void)failed(user);
        return NULL;
    }
    return suser->dict;
}

static const char *state_key(const char *name)
{
    return t_strconcat(KEY_PREFIX, name, NULL);
}

static const char *claim_key(const char *name, uint64_t sequence, long long minute)
{
    return t_strdup_printf(KEY_PREFIX "%s/claim/%llu/%lld", name, (unsigned long long)sequence,
                           minute);
}

static int lookup(struct mail_user *user, struct dict *dict, const char *key, const char **value_r,
                  const char **error_r)
{
    *value_r = NULL;
    return dict_lookup(dict, mail_user_get_dict_op_settings(user), pool_datastack_create(), key,
                       value_r, error_r);
}

enum kinamo_state_result kinamo_state_load(struct mail_user *user, const char *name,
                                           struct kinamo_notice_state *state_r,
                                           const char **error_r)
{
    struct dict *dict = open_dict(user, error_r);
    const char *value;

    i_zero(state_r);
    if (dict == NULL) {
        return KINAMO_STATE_FAILED;
    }
    if (lookup(user, dict, state_key(name), &value, error_r) < 0) {
        return failed(user);
    }
    if (!kinamo_notice_state_parse(value, state_r)) {
        *error_r = t_strdup_printf("%s is not a state of ours, delete the key", state_key(name));
        return failed(user);
    }
    return KINAMO_STATE_GOOD;
}

struct commit {
    enum dict_commit_ret ret;
    char *error;
};

static void committed(const struct dict_commit_result *result, struct commit *commit)
{
    commit->ret = result->ret;
    commit->error = i_strdup(result->error);
}

/* Returns 1, 0 if a counter that was incremented did not exist, -1 on error. Asynchronous and
   waited for, because the Redis driver of Dovecot 2.3 calls back twice after a synchronous commit.
 */
static int commit(struct dict *dict, struct dict_transaction_context *trans, const char **error_r)
{
    struct commit result = {.ret = DICT_COMMIT_RET_FAILED};

    dict_transaction_commit_async(&trans, committed, &result);
    dict_wait(dict);
    *error_r = t_strdup(result.error);
    i_free(result.error);
    switch (result.ret) {
    case DICT_COMMIT_RET_OK:
        return 1;
    case DICT_COMMIT_RET_NOTFOUND:
        return 0;
    case DICT_COMMIT_RET_FAILED:
    case DICT_COMMIT_RET_WRITE_UNCERTAIN:
        break;
    }
    return -1;
}

/* Increment a counter, optionally creating it in the same transaction. Returns 1 if it existed or
   the dict creates counters, 0 if it did not exist, -1 on error. */
static int increment(struct mail_user *user, struct dict *dict, const char *key, bool create,
                     const char **error_r)
{
    struct dict_transaction_context *trans =
        dict_transaction_begin(dict, mail_user_get_dict_op_settings(user));

    dict_atomic_inc(trans, key, 1);
    if (create) {
        dict_set(trans, key, CREATED_BY_US);
    }
    return commit(dict, trans, error_r);
}

/* Returns 1 if this was the counter's first increment, 0 if not or if nobody can tell, -1. */
static int take_claim(struct mail_user *user, struct dict *dict, const char *key,
                      const char **error_r)
{
    const char *value;
    int ret = increment(user, dict, key, false, error_r);

    if (ret < 0) {
        return -1;
    }
    if (ret > 0) {
        if (lookup(user, dict, key, &value, error_r) < 0) {
            return -1;
        }
        return value != NULL && strcmp(value, CREATED_BY_DICT) == 0 ? 1 : 0;
    }
    ret = increment(user, dict, key, true, error_r);
    return ret < 0 ? -1 : ret == 0;
}

/* Nobody can win a claim on a sequence that has passed, so nobody misses it. */
static void drop_claim(struct mail_user *user, struct dict *dict, const char *key)
{
    struct dict_transaction_context *trans =
        dict_transaction_begin(dict, mail_user_get_dict_op_settings(user));
    const char *error;

    dict_unset(trans, key);
    (void)commit(dict, trans, &error);
}

/* Returns 1 if the change is ours, 0 if not, -1 on error. */
static int win_claim(struct mail_user *user, struct dict *dict, const char *name, uint64_t sequence,
                     long long minute, const char **error_r)
{
    const char *before = claim_key(name, sequence, minute - 1);
    const char *own = claim_key(name, sequence, minute);
    const char *after = claim_key(name, sequence, minute + 1);
    struct kinamo_notice_state now;
    const char *value;
    int ret;

    if ((ret = lookup(user, dict, before, &value, error_r)) != 0) {
        return ret < 0 ? -1 : 0;
    }
    ret = take_claim(user, dict, own, error_r);
    if (ret <= 0) {
        return ret;
    }
    if ((ret = lookup(user, dict, before, &value, error_r)) != 0 ||
        (ret = lookup(user, dict, after, &value, error_r)) != 0) {
        return ret < 0 ? -1 : 0;
    }
    /* The winner before us may have removed its claim together with its change. */
    if (lookup(user, dict, state_key(name), &value, error_r) < 0) {
        return -1;
    }
    if (kinamo_notice_state_parse(value, &now) && now.sequence == sequence) {
        return 1;
    }
    drop_claim(user, dict, own);
    return 0;
}

enum kinamo_state_result kinamo_state_change(struct mail_user *user, const char *name,
                                             const struct kinamo_notice_state *loaded,
                                             struct kinamo_notice_state *state,
                                             const char **error_r)
{
    struct dict *dict = open_dict(user, error_r);
    long long minute = (long long)ioloop_time / CLAIM_SECONDS;
    char text[KINAMO_STATE_TEXT_SIZE];
    struct dict_transaction_context *trans;
    int ret;

    if (dict == NULL) {
        return KINAMO_STATE_FAILED;
    }
    ret = win_claim(user, dict, name, loaded->sequence, minute, error_r);
    if (ret <= 0) {
        return ret < 0 ? failed(user) : KINAMO_STATE_LOST;
    }
    state->sequence = loaded->sequence + 1;
    kinamo_notice_state_format(state, text);
    trans = dict_transaction_begin(dict, mail_user_get_dict_op_settings(user));
    dict_set(trans, state_key(name), text);
    dict_unset(trans, claim_key(name, loaded->sequence, minute));
    if (commit(dict, trans, error_r) < 0) {
        return failed(user);
    }
    return KINAMO_STATE_GOOD;
}
