/* Quota warnings: looking at how full the mailbox is, and telling the user (promise C3). */
#ifndef KINAMO_QUOTA_H
#define KINAMO_QUOTA_H

#include "plugin/compat/host-quota.h"
#include "plugin/mail/kinamo-notice.h"

struct mail_user;
struct module;

#define KINAMO_QUOTA_MAX_READINGS 16

struct kinamo_quota_readings {
    unsigned int count;
    struct kinamo_quota_reading reading[KINAMO_QUOTA_MAX_READINGS];
};

enum kinamo_quota_look_flags {
    /* An older warning may be removed from the inbox: no client has it open. */
    KINAMO_QUOTA_LOOK_REPLACE = 1,
    /* A message goes out although kinamo_quota_channels does not say mail, because the session
       cannot be used. */
    KINAMO_QUOTA_LOOK_MAIL = 2,
};

void kinamo_quota_init(struct module *module);
void kinamo_quota_deinit(void);

/* Whether the user's quota is looked at: the mode is not off and the quota plugin is loaded. */
bool kinamo_quota_is_on(struct mail_user *user);

/* Whether this process saved or expunged a message of the user since it looked last. */
bool kinamo_quota_has_changed(struct mail_user *user);

/* Read the quota, and tell the user by mail if that is due. Never fails: what goes wrong is
   recorded. Returns what was read, for the session's own telling; nothing if it could not be read.
 */
void kinamo_quota_look(struct mail_user *user, enum kinamo_quota_look_flags flags,
                       struct kinamo_quota_readings *readings_r);

/* The user's policy for the resource of a reading. */
void kinamo_quota_policy(struct mail_user *user, const struct kinamo_quota_reading *reading,
                         struct kinamo_quota_policy *policy_r);

/* The names under which it is kept what the user was told, or in observe would have been. */
#define KINAMO_QUOTA_STATE_WARN    "quota"
#define KINAMO_QUOTA_STATE_OBSERVE "quota-observe"

/* The one of them that the user's mode asks for. */
const char *kinamo_quota_state_name(struct mail_user *user);

/* The name of a reading in a state, e.g. "STORAGE/User quota"; on the data stack. */
const char *kinamo_quota_topic(const struct kinamo_quota_reading *reading);

/* The text for an untagged reply from a field of the reading's template. */
bool kinamo_quota_line(struct mail_user *user, const struct kinamo_quota_reading *reading,
                       const struct kinamo_quota_decision *decision, const char *field,
                       char line[KINAMO_ALERT_SIZE]);

enum kinamo_quota_channel {
    KINAMO_QUOTA_CHANNEL_IMAP,
    KINAMO_QUOTA_CHANNEL_MAIL,
};

/* Record a decision as the event kinamo_quota_warning. begun is of kinamo_event_begin(), when the
   telling began, and consumed. */
void kinamo_quota_sent(struct event **begun, struct mail_user *user,
                       const struct kinamo_quota_reading *reading,
                       const struct kinamo_quota_decision *decision,
                       enum kinamo_quota_channel channel, const char *cause);
void kinamo_quota_suppressed(struct mail_user *user, const struct kinamo_quota_reading *reading,
                             const struct kinamo_quota_decision *decision,
                             enum kinamo_quota_channel channel, const char *cause);
/* The same for a user who would have been told if kinamo_quota_mode were not observe. */
void kinamo_quota_observed(struct mail_user *user, const struct kinamo_quota_reading *reading,
                           const struct kinamo_quota_decision *decision,
                           enum kinamo_quota_channel channel);
/* Record that the user could not be told; the cure is for the operator. Nothing if error is NULL:
   then this failure was recorded a moment ago. */
void kinamo_quota_failed(struct mail_user *user, const struct kinamo_quota_reading *reading,
                         const struct kinamo_quota_decision *decision, const char *cause,
                         const char *error, const char *cure);

/* Whether kinamo_quota_mode is observe: nobody is told. */
bool kinamo_quota_is_observed(struct mail_user *user);

/* Whether a channel is among kinamo_quota_channels. */
bool kinamo_quota_uses(struct mail_user *user, enum kinamo_quota_channel channel);

#endif
