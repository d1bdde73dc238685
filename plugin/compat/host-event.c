/* Records become events of Dovecot; the calls are the same in every series. */
#include "lib.h"
#include "lib-event.h"

#include "plugin/compat/host-event.h"

#define PREFIX "kinamo: "

static void fill(struct event *event, const struct kinamo_record *record,
                 char line[KINAMO_RECORD_LINE_SIZE])
{
    event_set_name(event, record->name);
    for (unsigned int i = 0; i < record->count; i++) {
        const struct kinamo_field *field = &record->field[i];

        if (field->text != NULL) {
            event_add_str(event, field->key, field->text);
        } else {
            event_add_int(event, field->key, field->number);
        }
    }
    (void)kinamo_record_render(record, line, KINAMO_RECORD_LINE_SIZE);
}

static struct event *event_of(struct event *parent, const struct kinamo_record *record,
                              char line[KINAMO_RECORD_LINE_SIZE])
{
    struct event *event = event_create(parent);

    fill(event, record, line);
    return event;
}

struct event *kinamo_event_begin(struct event *parent)
{
    return event_create(parent);
}

void kinamo_event_end_info(struct event **begun, const struct kinamo_record *record)
{
    char line[KINAMO_RECORD_LINE_SIZE];

    fill(*begun, record, line);
    e_info(*begun, PREFIX "%s", line);
    event_unref(begun);
}

void kinamo_event_info(struct event *parent, const struct kinamo_record *record)
{
    char line[KINAMO_RECORD_LINE_SIZE];
    struct event *event = event_of(parent, record, line);

    e_info(event, PREFIX "%s", line);
    event_unref(&event);
}

void kinamo_event_error(struct event *parent, const struct kinamo_record *record)
{
    char line[KINAMO_RECORD_LINE_SIZE];
    struct event *event = event_of(parent, record, line);

    e_error(event, PREFIX "%s", line);
    event_unref(&event);
}

void kinamo_event_debug(struct event *parent, const struct kinamo_record *record)
{
    char line[KINAMO_RECORD_LINE_SIZE];
    struct event *event = event_of(parent, record, line);

    e_debug(event, PREFIX "%s", line);
    event_unref(&event);
}

void kinamo_event_who(struct event *parent, const char *policy, const char *user, const char *what)
{
    struct kinamo_record record;

    kinamo_record_init(&record, "kinamo_who");
    kinamo_record_text(&record, "policy", policy);
    kinamo_record_text(&record, "user", user);
    kinamo_record_text(&record, "what", what);
    kinamo_event_debug(parent, &record);
}
