/* Templates of notices: <kinamo_template_dir>/<kinamo_language>/<notice>.txt, or built in. */
#include "lib.h"
#include "array.h"
#include "hostpid.h"
#include "mail-storage.h"
#include "mail-user.h"

#include <fcntl.h>
#include <unistd.h>

#include "kinamo/record.h"
#include "kinamo/template-english.h"
#include "plugin/compat/host-event.h"
#include "plugin/mail/kinamo-user.h"
#include "plugin/mail/notice-template.h"

#define MAX_SIZE 16384

static void log_error(struct mail_user *user, const char *path, const char *error)
{
    struct kinamo_record record;

    kinamo_record_init(&record, "kinamo_template");
    kinamo_record_text(&record, "user", user->username);
    kinamo_record_text(&record, "file", path);
    kinamo_record_text(&record, "error", error);
    kinamo_record_text(&record, "cure", "mend the file; until then the English text goes out");
    kinamo_event_error(user->event, &record);
}

/* The language is a KINAMO_TYPE_NAME and the notice's name is ours: neither has a "/". */
static const char *path_of(struct mail_user *user, enum kinamo_notice notice)
{
    const struct kinamo_settings *settings = kinamo_user_settings(user);
    const char *dir = kinamo_settings_text(settings, KINAMO_SETTING_TEMPLATE_DIR);

    return t_strdup_printf("%s/%s/%s.txt", *dir == '\0' ? KINAMO_TEMPLATE_DIR : dir,
                           kinamo_settings_text(settings, KINAMO_SETTING_LANGUAGE),
                           kinamo_notice_name(notice));
}

static const char *read_all(const char *path, const char **error_r)
{
    char *text = t_malloc_no0(MAX_SIZE + 1);
    size_t length = 0;
    ssize_t ret;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd < 0) {
        *error_r = t_strdup_printf("open: %m");
        return NULL;
    }
    while ((ret = read(fd, text + length, MAX_SIZE - length)) > 0) {
        length += (size_t)ret;
    }
    if (ret < 0) {
        *error_r = t_strdup_printf("read: %m");
    } else if (length == MAX_SIZE) {
        *error_r = "it has 16 kB or more";
    } else {
        *error_r = NULL;
    }
    (void)close(fd);
    text[length] = '\0';
    return *error_r == NULL ? text : NULL;
}

static void use_english(struct kinamo_notice_template *template)
{
    template->text = kinamo_template_english(kinamo_notice_name(template->notice));
    template->language = "en";
    template->decimal_mark = '.';
    (void)i_strocpy(template->unit, "B", sizeof(template->unit));
}

static void read_marks(struct kinamo_notice_template *template)
{
    struct kinamo_template_part part;

    if (kinamo_template_find(template->text, "Decimal-Mark", &part) && part.length == 1) {
        template->decimal_mark = part.text[0];
    }
    if (kinamo_template_find(template->text, "Size-Unit", &part) && part.length > 0 &&
        part.length < sizeof(template->unit)) {
        (void)i_strocpy(template->unit, t_strndup(part.text, part.length), sizeof(template->unit));
    }
}

void kinamo_notice_template_open(struct mail_user *user, enum kinamo_notice notice,
                                 struct kinamo_notice_template *template_r)
{
    const char *path = path_of(user, notice);
    const char *error;
    const char *text = read_all(path, &error);

    template_r->notice = notice;
    use_english(template_r);
    if (text == NULL) {
        log_error(user, path, error);
        return;
    }
    template_r->text = text;
    template_r->language =
        kinamo_settings_text(kinamo_user_settings(user), KINAMO_SETTING_LANGUAGE);
    read_marks(template_r);
}

static bool expand(const struct kinamo_notice_template *template, const char *field,
                   const struct kinamo_variable *variables, char *out, size_t size,
                   char error[KINAMO_TEMPLATE_ERROR_SIZE])
{
    struct kinamo_template_part part;

    if (!kinamo_template_find(template->text, field, &part)) {
        (void)i_snprintf(error, KINAMO_TEMPLATE_ERROR_SIZE, "%s is missing",
                         field == NULL ? "the empty line before the body" : field);
        return false;
    }
    return kinamo_template_expand(&part, variables,
                                  field == NULL ? KINAMO_TEMPLATE_TEXT : KINAMO_TEMPLATE_LINE, out,
                                  size, error);
}

const char *kinamo_notice_domain(const struct mail_user *user)
{
    const char *at = strrchr(user->username, '@');

    return at == NULL || at[1] == '\0' ? my_hostdomain() : at + 1;
}

/* The caller's variables and those that every notice has, on the data stack. */
static const struct kinamo_variable *all_variables(struct mail_user *user,
                                                   const struct kinamo_variable *variables)
{
    const struct kinamo_variable common[] = {
        {"user", user->username},
        {"domain", kinamo_notice_domain(user)},
        {NULL, NULL},
    };
    ARRAY(struct kinamo_variable) all;

    t_array_init(&all, 16);
    for (; variables != NULL && variables->name != NULL; variables++) {
        array_push_back(&all, variables);
    }
    array_append(&all, common, N_ELEMENTS(common));
    return array_front(&all);
}

bool kinamo_notice_template_expand(struct mail_user *user, struct kinamo_notice_template *template,
                                   const char *field, const struct kinamo_variable *variables,
                                   char *out, size_t size)
{
    char error[KINAMO_TEMPLATE_ERROR_SIZE];

    variables = all_variables(user, variables);
    if (expand(template, field, variables, out, size, error)) {
        return true;
    }
    log_error(user, path_of(user, template->notice), error);
    use_english(template);
    return expand(template, field, variables, out, size, error);
}
