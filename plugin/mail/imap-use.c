/* Whether a user reads the mail over IMAP: one file per user, written at most once a day. */
#include "lib.h"
#include "mail-namespace.h"
#include "mail-storage-private.h"
#include "mail-user.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plugin/mail/imap-use.h"

#define FILE_NAME   "kinamo-imap-used"
#define DAY_SECS    (24 * 60 * 60)
#define RECENT_SECS (30 * DAY_SECS)

/* NULL where every file is a mailbox: ours would be one too. */
static const char *use_path(struct mail_user *user)
{
    struct mail_namespace *ns = mail_namespace_find_inbox(user->namespaces);
    struct mail_storage *storage = mail_namespace_get_default_storage(ns);
    const char *dir;

    if ((storage->class_flags & MAIL_STORAGE_CLASS_FLAG_MAILBOX_IS_FILE) != 0 ||
        !mailbox_list_get_root_path(ns->list, MAILBOX_LIST_PATH_TYPE_CONTROL, &dir)) {
        return NULL;
    }
    return t_strconcat(dir, "/" FILE_NAME, NULL);
}

static bool used_within(const char *path, time_t now, time_t secs)
{
    struct stat st;

    return stat(path, &st) == 0 && st.st_mtime > now - secs;
}

void kinamo_imap_use_note(struct mail_user *user, time_t now)
{
    const struct timespec times[2] = {{.tv_sec = now}, {.tv_sec = now}};
    const char *path = use_path(user);
    int fd;

    if (path == NULL || used_within(path, now, DAY_SECS)) {
        return;
    }
    fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd == -1 && errno == ENOENT) {
        return; /* a user who has no mail yet */
    }
    if (fd == -1 || futimens(fd, times) < 0) {
        e_warning(user->event,
                  "kinamo: %s: %m (POP3 reports of this user will say imap=no; make the directory "
                  "writable for the user)",
                  path);
    }
    i_close_fd(&fd);
}

const char *kinamo_imap_use_recent(struct mail_user *user, time_t now)
{
    const char *path = use_path(user);

    if (path == NULL) {
        return "unknown";
    }
    return used_within(path, now, RECENT_SECS) ? "yes" : "no";
}
