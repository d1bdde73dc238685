/* Where a mailbox's storage lies: trash, junk, the largest folders. */
#include "lib.h"
#include "mail-namespace.h"
#include "mail-storage.h"
#include "mail-user.h"
#include "mailbox-list-iter.h"

#include "plugin/compat/host-quota.h"
#include "plugin/mail/quota-folders.h"

static uint64_t weight(const struct kinamo_quota_folder *folder, bool by_messages)
{
    return by_messages ? folder->messages : folder->size;
}

static void insert(struct kinamo_quota_folders *folders, const struct kinamo_quota_folder *folder,
                   bool by_messages)
{
    struct kinamo_quota_folder moving = *folder;

    for (int i = 0; i < KINAMO_QUOTA_LARGEST && weight(&moving, by_messages) > 0; i++) {
        struct kinamo_quota_folder *place = &folders->largest[i];

        if (weight(&moving, by_messages) > weight(place, by_messages)) {
            struct kinamo_quota_folder smaller = *place;

            *place = moving;
            moving = smaller;
        }
    }
}

/* What the quota leaves out is not opened: it may be large, or search all folders (virtual). */
static bool measure(const struct mailbox_info *info, struct quota_root *root,
                    struct kinamo_quota_folder *folder_r)
{
    struct mailbox *box = mailbox_alloc(info->ns->list, info->vname, MAILBOX_FLAG_READONLY);
    struct mailbox_metadata metadata;
    struct mailbox_status status;
    bool good = kinamo_host_quota_counts(root, box) &&
                mailbox_get_metadata(box, MAILBOX_METADATA_VIRTUAL_SIZE, &metadata) == 0 &&
                mailbox_get_status(box, STATUS_MESSAGES, &status) == 0;

    if (good) {
        *folder_r = (struct kinamo_quota_folder){
            .name = t_strdup(info->vname),
            .size = metadata.virtual_size,
            .messages = status.messages,
        };
    }
    mailbox_free(&box);
    return good;
}

static bool has_use(const struct mailbox_info *info, const char *use)
{
    return info->special_use != NULL &&
           str_array_icase_find(t_strsplit_spaces(info->special_use, " "), use);
}

static void add(struct kinamo_quota_folder *sum, const struct kinamo_quota_folder *folder)
{
    sum->size += folder->size;
    sum->messages += folder->messages;
}

void kinamo_quota_folders(struct mail_user *user, const struct kinamo_quota_reading *reading,
                          struct kinamo_quota_folders *folders_r)
{
    static const char *const all[] = {"*", NULL};
    struct mailbox_list_iterate_context *iter = mailbox_list_iter_init_namespaces(
        user->namespaces, all, MAIL_NAMESPACE_TYPE_MASK_ALL & MAIL_NAMESPACE_TYPE_PRIVATE,
        MAILBOX_LIST_ITER_SKIP_ALIASES | MAILBOX_LIST_ITER_STAR_WITHIN_NS |
            MAILBOX_LIST_ITER_RETURN_SPECIALUSE);
    const struct mailbox_info *info;

    i_zero(folders_r);
    while ((info = mailbox_list_iter_next(iter)) != NULL) {
        struct kinamo_quota_folder folder;

        if ((info->flags & (MAILBOX_NOSELECT | MAILBOX_NONEXISTENT)) != 0 ||
            !measure(info, reading->handle, &folder)) {
            continue;
        }
        if (has_use(info, "\\Trash")) {
            add(&folders_r->trash, &folder);
        } else if (has_use(info, "\\Junk")) {
            add(&folders_r->junk, &folder);
        } else {
            insert(folders_r, &folder, reading->messages);
        }
    }
    (void)mailbox_list_iter_deinit(&iter);
}
