/* A look counts every folder, the selected one included. To open that one a second time is most of
   what a look costs: with Maildir a table of 197 kB is filled, searched and freed. */
#include "lib.h"
#include "module-context.h"
#include "mail-index.h"
#include "mail-storage-private.h"

#include <stdbool.h>

#include "plugin/mail/quota-open.h"

#define OPEN_BOX(box) MODULE_CONTEXT_REQUIRE(box, quota_open_module)

static MODULE_CONTEXT_DEFINE_INIT(quota_open_module, &mail_storage_module_register);

/* Synced: what lay in the folder when it was selected is in the index. */
static struct mailbox *find_open(const struct mailbox *box)
{
    for (struct mailbox *other = box->storage->mailboxes; other != NULL; other = other->next) {
        if (other != box && other->list == box->list && other->opened && other->synced &&
            other->index != NULL && strcmp(other->vname, box->vname) == 0) {
            return other;
        }
    }
    return NULL;
}

/* Dovecot keeps a mailbox's size in its index and completes it when it is asked for. Returns
   whether it is complete now. */
static bool read_size(struct mailbox *box, struct mailbox_index_vsize *size_r)
{
    struct mail_index_view *view;
    const struct mail_index_header *header;
    const void *data;
    size_t size;
    bool complete = false;

    if (mail_index_refresh(box->index) < 0) {
        return false;
    }
    /* Not the view of the session, which may be older than the last delivery. */
    view = mail_index_view_open(box->index);
    header = mail_index_get_header(view);
    mail_index_get_header_ext(view, box->vsize_hdr_ext_id, &data, &size);
    if (size == sizeof(*size_r)) {
        memcpy(size_r, data, sizeof(*size_r));
        complete = size_r->highest_uid + 1 == header->next_uid &&
                   size_r->message_count == header->messages_count;
    }
    mail_index_view_close(&view);
    return complete;
}

/* Looked for anew each time: the session may have closed it since. */
static bool is_known(const struct mailbox *box, struct mailbox_index_vsize *size_r)
{
    struct mailbox *open = box->opened ? NULL : find_open(box);

    return open != NULL && read_size(open, size_r);
}

static int open_get_metadata(struct mailbox *box, enum mailbox_metadata_items items,
                             struct mailbox_metadata *metadata_r)
{
    union mailbox_module_context *obox = OPEN_BOX(box);
    struct mailbox_index_vsize size;

    if (items == MAILBOX_METADATA_VIRTUAL_SIZE && is_known(box, &size)) {
        metadata_r->virtual_size = size.vsize;
        return 0;
    }
    return obox->super.get_metadata(box, items, metadata_r);
}

static int open_get_status(struct mailbox *box, enum mailbox_status_items items,
                           struct mailbox_status *status_r)
{
    union mailbox_module_context *obox = OPEN_BOX(box);
    struct mailbox_index_vsize size;

    if (items == STATUS_MESSAGES && is_known(box, &size)) {
        status_r->messages = size.message_count;
        return 0;
    }
    return obox->super.get_status(box, items, status_r);
}

void kinamo_quota_open_count(struct mailbox *box)
{
    struct mailbox_vfuncs *v = box->vlast;
    union mailbox_module_context *obox;

    if (find_open(box) == NULL) {
        return;
    }
    obox = p_new(box->pool, union mailbox_module_context, 1);
    obox->super = *v;
    box->vlast = &obox->super;
    v->get_metadata = open_get_metadata;
    v->get_status = open_get_status;
    MODULE_CONTEXT_SET_SELF(box, quota_open_module, obox);
}
