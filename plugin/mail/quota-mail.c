/* The words of a quota warning: how full, where it lies, what to do. */
#include "lib.h"
#include "str.h"
#include "mail-storage.h"
#include "mail-user.h"

#include "plugin/mail/kinamo-user.h"
#include "plugin/mail/notice-inbox.h"
#include "plugin/mail/notice-mail.h"
#include "plugin/mail/notice-template.h"
#include "plugin/mail/quota-folders.h"
#include "plugin/mail/quota-mail.h"

#define MAX_VARIABLES 16
#define LINE_SIZE     1024

struct words {
    struct kinamo_notice_template template;
    unsigned int count;
    struct kinamo_variable variable[MAX_VARIABLES];
};

static enum kinamo_notice notice_of(const struct kinamo_quota_reading *reading)
{
    return reading->messages ? KINAMO_NOTICE_QUOTA_MESSAGE : KINAMO_NOTICE_QUOTA_STORAGE;
}

static void add(struct words *words, const char *name, const char *value)
{
    i_assert(words->count + 1 < MAX_VARIABLES);
    words->variable[words->count++] = (struct kinamo_variable){name, value};
}

static const char *number(uint64_t value)
{
    return t_strdup_printf("%llu", (unsigned long long)value);
}

static const char *size(const struct words *words, uint64_t bytes)
{
    char text[24];

    kinamo_size_print(bytes, words->template.decimal_mark, words->template.unit, text);
    return t_strdup(text);
}

static const char *amount(const struct words *words, const struct kinamo_quota_reading *reading,
                          uint64_t value)
{
    return reading->messages ? number(value) : size(words, value);
}

static void init(struct words *words, struct mail_user *user,
                 const struct kinamo_quota_reading *reading,
                 const struct kinamo_quota_decision *decision)
{
    i_zero(words);
    kinamo_notice_template_open(user, notice_of(reading), &words->template);
    add(words, "percent", number(decision->percent));
    add(words, "threshold", number(decision->threshold));
    add(words, "used", amount(words, reading, reading->usage.used));
    add(words, "limit", amount(words, reading, reading->usage.limit));
    add(words, "root", reading->root);
}

static const char *folder_amount(const struct words *words,
                                 const struct kinamo_quota_reading *reading,
                                 const struct kinamo_quota_folder *folder)
{
    return amount(words, reading, reading->messages ? folder->messages : folder->size);
}

/* A name with a line end in it must not look like more lines. */
static const char *one_line(const char *name)
{
    char *line = t_strdup_noconst(name);

    for (char *p = line; *p != '\0'; p++) {
        if ((unsigned char)*p < 0x20 || *p == 0x7f) {
            *p = ' ';
        }
    }
    return line;
}

static void add_folders(struct words *words, struct mail_user *user,
                        const struct kinamo_quota_reading *reading)
{
    struct kinamo_quota_folders folders;
    string_t *list = t_str_new(256);

    kinamo_quota_folders(user, reading, &folders);
    for (int i = 0; i < KINAMO_QUOTA_LARGEST && folders.largest[i].name != NULL; i++) {
        str_printfa(list, "%s  %s: %s", i > 0 ? "\n" : "", one_line(folders.largest[i].name),
                    folder_amount(words, reading, &folders.largest[i]));
    }
    add(words, "trash", folder_amount(words, reading, &folders.trash));
    add(words, "junk", folder_amount(words, reading, &folders.junk));
    add(words, "folders", str_c(list));
}

/* What a mail check over POP3 removes from this user, as a sentence; empty if it removes nothing.
 */
static void add_pop3(struct words *words, struct mail_user *user)
{
    const struct kinamo_settings *settings = kinamo_user_settings(user);
    uint64_t days = kinamo_settings_number(settings, KINAMO_SETTING_POP3_EXPIRE);
    const struct kinamo_variable variables[] = {{"days", number(days)}, {NULL, NULL}};
    char *line = t_malloc0(LINE_SIZE);

    if (kinamo_settings_mode(settings, KINAMO_SETTING_POP3_MODE) == KINAMO_MODE_ENFORCE &&
        days != KINAMO_EXPIRE_NEVER) {
        (void)kinamo_notice_template_expand(
            user, &words->template, days == 0 ? "Pop3" : "Pop3-Days", variables, line, LINE_SIZE);
    }
    add(words, "pop3", line);
}

size_t kinamo_quota_compose(struct mail_user *user, const struct kinamo_quota_reading *reading,
                            const struct kinamo_quota_decision *decision, const char *guid,
                            const char **message_r)
{
    struct words words;

    init(&words, user, reading, decision);
    add_folders(&words, user, reading);
    add_pop3(&words, user);
    return kinamo_notice_compose(user, &words.template, words.variable, guid, message_r);
}

int kinamo_quota_mail(struct mail_user *user, const struct kinamo_quota_reading *reading,
                      const struct kinamo_quota_decision *decision, const char *guid,
                      size_t *size_r, const char **error_r)
{
    const char *message;

    *size_r = kinamo_quota_compose(user, reading, decision, guid, &message);
    if (*size_r == 0) {
        *error_r = "the message is too long";
        return -1;
    }
    return kinamo_inbox_save(user, guid, message, *size_r, error_r);
}

bool kinamo_quota_line(struct mail_user *user, const struct kinamo_quota_reading *reading,
                       const struct kinamo_quota_decision *decision, const char *field,
                       char line[KINAMO_ALERT_SIZE])
{
    char text[KINAMO_ALERT_SIZE];
    bool found;

    T_BEGIN
    {
        struct words words;

        init(&words, user, reading, decision);
        found = kinamo_notice_template_expand(user, &words.template, field, words.variable, text,
                                              sizeof(text));
    }
    T_END;
    kinamo_ascii_line(found ? text : "", line, KINAMO_ALERT_SIZE);
    return found;
}
